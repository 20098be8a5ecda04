/** `data record`: keeps a recorder going, says how it is doing, and ends it cleanly. */
import { join, resolve } from 'node:path';
import { formatCount } from '../analytics/figureText.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { liveMarkets } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import { MarketRecorder } from '../host/MarketRecorder.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { systemClock, type Clock } from '../utils/clock.js';
import { SteadyClock } from '../utils/SteadyClock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { RecordFlags } from './commands/record.js';
import { liveMarketOf } from './sessionSetup.js';
import { stopSignal } from './stopSignal.js';
import { renderFacts } from './table.js';
import type { Terminal } from './terminal.js';

const STEP_EVERY_MS = 50;
const TELL_EVERY_MS = 1_000;
/** Where nobody watches, a line now and then. */
const LOG_EVERY_MS = 60_000;

/** Records until a signal, the end of the day, or the time that the flags say. */
export async function runRecord(flags: RecordFlags, context: CommandContext): Promise<void> {
  const config = settingsOf(context, flags, 'programs');
  const { terminal } = context;
  if (flags.for !== undefined && flags.until !== undefined) {
    throw new PapertapeError('USAGE', '--for and --until both say when to end.', { remedy: 'Give one of them.' });
  }
  const plan = liveMarketOf(flags, config);
  const clock = new SteadyClock(systemClock);
  const until = endOf(flags, clock);
  const directory =
    flags.out === undefined ? freeFolder(config.dataDir, flags, clock) : resolve(context.cwd, flags.out);
  if (nodeFileSystem.list(directory).length > 0) {
    throw new PapertapeError('FILE_EXISTS', `The folder ${directory} is not empty.`, {
      remedy: 'Name another one with --out.',
    });
  }
  const status = new StatusLine(terminal, clock);
  const recorder = new MarketRecorder({
    fs: nodeFileSystem,
    directory,
    plan,
    markets: liveMarkets(config.sources, (line) => status.say(line)),
    clock,
    onLine: ({ text }) => status.say(text),
  });
  let failure: PapertapeError | undefined;
  try {
    await keepStepping(recorder, clock, until, () => status.tell(recorder));
    failure = recorder.failure;
  } finally {
    status.clear();
    await recorder.close();
  }
  terminal.out(
    renderFacts(
      [
        ['Tape', directory],
        ['Rows', formatCount(recorder.rows)],
        ['Replay it', `papertape replay --tape ${flags.out ?? directory}`],
      ],
      terminal.colours,
    ),
  );
  if (failure !== undefined) throw failure;
}

/** Steps until a signal, the end of the market's day, `until`, or no source works; rejects with what a step throws. */
async function keepStepping(recorder: MarketRecorder, clock: Clock, until: number, tell: () => void): Promise<void> {
  let isStopped = false;
  const stopped = stopSignal().then(() => {
    isStopped = true;
  });
  while (!isStopped && !recorder.ended && recorder.failure === undefined && clock.now() < until) {
    recorder.step();
    tell();
    await Promise.race([stopped, new Promise<void>((resolve) => void clock.setTimer(STEP_EVERY_MS, resolve))]);
  }
}

function endOf({ for: length, until }: RecordFlags, clock: Clock): number {
  const now = clock.now();
  if (length !== undefined) return now + length;
  if (until === undefined) return Infinity;
  const end = fromNewYork(newYorkDate(now), until);
  if (end > now) return end;
  throw new PapertapeError('USAGE', 'The time of --until is over today in New York.', {
    remedy: 'Name a later one, or a length with --for.',
  });
}

function freeFolder(dataDir: string, { source }: RecordFlags, clock: Clock): string {
  const folder = join(dataDir, 'recordings');
  const date = formatDate(newYorkDate(clock.now()));
  const taken = new Set(nodeFileSystem.list(folder));
  for (let number = 1; ; number += 1) {
    const name = `${source}-${date}-${String(number).padStart(2, '0')}`;
    if (!taken.has(name)) return join(folder, name);
  }
}

/** One line that is drawn over on a terminal, and lines of their own elsewhere. */
class StatusLine {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  #toldAtMs = -Infinity;
  #toldRows = 0;
  #isDrawn = false;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  tell(recorder: MarketRecorder): void {
    const nowMs = this.#clock.monotonicMs();
    const passedMs = nowMs - this.#toldAtMs;
    if (passedMs < (this.#terminal.interactive ? TELL_EVERY_MS : LOG_EVERY_MS)) return;
    const rate = passedMs === Infinity ? 0 : ((recorder.rows - this.#toldRows) * 1_000) / passedMs;
    this.#toldAtMs = nowMs;
    this.#toldRows = recorder.rows;
    const sources = recorder.sources.map(({ feed, detail }) => `${feed} ${detail}`).join(' · ');
    const line = `${formatCount(recorder.rows)} rows, ${formatCount(Math.round(rate))} a second · ${sources}`;
    if (!this.#terminal.interactive) {
      this.#terminal.err(`${line}\n`);
      return;
    }
    this.#terminal.err(`\r[2K  ${line}`);
    this.#isDrawn = true;
  }

  say(text: string): void {
    this.clear();
    this.#terminal.err(`  ${text}\n`);
  }

  clear(): void {
    if (this.#isDrawn) this.#terminal.err('\r[2K');
    this.#isDrawn = false;
  }
}
