/** Opens the market of a session: a simulated day from its seed, or a recorded day from the history cache. */
import { formatDate, parseDate, type TradingDate } from '../calendar/tradingDate.js';
import { previousSession, sessionOf } from '../calendar/sessions.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { openRecordedDay } from '../data/recordedDay.js';
import { createSimulatedDay, SIM_VERSION } from '../data/sim/simulatedDay.js';
import { SIM_UNIVERSE } from '../data/sim/simUniverse.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryCoverage, HistoryKind, MarketStream } from '../domain/ports.js';
import { timeframeCode, type Timeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { HistoryFeed, MarketReference } from './tapeRecords.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import type { SessionConfig } from '../domain/session.js';
import type { SessionAccount } from './brokerSession.js';
import { assert } from '../utils/assert.js';
import type { Clock } from '../utils/clock.js';
import type { FactorReading } from './factorActions.js';
import type { LiveLink } from './liveSessionParts.js';
import { readTape, readTapeMarket } from './readTape.js';
import type { DayPlan } from './sessionPlan.js';
import { feedsOf, tapeQuality } from './tapeQuality.js';
import { streamOfBatches } from './tapeStream.js';
import type { ReactiveMarket } from './MarketReaction.js';
import { historyFacts, simulatedFacts, type SymbolFacts } from './symbolFacts.js';
import type { WarmUpStore } from './warmUp.js';

/** An open market. */
export interface OpenMarket {
  readonly reference: MarketReference;
  readonly stream: MarketStream;
  readonly symbols: readonly string[];
  readonly startTime: Micros;
  readonly endTime: Micros;
  /** What a new session on it knows of the symbols. */
  readonly facts: SymbolFacts;
  /** The same market, where it reacts to orders. */
  readonly reactive?: ReactiveMarket;
  /** The regular open of a simulated day, which is shown from about there. */
  readonly openTime?: Micros;
  /** The prices reached so far in dollars, where another day can go on from them. */
  readonly closingPrices?: () => readonly number[];
  /** What fills say of where the prices are from. */
  readonly feed: Pick<SessionConfig, 'feed' | 'coverage' | 'feedDelay'>;
  /** The clock of a market that is not there yet, or not whole; the machine's if absent. */
  readonly clock?: Clock;
  /** The account at a broker that a new session's orders go to. */
  readonly account?: SessionAccount;
  /** The link to a market that is not there yet. */
  readonly live?: LiveLink;
  /** Where strategies' indicators have their history before the start from; absent where there is none. */
  readonly warmUp?: WarmUpStore;
}

/**
 * The market of a new session on a day that is there. `reading`: how the session's preset reads the factors of a
 * recorded day. `openingPrices`: what a simulated market goes on from.
 */
export async function openNewMarket(
  plan: DayPlan,
  history: () => HistoricalCache,
  reading?: FactorReading,
  openingPrices?: readonly number[],
): Promise<OpenMarket> {
  if (plan.kind === 'simulated') {
    const reference = {
      kind: 'simulated',
      version: SIM_VERSION,
      seed: plan.seed,
      date: plan.date,
      openingPrices: openingPrices ?? plan.openingPrices ?? SIM_UNIVERSE.map((instrument) => instrument.price),
    } as const;
    return openMarket(reference, history);
  }
  if (plan.kind === 'tape') {
    const { config, market } = readTape(nodeFileSystem, plan.directory).session;
    const feeds = feedsOf(market);
    const reference = {
      kind: 'tape',
      date: plan.date,
      directory: plan.directory,
      sessionId: config.sessionId,
    } as const;
    return openMarket(feeds.length === 0 ? reference : { ...reference, feeds }, history);
  }
  const coverage = await history().coverage();
  const feeds = await thoseOfTheDay(history(), finestFeeds(coverage, plan.date, plan.symbols), plan.date);
  const symbols = [...new Set(feeds.flatMap((feed) => feed.symbols))].sort();
  if (symbols.length === 0) {
    const wanted = plan.symbols === undefined ? '' : ` for ${plan.symbols.join(', ')}`;
    throw new PapertapeError('DATA_MISSING', `The history cache has nothing${wanted} on ${plan.date}.`, {
      remedy: 'See what is there with `papertape data ls`, and import files with `papertape data import`.',
    });
  }
  const contentHash = await historyHash(history(), symbols, plan.date, feeds);
  return openMarket({ kind: 'history', date: plan.date, symbols, feeds, contentHash }, history, reading);
}

/**
 * The market that a tape refers to. Throws `TAPE_NOT_FOUND` by name when it cannot be had any more: the simulator
 * has changed, the cache holds other data, or the tape was moved. A live market cannot be had a second time.
 */
export async function openMarket(
  reference: MarketReference,
  history: () => HistoricalCache,
  reading?: FactorReading,
): Promise<OpenMarket> {
  const session = sessionOf(parseDate(reference.date));
  if (session === undefined) {
    throw new PapertapeError('DATE_RANGE_INVALID', `The exchange was closed on ${reference.date}.`, {
      remedy: `The session before was on ${formatDate(previousSession(parseDate(reference.date)).date)}.`,
    });
  }
  const bounds = { startTime: session.premarketOpen, endTime: session.afterHoursClose };
  if (reference.kind === 'simulated') {
    if (reference.version !== SIM_VERSION) {
      throw new PapertapeError(
        'JOURNAL_VERSION_UNSUPPORTED',
        `The tape's market was made by simulator version ${reference.version}; this one is ${SIM_VERSION}.`,
        { remedy: 'Open the tape with the version that wrote it, or start a new session.' },
      );
    }
    const stream = createSimulatedDay({ ...reference, date: parseDate(reference.date) });
    return {
      reference,
      stream,
      symbols: stream.symbols,
      closingPrices: () => stream.prices(),
      openTime: session.open,
      reactive: stream,
      facts: simulatedFacts(reference),
      feed: { feed: 'sim' },
      ...bounds,
    };
  }
  if (reference.kind === 'tape') return { ...openTapeMarket(reference), ...bounds };
  assert(reference.kind === 'history', 'a live market is opened with its session');
  const { date, symbols, feeds, contentHash } = reference;
  if ((await historyHash(history(), symbols, date, feeds)) !== contentHash) {
    throw new PapertapeError('DATA_MISSING', `The history of ${date} is not what the tape was recorded on.`, {
      remedy: 'Import the same files again; the tape is kept as it is.',
    });
  }
  const stream = await openRecordedDay(history(), { symbols, from: date, to: date, feeds });
  const facts = await historyFacts(history(), symbols, parseDate(date), reading);
  const warmUp = { store: history(), archive: history(), feeds: [undefined] };
  return { reference, stream, symbols, facts, feed: { feed: 'recorded' }, warmUp, ...bounds };
}

/** The market data of another tape; what its session knew of the symbols is known here too. */
function openTapeMarket(reference: Extract<MarketReference, { kind: 'tape' }>) {
  const { directory } = reference;
  const { session } = readTape(nodeFileSystem, directory);
  const { config } = session;
  const stream = streamOfBatches(config.symbols, readTapeMarket(nodeFileSystem, directory));
  const { feeds: _, ...quality } = tapeQuality([session]);
  const feed = { feed: 'recorded', ...quality } as const;
  const { symbols, listings, corporateActions, stockLoans } = config;
  const facts = {
    ...(listings === undefined ? {} : { listings }),
    ...(corporateActions === undefined ? {} : { corporateActions }),
    ...(stockLoans === undefined ? {} : { stockLoans }),
  };
  return { reference, stream, symbols, facts, feed };
}

/** The finest data of each symbol on a day: prints, else the shortest bars; the same for quotes. */
function finestFeeds(
  coverage: readonly HistoryCoverage[],
  date: string,
  wanted: readonly string[] | undefined,
): HistoryFeed[] {
  const there = coverage.filter(
    (entry) => entry.from <= date && entry.to >= date && (wanted === undefined || wanted.includes(entry.symbol)),
  );
  const feeds = new Map<string, { kind: HistoryKind; timeframe?: Timeframe; symbols: string[] }>();
  for (const symbol of new Set(there.map((entry) => entry.symbol))) {
    const own = there.filter((entry) => entry.symbol === symbol);
    for (const [ticks, bars] of [
      ['print', 'bar'],
      ['quote', 'quoteBar'],
    ] as const) {
      const best = own.find((entry) => entry.kind === ticks) ?? shortest(own.filter((entry) => entry.kind === bars));
      if (best === undefined) continue;
      const key = `${best.kind} ${best.timeframe ?? ''}`;
      const feed = feeds.get(key) ?? {
        kind: best.kind,
        symbols: [],
        ...(best.timeframe === undefined ? {} : { timeframe: best.timeframe }),
      };
      feed.symbols.push(symbol);
      feeds.set(key, feed);
    }
  }
  return [...feeds.values()].map((feed) => ({ ...feed, symbols: feed.symbols.sort() }));
}

/**
 * Coverage says from when to when a series goes, not which days it has: symbols without a row on the day are left
 * out, so that one sparse series does not stop a replay of the others.
 */
async function thoseOfTheDay(
  history: HistoricalCache,
  feeds: readonly HistoryFeed[],
  date: string,
): Promise<HistoryFeed[]> {
  const there: HistoryFeed[] = [];
  for (const feed of feeds) {
    const symbols: string[] = [];
    for (const symbol of feed.symbols) if (await hasRows(history, feed, symbol, date)) symbols.push(symbol);
    if (symbols.length > 0) there.push({ ...feed, symbols });
  }
  return there;
}

async function hasRows(history: HistoricalCache, feed: HistoryFeed, symbol: string, date: string): Promise<boolean> {
  try {
    await history.load({ ...feed, symbols: [symbol], from: date, to: date, adjust: 'raw', extendedHours: true });
    return true;
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'DATA_MISSING') return false;
    throw error;
  }
}

function shortest(entries: readonly HistoryCoverage[]): HistoryCoverage | undefined {
  const rank = (entry: HistoryCoverage): number =>
    entry.timeframe === undefined ? Infinity : timeframeCode(entry.timeframe);
  return entries.reduce<HistoryCoverage | undefined>(
    (best, entry) => (best === undefined || rank(entry) < rank(best) ? entry : best),
    undefined,
  );
}

async function historyHash(
  history: HistoricalCache,
  symbols: readonly string[],
  date: string,
  feeds: readonly HistoryFeed[],
): Promise<string> {
  const parts = [symbols.join(',')];
  for (const feed of feeds) {
    parts.push(await history.contentHash({ ...feed, from: date, to: date, adjust: 'raw', extendedHours: true }));
  }
  return parts.join(' ');
}

/** The trading day that a newcomer's simulated market shows: the latest session that is not after `date`. */
export function latestSessionDate(date: TradingDate): string {
  return formatDate(sessionOf(date)?.date ?? previousSession(date).date);
}
