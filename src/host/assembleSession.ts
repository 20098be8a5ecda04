/**
 * Makes a session out of its parts: a new one with what it carries on from the one before, or one that is on its tape
 * already. Which of them it is to be is decided in openSession.ts.
 */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { PapertapeError } from '../domain/errors.js';
import type { SessionConfig, StrategyConfig } from '../domain/session.js';
import { MINUTE } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE, type Micros } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { shadowPresets } from '../analytics/fillScenarios.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import type { StorageNotice } from '../storage/eventLog.js';
import type { FileSystem } from '../storage/fileSystem.js';
import type { Clock } from '../utils/clock.js';
import { joinBroker, reportAccount } from './brokerSession.js';
import type { Brokers } from './brokers.js';
import { accountOfSession, afterActions, carriedOrders, ofSession } from './carriedOrders.js';
import { INSTALLATION } from './installation.js';
import type { LiveMarkets } from './liveMarkets.js';
import { LiveSession } from './LiveSession.js';
import type { OpenMarket } from './marketSource.js';
import { lastTapeMarketTime, readTape, type SessionRecord } from './readTape.js';
import { demoStrategies, type SessionPlan } from './sessionPlan.js';
import { SessionTape, type TapeSizes } from './SessionTape.js';
import { loadStrategy } from './strategyLoader.js';
import { tapeDirectory } from './tapeNames.js';
import type { WaitingOrder } from './WaitingOrders.js';
import type { LeftStrategy, PlacedRecord, TapeRecord } from './tapeRecords.js';
import { loadWarmUp, warmUpRecord } from './warmUp.js';

/**
 * A simulated day is shown from shortly before the regular open, so that something happens within the first
 * minute; later days from well into the premarket. What came before is there all the same.
 */
const FIRST_DAY_LEAD = 2 * MINUTE;
const LATER_DAY_LEAD = 90 * MINUTE;

/** What opening a session needs from its thread. */
export interface SessionTools {
  readonly fs: FileSystem;
  readonly history: () => HistoricalCache;
  readonly clock: Clock;
  /** Opens real markets; absent where no session is live. */
  readonly live?: LiveMarkets;
  /** Where sessions trade at a broker; absent where none does. */
  readonly brokers?: Brokers;
  readonly onDurable: (placed: PlacedRecord) => void;
  /** Gets the tape's durable groups, see `SessionTape.open`. */
  readonly onGroup?: (bytes: Uint8Array) => void;
  readonly onNotice: (notice: StorageNotice) => void;
  /** Room kept ahead on the tape; its own sizes if absent. */
  readonly tapeSizes?: TapeSizes;
  readonly hookProbe?: Int32Array;
  /** See `LiveSessionParts.beat`. */
  readonly beat?: () => void;
}

/** An open session with what was loaded for it. */
export interface OpenedSession {
  readonly session: LiveSession;
  /** All records that were on the tape when it was opened, the opening one first. */
  readonly recovered: readonly PlacedRecord[];
  /** Classes by the names of the configurations; loading adds to it. */
  readonly strategies: Map<string, StrategyClass>;
}

/** The place of a new session among the others: its number, what it carries on, and whose history it goes on with. */
export interface Succession {
  readonly number: number;
  readonly closing?: ClosingRecord;
  readonly follows?: string;
  /** What that day leaves besides what is started again, see `leftStrategies`; none if absent. */
  readonly left?: readonly LeftStrategy[];
}

/** The last word of a session that another one follows. */
export type ClosingRecord = Extract<TapeRecord, { type: 'closing' }>;

/** It, if the session has said it. */
export function closingOf(records: readonly PlacedRecord[]): ClosingRecord | undefined {
  for (let i = records.length - 1; i >= 0; i -= 1) {
    const record = records[i]?.record;
    if (record?.type === 'closing') return record;
  }
  return undefined;
}

/**
 * Restores what a person has set, then lets the orders enter that were to work on; what `records` have of it was done
 * before the session was cut.
 */
function carryOn(session: LiveSession, closing: ClosingRecord, records: readonly PlacedRecord[]): void {
  const done = records.flatMap(({ record }) => (record.type === 'command' ? [record.command] : []));
  if (closing.killSwitchOn && !done.some(({ type }) => type === 'killSwitch')) {
    const reason = 'still on from the session before';
    session.execute({ type: 'killSwitch', user: 'system', on: true, flatten: false, reason });
  }
  const entered = new Set(done.flatMap((one) => (one.type === 'submitOrder' ? [one.clientOrderId] : [])));
  const orders = carriedCommands(session.header, closing);
  session.enterWithPrices(orders.filter(({ command }) => !entered.has(command.clientOrderId)));
}

