/** One running strategy: the author's object, its cursors, its indicators, and what works for it in the market. */
import type { BarTable } from '../domain/marketTables.js';
import type { OrderSource } from '../domain/order.js';
import type { StrategyState } from '../domain/ports.js';
import type { StrategyConfig } from '../domain/session.js';
import type { Signal } from '../domain/signal.js';
import type { Micros } from '../domain/units.js';
import type { Indicator } from '../indicators/Indicator.js';
import type { SymbolCursor } from '../indicators/IndicatorLine.js';
import { Bar, QuoteTick, TradePrint } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import type { IndicatorScope } from '../strategies/IndicatorScope.js';
import { resolveParams } from '../strategies/param.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { assert } from '../utils/assert.js';
import { internalized } from '../utils/internalized.js';
import { NumberedTexts } from '../utils/NumberedTexts.js';
import type { OrderRecord } from './OrderRecord.js';

/** An entry that waits for another order of its instance to end: the close of a reversal, or a cancel. */
export interface PendingEntry {
  readonly signal: Signal;
  readonly waitsFor: string;
  /** Whether what is held is closed first, on whichever side it is. */
  readonly closes: boolean;
}

/** See the module header. Fields are public because runner and orchestrator share them per event. */
export class StrategyInstance {
  readonly config: StrategyConfig;
  readonly id: string;
  readonly strategy: Strategy;
  readonly scopes: readonly IndicatorScope[];
  /** Ids of its symbols in the session, by slot; and the slot of each session symbol, -1 if not its own. */
  readonly symbolIds: readonly number[];
  readonly slotOf: Int32Array;
  readonly cursor: SymbolCursor;
  readonly bar: Bar;
  readonly quote: QuoteTick;
  readonly trade: TradePrint;
  state: StrategyState = 'warmingUp';
  /** Whether hooks are called: warming up or running. */
  active = true;
  /** Whether `onStart` was called. */
  started = false;
  /** Set by the runner before the first hook. */
  context: Context | undefined = undefined;
  /** Working entry and exit per slot, and entries that wait. */
  readonly entry: (OrderRecord | undefined)[];
  readonly exit: (OrderRecord | undefined)[];
  readonly pending: (PendingEntry | undefined)[];
  /** Time of the last signal per slot and intent, for duplicates. */
  private readonly lastSignal: Float64Array;
  private readonly lastTarget: Float64Array;
  /** The source of all its orders; one object, as orders are kept for the whole session. */
  readonly source: OrderSource;
  /** The client order ids of this instance, and how many there were. */
  readonly clientOrderIds: NumberedTexts;
  clientOrderCount = 0;
  private readonly ready: Uint8Array;
  private readySlots = 0;

  /**
   * Builds the strategy. Throws `STRATEGY_PARAMETER_INVALID` for its parameters, and whatever the author's
   * constructor throws. Symbols must be the session's.
   */
  constructor(
    config: StrategyConfig,
    strategyClass: StrategyClass,
    sessionId: string,
    sessionSymbols: readonly string[],
    priceScale: number,
  ) {
    this.config = config;
    this.id = internalized(config.instanceId);
    this.source = { kind: 'strategy', instanceId: config.instanceId };
    this.clientOrderIds = new NumberedTexts(`${sessionId}-${config.instanceId}-`);
    const ids = new Map(sessionSymbols.map((symbol, id) => [symbol, id] as const).reverse());
    this.symbolIds = config.symbols.map((symbol) => ids.get(symbol) ?? -1);
    this.slotOf = new Int32Array(sessionSymbols.length).fill(-1);
    this.symbolIds.forEach((id, slot) => (this.slotOf[id] = slot));
    this.cursor = { slot: 0 };
    this.bar = new Bar(sessionSymbols, priceScale);
    this.quote = new QuoteTick(sessionSymbols, priceScale);
    this.trade = new TradePrint(sessionSymbols, priceScale);
    const slots = this.symbolIds.length;
    this.strategy = new strategyClass({
      params: resolveParams(config.strategy, strategyClass.params, config.params),
      timeframe: config.timeframe,
      symbols: config.symbols,
      priceScale,
      cursor: this.cursor,
    });
    this.scopes = Strategy.scopesOf(this.strategy);
    this.entry = Array.from({ length: slots }, () => undefined);
    this.exit = Array.from({ length: slots }, () => undefined);
    this.pending = Array.from({ length: slots }, () => undefined);
    this.lastSignal = new Float64Array(slots * 4).fill(-1);
    this.lastTarget = new Float64Array(slots);
    this.ready = new Uint8Array(slots);
  }

  /** Bars of its own timeframe that its indicators need, at least; those of longer timeframes in their own bars. */
  warmUpBars(): number {
    let most = 0;
    for (const indicator of this.scopes[0]?.indicators ?? []) most = Math.max(most, indicator.warmUpBars);
    return most;
  }

  /** Whether everything declared has a value for the slot; remembered once true (X15). */
  isReady(slot: number): boolean {
    if (this.ready[slot] === 1) return true;
    for (const scope of this.scopes) {
      for (const indicator of scope.indicators) if (!indicator.isReady(slot)) return false;
    }
    this.ready[slot] = 1;
    this.readySlots += 1;
    return true;
  }

  /** The first average true range declared on the strategy's own bars, in dollars; without one it is an error. */
  averageTrueRange(symbolId: number): number {
    const line = this.scopes[0]?.averageTrueRange;
    assert(line !== undefined, 'a distance in average true ranges needs one: declare this.atr(14) in a field');
    const { slot } = this.cursor;
    this.cursor.slot = this.slotOf[symbolId] ?? 0;
    const { value } = line;
    this.cursor.slot = slot;
    return value;
  }

  /** Whether it is told of what becomes of its orders. */
  get isFollowing(): boolean {
    return this.strategy.onOrder !== undefined || this.strategy.onFill !== undefined;
  }

  /** What the strategy's own part of an indicator threw, if it did. */
  get failure(): { readonly error: unknown } | undefined {
    const { scopes } = this;
    for (let i = 0; i < scopes.length; i += 1) {
      const failure = scopes[i]?.failure;
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  /** Whether every symbol is ready. */
  get isWarm(): boolean {
    return this.readySlots === this.symbolIds.length;
  }

  /** Whether the same intent (and target) was already signalled for the slot at this time; notes it. */
  isDuplicate(slot: number, intent: number, target: number, now: Micros): boolean {
    const index = slot * 4 + intent;
    const same = this.lastSignal[index] === now && this.lastTarget[slot] === target;
    this.lastSignal[index] = now;
    this.lastTarget[slot] = target;
    return same;
  }
}

/** Updates the indicators of one scope with one bar. */
export function updateIndicators(indicators: readonly Indicator[], slot: number, table: BarTable, row: number): void {
  for (let i = 0; i < indicators.length; i += 1) indicators[i]?.update(slot, table, row);
}

/** Updates an indicator with the rows [from, to) of one time, row by row; `slotOf` has the slot of each symbol id. */
export function updateOneByOne(
  indicator: Indicator | undefined,
  slotOf: Int32Array,
  table: BarTable,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row += 1) {
    const slot = slotOf[table.symbolId[row] ?? 0] ?? -1;
    if (slot >= 0) indicator?.update(slot, table, row);
  }
}
