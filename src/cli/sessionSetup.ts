/** Turns the flags of `up` and `replay` into the plan of a session. */
import { symbolsOf, timeframeOf } from '../analytics/strategyDefaults.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { withHistory } from '../compose.js';
import type { SystemConfig } from '../config/systemConfig.js';
import { SIM_UNIVERSE } from '../data/sim/simUniverse.js';
import { PapertapeError } from '../domain/errors.js';
import type { BrokerName } from '../domain/brokerReport.js';
import type { StrategyConfig } from '../domain/session.js';
import { tapeFolderOf } from './tapeFolder.js';
import { latestSessionDate } from '../host/marketSource.js';
import { DEFAULT_CASH, DEFAULT_LIMITS, LIVE_LIMITS } from '../host/sessionPlan.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { readTape } from '../host/readTape.js';
import type { LivePlan, LiveSourceName, MarketPlan, SessionPlan } from '../host/sessionPlan.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import type { ReplayFlags } from './commands/replay.js';
import type { UpFlags } from './commands/up.js';
import { loadWatched } from '../host/withHookWatch.js';

/** Market seconds per real second: a simulated day of sixteen hours passes in sixteen minutes. */
const DEFAULT_SPEED = 60;
const DEFAULT_SEED = 1;
/** Quotes, and prints, of each symbol that programs can read back. */
const KEPT_ROWS = 50_000;
const DEFAULT_PRESET = 'papertape';
/** A strategy that names no symbol of the market is given this many. */
const SYMBOLS_TO_TRY = 5;
const LARGEST_ENTRY = 0.25;
/** Share of the equity that all strategies of a command line may use together. */
const USABLE_EQUITY = 0.9;

/** The plan of `up`. Throws `USAGE` for flags that do not go together, and the errors of strategies. */
export async function planOfUp(flags: UpFlags, config: SystemConfig, context: CommandContext): Promise<SessionPlan> {
  if (flags.source === 'alpaca' || flags.source === 'twelvedata') {
    const market = liveMarketOf({ ...flags, source: flags.source }, config);
    const session = await plan(market, { ...flags, speed: 1 }, config, context);
    return flags.broker === 'alpaca' ? atBroker(session, flags.broker) : session;
  }
  if (flags.broker === 'alpaca') {
    throw new PapertapeError(
      'USAGE',
      `Orders at Alpaca fill at real prices, and --source ${flags.source ?? 'sim'} has none.`,
      {
        remedy: 'Add --source alpaca or twelvedata with --symbols, or leave --broker alpaca out.',
      },
    );
  }
  if (flags.source === 'replay' && flags.date === undefined) {
    throw new PapertapeError('USAGE', '--source replay needs the day to replay.', {
      remedy: 'Add for example --date 2013-10-07; papertape data ls shows the days there are.',
    });
  }
  if (flags.source !== 'replay' && (flags.date !== undefined || flags.symbols !== undefined)) {
    const flag = flags.date === undefined ? '--symbols' : '--date';
    throw new PapertapeError('USAGE', `${flag} belongs to a replay or a live market; the simulated one has its own.`, {
      remedy: 'Add --source replay, alpaca or twelvedata, or leave it out.',
    });
  }
  if (flags.date !== undefined) return plan(replayOf(flags.date, flags.symbols), flags, config, context);
  const date = latestSessionDate(newYorkDate(systemClock.now()));
  return plan({ kind: 'simulated', seed: flags.seed ?? DEFAULT_SEED, date }, flags, config, context);
}

/** The session with its orders at a broker, which fills and charges by its own rules. */
function atBroker(session: SessionPlan, broker: BrokerName): SessionPlan {
  return { ...session, broker, preset: 'alpaca', feePlan: 'zero', shadows: false };
}

/** The plan of `replay`. Throws `USAGE` without a day, and the errors of tapes and strategies. */
export async function planOfReplay(
  date: string | undefined,
  flags: ReplayFlags,
  config: SystemConfig,
  context: CommandContext,
): Promise<SessionPlan> {
  if (flags.tape !== undefined && (date !== undefined || flags.symbols !== undefined)) {
    const other = date === undefined ? '--symbols' : 'the date';
    throw new PapertapeError('USAGE', `--tape says which day and symbols are replayed, and so does ${other}.`, {
      remedy: 'Leave one of them out; `papertape tape cut` makes a tape of some symbols.',
    });
  }
  if (flags.tape !== undefined) {
    return plan(tapeMarketOf(tapeFolderOf(flags.tape, config.dataDir, context.cwd)), flags, config, context);
  }
  if (date === undefined) {
    throw new PapertapeError('USAGE', 'replay needs the day to replay, or a tape.', {
      remedy: 'Give for example 2013-10-07 (see `papertape data ls`), or --tape FOLDER.',
    });
  }
  return plan(replayOf(date, flags.symbols), flags, config, context);
}