/** The orders that were to work on, with the commands that enter them; each says where it comes from. */
function carriedCommands({ config, follows = '' }: SessionRecord, closing: ClosingRecord): WaitingOrder[] {
  const { symbols, sessionId, corporateActions = [], startTime } = config;
  const orders = closing.orders.flatMap((one) => afterActions(one, corporateActions, newYorkDate(startTime)) ?? []);
  return carriedOrders(orders).map(({ order, entry, group, members }) => ({
    orders: members,
    command: {
      type: 'submitOrder',
      user: order.source.kind === 'manual' ? order.source.user : 'system',
      clientOrderId: `${order.clientOrderId}-${sessionId}`.slice(-128),
      symbol: symbols[order.symbolId] ?? '',
      side: order.side,
      orderType: order.type,
      timeInForce: order.timeInForce,
      quantity: order.quantity - order.filledQuantity,
      ...(order.limitPrice === undefined ? {} : { limitPrice: order.limitPrice }),
      ...(order.stopPrice === undefined ? {} : { stopPrice: order.stopPrice }),
      ...(order.trail === undefined ? {} : { trail: order.trail }),
      ...(group === undefined ? {} : { group }),
      extendedHours: order.extendedHours,
      reason: `works on from ${order.id} of the session before`,
      carried: true,
      ...(entry === undefined ? {} : { carriedEntry: ofSession(entry, follows) }),
    },
  }));
}

/** The last word of the session that a session carries on, from its tape. */
function closingBefore(
  { carried, follows }: SessionRecord,
  plan: SessionPlan,
  tools: SessionTools,
): ClosingRecord | undefined {
  if (carried === null || follows === undefined) return undefined;
  return closingOf(readTape(tools.fs, tapeDirectory(plan.dataDir, follows)).records);
}

/**
 * Opens the session of a tape where the tape ends. `openMarketOf` gives its market, when everything else is known: the
 * time of the last row on the tape, and how far the kernel had come.
 */
export async function resume(
  sessionId: string,
  plan: SessionPlan,
  tools: SessionTools,
  openMarketOf: (header: SessionRecord, copiedTo: Micros, records: readonly PlacedRecord[]) => Promise<OpenMarket>,
): Promise<OpenedSession> {
  const directory = tapeDirectory(plan.dataDir, sessionId);
  const copiedTo = lastTapeMarketTime(tools.fs, directory);
  const recovered: PlacedRecord[] = [];
  const tape = openTape(directory, sessionId, tools, (placed) => recovered.push(placed));
  const [opening, ...records] = recovered;
  if (opening?.record.type !== 'session') {
    throw new PapertapeError('JOURNAL_CORRUPT', `The tape ${sessionId} does not begin with its session.`);
  }
  const header = opening.record;
  const market = await openMarketOf(header, copiedTo, records);
  const configs = [...header.config.strategies, ...startedLater(records)];
  const strategies = await loadStrategies(configs, plan, header);
  const session = assemble(plan, tools, header, tape, records, market, strategies, copiedTo);
  const closing = closingBefore(header, plan, tools);
  if (closing !== undefined) carryOn(session, closing, records);
  joinBroker(session, tools, market.clock, records.length > 0);
  return { session, recovered, strategies };
}

const PREFIXES = { simulated: 'sim', history: 'replay', tape: 'replay', live: 'live' } as const;

/** Begins a session on a market, on a tape of its own. */
export async function startNew(
  plan: SessionPlan,
  tools: SessionTools,
  market: OpenMarket,
  { number, closing, follows, left = [] }: Succession,
): Promise<OpenedSession> {
  const { account } = market;
  const prefix = account?.terms.name ?? PREFIXES[market.reference.kind];
  const sessionId = `${prefix}-${market.reference.date}-${String(number).padStart(4, '0')}`;
  const preset = presetOf(plan.preset);
  const config: SessionConfig = {
    sessionId,
    ...market.feed,
    symbols: market.symbols,
    ...market.facts,
    priceScale: RAW_PRICE_SCALE,
    accountId: 'paper',
    ...(account === undefined ? {} : { broker: account.terms }),
    startingCash: account?.figures.equity ?? plan.startingCash,
    preset: preset.name,
    feePlan: plan.feePlan ?? preset.feePlan,
    seed: plan.market.kind === 'simulated' ? plan.market.seed : 1,
    startTime: market.startTime,
    limits: closing?.limits ?? plan.limits,
    strategies:
      closing?.strategies ?? plan.strategies ?? (market.live === undefined ? demoStrategies(market.symbols) : []),
    // Shadow accounts tell what other fills of the paper exchange would have been: a broker's are its own.
    ...(plan.shadows === false || account !== undefined ? {} : { shadowPresets: shadowPresets(preset.name) }),
  };
  const strategies = new Map<string, StrategyClass>();
  const hashes: Record<string, string> = {};
  for (const { strategy } of config.strategies) {
    const loaded = await loadStrategy(strategy, plan);
    strategies.set(strategy, loaded.strategyClass);
    hashes[strategy] = loaded.hash;
  }
  const header: SessionRecord = {
    type: 'session',
    config,
    market: market.reference,
    identity: {
      engineVersion: INSTALLATION.version,
      node: process.versions.node,
      v8: process.versions.v8,
      strategies: hashes,
    },
    carried: closing === undefined ? null : accountOfSession(closing.account, follows ?? ''),
    ...(follows === undefined ? {} : { follows }),
    ...(left.length === 0 ? {} : { left }),
  };
  // Before there is a tape: a process that ends while it waits for history has begun nothing.
  const warmUp = await warmUpOf(config, strategies, market);
  const tape = openTape(tapeDirectory(plan.dataDir, sessionId), sessionId, tools, () => undefined);
  const opening = { seq: tape.append(header, config.startTime), record: header };
  const before = warmUp.map((record) => ({ seq: tape.append(record, config.startTime), record }));
  tape.commit();
  const session = assemble(plan, tools, header, tape, before, market, strategies, -Infinity);
  tools.onDurable(opening);
  if (account !== undefined) reportAccount(session, account);
  if (closing !== undefined) carryOn(session, closing, []);
  joinBroker(session, tools, market.clock, false);
  if (plan.startAt !== undefined) session.fastForward(plan.startAt);
  else if (market.openTime !== undefined) {
    session.fastForward(market.openTime - (closing === undefined ? FIRST_DAY_LEAD : LATER_DAY_LEAD));
  }
  return { session, recovered: [opening], strategies };
}

