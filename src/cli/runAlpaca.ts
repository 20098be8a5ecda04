/** `papertape alpaca`: plans the session, starts the server, says where it is, and keeps it until it is stopped. */
import { resolve } from 'node:path';
import { newYorkText } from '../calendar/newYorkText.js';
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { sessionOf } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import { latestSessionDate } from '../host/marketSource.js';
import { readTape } from '../host/readTape.js';
import { DEFAULT_CASH, DEFAULT_LIMITS } from '../host/sessionPlan.js';
import type { DayPlan, SessionPlan } from '../host/sessionPlan.js';
import { startAlpaca } from '../host/startAlpaca.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { systemClock } from '../utils/clock.js';
import { createLogger } from '../utils/logger.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { AlpacaFlags } from './commands/alpaca.js';
import { stopSignal } from './stopSignal.js';
import { renderFacts } from './table.js';
import { twelvedataOf } from './twelvedataFlags.js';

const ACCOUNT = 'alpaca';
const DEFAULT_PRESET = 'papertape';
/** Quotes, and prints, of each symbol that programs can read back. */
const KEPT_ROWS = 1_000_000;
const REQUESTS_PER_MINUTE = 200;
/** How long before the open a market is begun if nothing else is said. */
const LEAD = 2 * MINUTE;

/** Runs it until a signal ends it. */
export async function runAlpaca(flags: AlpacaFlags, context: CommandContext): Promise<void> {
  const config = settingsOf(context, flags, 'programs');
  const market = marketOf(flags, context);
  const { terminal } = context;
  const plan: SessionPlan = {
    dataDir: config.dataDir,
    cwd: context.cwd,
    market,
    startingCash: DEFAULT_CASH,
    preset: flags.preset ?? DEFAULT_PRESET,
    feePlan: undefined,
    strategies: [],
    limits: DEFAULT_LIMITS,
    // They follow the session's own orders, and programs trade accounts that have none.
    shadows: false,
    // The clock begins to run when the server answers.
    speed: flags.speed ?? 1,
    keepMarketRows: KEPT_ROWS,
    startAt: startOf(flags.from, market.date),
    fresh: true,
    stopFirst: undefined,
  };
  if ((flags.key === undefined) !== (flags.secret === undefined)) {
    throw new PapertapeError('USAGE', '--key and --secret belong together.', { remedy: 'Give both or neither.' });
  }
  const log = createLogger({
    level: config.logLevel === 'info' ? 'warn' : config.logLevel,
    ...(config.logFile === undefined ? {} : { filePath: config.logFile }),
  });
  const server = await startAlpaca(
    config,
    plan,
    {
      host: config.host,
      port: config.port,
      accountId: ACCOUNT,
      startingCash: flags.cash ?? 100_000 * DOLLAR,
      fidelity: flags.fidelity ?? 'papertape',
      preset: flags.preset,
      paused: flags.paused === true,
      key:
        flags.key === undefined || flags.secret === undefined ? undefined : { keyId: flags.key, secret: flags.secret },
      twelvedata:
        flags.twelvedataPort === undefined ? undefined : { ...twelvedataOf(flags), port: flags.twelvedataPort },
      requestsPerMinute: flags.rateLimit === false ? undefined : REQUESTS_PER_MINUTE,
    },
    log,
  );
  const stopped = stopSignal();
  try {
    const { address, twelvedataAddress, keyId, secret } = server;
    const sockets = address.replace('http', 'ws');
    const { symbols, sessionId } = server.session.info();
    if (flags.json === true) {
      const document = {
        address,
        stream: `${sockets}/stream`,
        data: `${sockets}/v2/iex`,
        ...(twelvedataAddress === undefined ? {} : { twelvedata: twelvedataAddress }),
        keyId,
        secret,
        sessionId,
        symbols,
      };
      terminal.out(`${JSON.stringify(document)}\n`);
    } else {
      terminal.out(
        `${renderFacts(
          [
            ['Trading and market data', address],
            ['Trading stream', `${sockets}/stream`],
            ['Market-data stream', `${sockets}/v2/iex`],
            ...(twelvedataAddress === undefined
              ? []
              : [['Twelve Data', `${twelvedataAddress}, key KEYID.SECRET`] satisfies [string, string]]),
            ['Key id', keyId],
            ['Secret', secret],
            ['Session', `${sessionId}, ${symbols.length} symbols`],
          ],
          terminal.colours,
        )}\n`,
      );
    }
    await Promise.race([stopped, server.failed]);
  } finally {
    await server.stop();
  }
}

function marketOf(flags: AlpacaFlags, { cwd }: CommandContext): DayPlan {
  if (flags.tape !== undefined && (flags.date !== undefined || flags.seed !== undefined)) {
    const other = flags.date === undefined ? '--seed' : '--date';
    throw new PapertapeError('USAGE', `--tape and ${other} both name a market.`, { remedy: 'Give one of them.' });
  }
  if (flags.tape !== undefined) {
    const directory = resolve(cwd, flags.tape);
    const { market } = readTape(nodeFileSystem, directory).session;
    if (market.kind === 'history') {
      return { kind: 'replay', date: market.date, symbols: flags.symbols ?? market.symbols };
    }
    refuseSymbols(
      flags,
      'that of the tape has its own',
      'Leave it out; `papertape tape cut` makes a tape of some symbols.',
    );
    if (market.kind !== 'simulated') return { kind: 'tape', directory, date: market.date };
    const { seed, date, openingPrices } = market;
    return { kind: 'simulated', seed, date, openingPrices };
  }
  if (flags.date !== undefined && flags.seed === undefined) {
    return { kind: 'replay', date: flags.date, symbols: flags.symbols };
  }
  refuseSymbols(
    flags,
    'the simulated one has its own',
    'Give the day with --date and without --seed, or leave it out.',
  );
  const date = flags.date ?? latestSessionDate(newYorkDate(systemClock.now()));
  return { kind: 'simulated', seed: flags.seed ?? 1, date };
}

/** Throws `USAGE` where symbols are asked for of a market that has its own. */
function refuseSymbols({ symbols }: AlpacaFlags, why: string, remedy: string): void {
  if (symbols === undefined) return;
  throw new PapertapeError('USAGE', `--symbols belongs to a day of the history cache; ${why}.`, { remedy });
}

/** Market time to begin at. Throws `USAGE` for a time that cannot be read or lies outside the day's session. */
function startOf(text: string | undefined, day: string): Micros {
  const date = parseDate(day);
  const session = sessionOf(date);
  if (session === undefined) throw new PapertapeError('DATE_RANGE_INVALID', `The exchange was closed on ${day}.`);
  if (text === undefined) return session.open - LEAD;
  const wall = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  const time =
    wall === null ? Date.parse(text) * 1000 : fromNewYork(date, Number(wall[1]) * HOUR + Number(wall[2]) * MINUTE);
  if (time >= session.premarketOpen && time < session.afterHoursClose) return time;
  const [first, last] = [wallOf(session.premarketOpen), wallOf(session.afterHoursClose)];
  throw new PapertapeError('USAGE', `--from ${text} is no time of the session of ${day}.`, {
    remedy: `Give a time in New York such as 09:30, from ${first} to ${last}.`,
  });
}

/** Hour and minute in New York. */
function wallOf(time: Micros): string {
  return newYorkText(time).slice(11, 16);
}