/** The market of a tape: its own data, or the history that a replay's tape refers to. */
function tapeMarketOf(directory: string): MarketPlan {
  const { market } = readTape(nodeFileSystem, directory).session;
  if (market.kind === 'history') return { kind: 'replay', date: market.date, symbols: market.symbols };
  return { kind: 'tape', directory, date: market.date };
}

/**
 * A live market of a command line. Throws `USAGE` for flags of other markets and without symbols; whether there is a
 * key is found when it is opened.
 */
export function liveMarketOf(
  flags: {
    readonly source: LiveSourceName;
    readonly feed?: string;
    readonly symbols?: readonly string[];
    readonly date?: string;
    readonly speed?: number;
    readonly seed?: number;
  },
  { sources }: SystemConfig,
): LivePlan {
  const { source, symbols } = flags;
  for (const name of ['date', 'speed', 'seed'] as const) {
    if (flags[name] === undefined) continue;
    throw new PapertapeError('USAGE', `--${name} does not go with a live market, which is what it is.`, {
      remedy: `Leave it out, or trade a recorded day with --source replay.`,
    });
  }
  if (symbols === undefined) {
    throw new PapertapeError('USAGE', `--source ${source} needs the symbols to follow.`, {
      remedy: 'Add for example --symbols AAPL,MSFT,SPY.',
    });
  }
  const { alpaca } = sources;
  if (source === 'twelvedata') {
    if (flags.feed !== undefined) {
      throw new PapertapeError('USAGE', '--feed belongs to --source alpaca; Twelve Data has one feed.', {
        remedy: 'Leave it out.',
      });
    }
    return { kind: 'live', source, symbols };
  }
  return { kind: 'live', source, symbols, feed: flags.feed ?? alpaca.feed };
}

function replayOf(date: string, symbols: readonly string[] | undefined): MarketPlan {
  return { kind: 'replay', date, symbols };
}

async function plan(
  market: MarketPlan,
  flags: Pick<UpFlags, 'strategy' | 'speed' | 'fresh' | 'shadows' | 'keepDays'>,
  { dataDir }: SystemConfig,
  { cwd }: CommandContext,
): Promise<SessionPlan> {
  const names = flags.strategy;
  const strategies =
    names === undefined ? undefined : await configsOf(names, await symbolsOfMarket(market, dataDir), { cwd, dataDir });
  return {
    dataDir,
    cwd,
    market,
    startingCash: DEFAULT_CASH,
    preset: DEFAULT_PRESET,
    feePlan: undefined,
    strategies,
    limits: market.kind === 'live' ? LIVE_LIMITS : DEFAULT_LIMITS,
    speed: flags.speed ?? DEFAULT_SPEED,
    keepMarketRows: KEPT_ROWS,
    startAt: undefined,
    fresh: flags.fresh === true,
    shadows: flags.shadows !== false,
    ...(flags.keepDays === undefined ? {} : { keepMarketDays: flags.keepDays }),
    stopFirst: undefined,
  };
}

async function symbolsOfMarket(market: MarketPlan, dataDir: string): Promise<readonly string[]> {
  if (market.kind === 'simulated') return SIM_UNIVERSE.map(({ symbol }) => symbol);
  if (market.kind === 'tape') return readTape(nodeFileSystem, market.directory).session.config.symbols;
  if (market.symbols !== undefined) return market.symbols;
  if (market.kind === 'live') return [];
  const coverage = await withHistory(dataDir, (history) => history.coverage());
  const there = coverage.filter(({ from, to }) => from <= market.date && to >= market.date);
  return [...new Set(there.map(({ symbol }) => symbol))];
}

/** One instance of each named strategy, on the symbols it subscribes to that the market has. */
async function configsOf(
  names: readonly string[],
  marketSymbols: readonly string[],
  where: { readonly cwd: string; readonly dataDir: string },
): Promise<readonly StrategyConfig[]> {
  const configs: StrategyConfig[] = [];
  for (const [index, name] of names.entries()) {
    const { strategyClass } = await loadWatched(name, where);
    const wanted = symbolsOf(strategyClass).filter((symbol) => marketSymbols.includes(symbol));
    const symbols = wanted.length > 0 ? wanted : marketSymbols.slice(0, SYMBOLS_TO_TRY);
    configs.push({
      instanceId: instanceIdOf(name, index + 1),
      strategy: name,
      symbols,
      timeframe: timeframeOf(strategyClass),
      params: {},
      allocation: Math.min(LARGEST_ENTRY, USABLE_EQUITY / (names.length * Math.max(1, symbols.length))),
    });
  }
  return configs;
}

function instanceIdOf(name: string, number: number): string {
  const base = name.replace(/^.*[/\\]/, '').replace(/\.[cm]?[jt]s$/, '');
  return `${base.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 56)}-${number}`;
}