/** History that the strategies begin with; none if they want none. */
async function warmUpOf(
  config: SessionConfig,
  strategies: ReadonlyMap<string, StrategyClass>,
  { warmUp: from, live, startTime }: OpenMarket,
): Promise<readonly TapeRecord[]> {
  if (from === undefined) return [];
  const loaded = await loadWarmUp(config, (name) => strategies.get(name), from, startTime);
  if (loaded === undefined) return [];
  for (const { level, text } of loaded.lines) live?.notes.say(level, text);
  return loaded.tables.length === 0 ? [] : [warmUpRecord(loaded)];
}

function openTape(
  directory: string,
  sessionId: string,
  tools: SessionTools,
  onRecord: (placed: PlacedRecord) => void,
): SessionTape {
  const { fs, onGroup, onNotice, tapeSizes } = tools;
  const sizes = tapeSizes === undefined ? {} : { sizes: tapeSizes };
  return SessionTape.open({ fs, directory, sessionId, onRecord, onGroup, onNotice, ...sizes });
}

function assemble(
  plan: SessionPlan,
  tools: SessionTools,
  header: SessionRecord,
  tape: SessionTape,
  records: readonly PlacedRecord[],
  market: OpenMarket,
  strategies: ReadonlyMap<string, StrategyClass>,
  copiedTo: number,
): LiveSession {
  return new LiveSession({
    header,
    tape,
    records,
    stream: market.stream,
    endTime: market.endTime,
    ...(market.reactive === undefined ? {} : { reactive: market.reactive }),
    copyMarket: market.reference.kind !== 'history',
    ...(market.live === undefined ? {} : { live: market.live }),
    ...(market.closingPrices === undefined ? {} : { closingPrices: market.closingPrices }),
    copiedTo,
    resolveStrategy: (name) => strategies.get(name),
    keepMarketRows: plan.keepMarketRows,
    speed: plan.speed,
    ...(tools.hookProbe === undefined ? {} : { hookProbe: tools.hookProbe }),
    ...(tools.beat === undefined ? {} : { beat: tools.beat }),
    nowMs: () => tools.clock.monotonicMs(),
    onDurable: tools.onDurable,
  });
}

function startedLater(records: readonly PlacedRecord[]): StrategyConfig[] {
  const configs: StrategyConfig[] = [];
  for (const { record } of records) {
    if (record.type === 'command' && record.command.type === 'startStrategy') configs.push(record.command.config);
  }
  return configs;
}

/** Loads what the tape's strategies need; a file that has changed since cannot be matched with what it did. */
async function loadStrategies(
  configs: readonly StrategyConfig[],
  plan: SessionPlan,
  header: SessionRecord,
): Promise<Map<string, StrategyClass>> {
  const strategies = new Map<string, StrategyClass>();
  for (const { strategy } of configs) {
    if (strategies.has(strategy)) continue;
    const loaded = await loadStrategy(strategy, plan);
    const recorded = header.identity.strategies[strategy];
    if (recorded !== undefined && recorded !== loaded.hash) {
      throw new PapertapeError(
        'VERIFY_MISMATCH',
        `The strategy ${strategy} has changed since the session ${header.config.sessionId} began.`,
        { remedy: 'Start a new session with --fresh, or put the old file back; the tape is kept as it is.' },
      );
    }
    strategies.set(strategy, loaded.strategyClass);
  }
  return strategies;
}
