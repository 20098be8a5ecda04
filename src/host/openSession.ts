/**
 * Opens a session in its thread: goes on with the latest one of the same market if it has not ended, or starts a
 * new one, which carries on the account of the latest.
 */
import { join } from 'node:path';
import { nextSession } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { SessionConfig, StrategyConfig } from '../domain/session.js';
import { MINUTE } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { shadowPresets } from '../analytics/fillScenarios.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import type { StorageNotice } from '../storage/eventLog.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { carriedOrders } from './carriedOrders.js';
import { INSTALLATION } from './installation.js';
import { LiveSession } from './LiveSession.js';
import { openMarket, openNewMarket, type OpenMarket } from './marketSource.js';
import { lastTapeMarketTime, readTape, type SessionRecord } from './readTape.js';
import { demoStrategies, type MarketPlan, type SessionPlan } from './sessionPlan.js';
import { readLog } from '../storage/logReader.js';
import { SessionTape } from './SessionTape.js';
import { loadStrategy } from './strategyLoader.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';

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
  readonly nowMs: () => number;
  readonly onDurable: (placed: PlacedRecord) => void;
  /** Gets the tape's durable groups, see `SessionTape.open`. */
  readonly onGroup?: (bytes: Uint8Array) => void;
  readonly onNotice: (notice: StorageNotice) => void;
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

/** Folder of the tapes within a data directory. */
export function tapesFolder(dataDir: string): string {
  return join(dataDir, 'tapes');
}

/** The directory of a session's tape. */
export function tapeDirectory(dataDir: string, sessionId: string): string {
  return join(tapesFolder(dataDir), sessionId);
}

/** Names of the sessions of a data directory, oldest first. */
export function sessionNames(fs: FileSystem, dataDir: string): readonly string[] {
  try {
    return fs
      .list(tapesFolder(dataDir))
      .filter((name) => /-\d{4,}$/.test(name))
      .sort((a, b) => numberIn(a) - numberIn(b));
  } catch {
    // No folder: no session was ever recorded.
    return [];
  }
}

function numberIn(sessionId: string): number {
  return Number(/\d+$/.exec(sessionId)?.[0] ?? 0);
}

/** Opens it. Throws the errors of the tape, the market and the strategies. */
export async function openSession(plan: SessionPlan, tools: SessionTools): Promise<OpenedSession> {
  const names = sessionNames(tools.fs, plan.dataDir);
  const latest = names[names.length - 1];
  const number = latest === undefined ? 1 : numberIn(latest) + 1;
  if (latest === undefined) return startNew(plan, tools, { number });
  if (plan.fresh) {
    retell(plan, tools, latest);
    return startNew(plan, tools, { number });
  }
  const tape = readTape(tools.fs, tapeDirectory(plan.dataDir, latest));
  if (goesOn(tape.session, tape.records, plan)) return resume(latest, plan, tools);
  retell(plan, tools, latest);
  const closing = plan.market.kind === 'simulated' ? closingOf(tape.records) : undefined;
  if (closing === undefined) {
    // A later day goes on with what happened before; an earlier one cannot know it yet.
    const isLater = tape.session.market.date < plan.market.date;
    return startNew(plan, tools, { number, ...(isLater ? { follows: latest } : {}) });
  }
  const date = formatDate(nextSession(parseDate(tape.session.market.date)).date);
  const next = { ...plan, market: { ...plan.market, date } as MarketPlan };
  return startNew(next, tools, { number, closing, follows: latest });
}

/**
 * Gives the groups of the session before to {@link SessionTools.onGroup} once more, before those of a new tape: what
 * became durable shortly before a kill may not have reached whoever takes them. A damaged tape ends where it is so.
 */
function retell({ dataDir, follows }: SessionPlan, { fs, onGroup, onNotice }: SessionTools, sessionId: string): void {
  if (onGroup === undefined || follows === sessionId) return;
  try {
    for (const { bytes } of readLog(fs, tapeDirectory(dataDir, sessionId))) onGroup(bytes);
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    onNotice({ code: error.code, message: `The tables may lack the end of ${sessionId}: ${error.message}` });
  }
}

/** The place of a new session among the others: its number, what it carries on, and whose history it goes on with. */
interface Succession {
  readonly number: number;
  readonly closing?: ClosingRecord;
  readonly follows?: string;
}

type ClosingRecord = Extract<TapeRecord, { type: 'closing' }>;

function closingOf(records: readonly PlacedRecord[]): ClosingRecord | undefined {
  for (let i = records.length - 1; i >= 0; i -= 1) {
    const record = records[i]?.record;
    if (record?.type === 'closing') return record;
  }
  return undefined;
}

/** Restores what a person has set, then enters the orders that were to work on; each says where it comes from. */
function carryOn(session: LiveSession, closing: ClosingRecord): void {
  const { symbols, sessionId } = session.header.config;
  if (closing.killSwitchOn) {
    const reason = 'still on from the session before';
    session.execute({ type: 'killSwitch', user: 'system', on: true, flatten: false, reason });
  }
  for (const { order, group } of carriedOrders(closing.orders)) {
    session.execute({
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
    });
  }
}

function goesOn(session: SessionRecord, records: readonly PlacedRecord[], plan: SessionPlan): boolean {
  const last = records[records.length - 1]?.record;
  if (last?.type === 'position' && last.ended) return false;
  if (plan.market.kind === 'simulated') return session.market.kind === 'simulated';
  return session.market.kind === 'history' && session.market.date === plan.market.date;
}

async function resume(sessionId: string, plan: SessionPlan, tools: SessionTools): Promise<OpenedSession> {
  const directory = tapeDirectory(plan.dataDir, sessionId);
  const copiedTo = lastTapeMarketTime(tools.fs, directory);
  const recovered: PlacedRecord[] = [];
  const tape = openTape(directory, sessionId, tools, (placed) => recovered.push(placed));
  const [opening, ...records] = recovered;
  if (opening?.record.type !== 'session') {
    throw new PapertapeError('JOURNAL_CORRUPT', `The tape ${sessionId} does not begin with its session.`);
  }
  const header = opening.record;
  const market = await openMarket(header.market, tools.history);
  const configs = [...header.config.strategies, ...startedLater(records)];
  const strategies = await loadStrategies(configs, plan, header);
  const session = assemble(plan, tools, header, tape, records, market, strategies, copiedTo);
  return { session, recovered, strategies };
}

async function startNew(
  plan: SessionPlan,
  tools: SessionTools,
  { number, closing, follows }: Succession,
): Promise<OpenedSession> {
  const market = await openNewMarket(plan.market, tools.history, closing?.prices);
  const prefix = market.reference.kind === 'simulated' ? 'sim' : 'replay';
  const sessionId = `${prefix}-${market.reference.date}-${String(number).padStart(4, '0')}`;
  const preset = presetOf(plan.preset);
  const config: SessionConfig = {
    sessionId,
    feed: market.reference.kind === 'simulated' ? 'sim' : 'recorded',
    symbols: market.symbols,
    ...market.facts,
    priceScale: RAW_PRICE_SCALE,
    accountId: 'paper',
    startingCash: plan.startingCash,
    preset: preset.name,
    feePlan: plan.feePlan ?? preset.feePlan,
    seed: plan.market.kind === 'simulated' ? plan.market.seed : 1,
    startTime: market.startTime,
    limits: closing?.limits ?? plan.limits,
    strategies: closing?.strategies ?? plan.strategies ?? demoStrategies(market.symbols),
    ...(plan.shadows === false ? {} : { shadowPresets: shadowPresets(preset.name) }),
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
    carried: closing?.account ?? null,
    ...(follows === undefined ? {} : { follows }),
  };
  const tape = openTape(tapeDirectory(plan.dataDir, sessionId), sessionId, tools, () => undefined);
  const seq = tape.append(header, config.startTime);
  tape.commit();
  const session = assemble(plan, tools, header, tape, [], market, strategies, -Infinity);
  const opening = { seq, record: header };
  tools.onDurable(opening);
  if (closing !== undefined) carryOn(session, closing);
  if (plan.startAt !== undefined) session.fastForward(plan.startAt);
  else if (market.openTime !== undefined) {
    session.fastForward(market.openTime - (closing === undefined ? FIRST_DAY_LEAD : LATER_DAY_LEAD));
  }
  return { session, recovered: [opening], strategies };
}

function openTape(
  directory: string,
  sessionId: string,
  tools: SessionTools,
  onRecord: (placed: PlacedRecord) => void,
): SessionTape {
  const { fs, onGroup, onNotice } = tools;
  return SessionTape.open({ fs, directory, sessionId, onRecord, onGroup, onNotice });
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
    copyMarket: market.reference.kind === 'simulated',
    ...(market.closingPrices === undefined ? {} : { closingPrices: market.closingPrices }),
    copiedTo,
    resolveStrategy: (name) => strategies.get(name),
    keepMarketRows: plan.keepMarketRows,
    speed: plan.speed,
    ...(tools.hookProbe === undefined ? {} : { hookProbe: tools.hookProbe }),
    ...(tools.beat === undefined ? {} : { beat: tools.beat }),
    nowMs: tools.nowMs,
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
