/** Builders and recorders for the engine's tests. */
import type { Command, CommandResult } from '../domain/commands.js';
import type { Fill } from '../domain/fill.js';
import type { BarTable, MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { OrderTransition } from '../domain/orderState.js';
import type { KernelSink, StrategyState } from '../domain/ports.js';
import type { RiskDecision } from '../domain/risk.js';
import type { SessionConfig, StrategyConfig } from '../domain/session.js';
import type { Signal } from '../domain/signal.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { Kernel } from './Kernel.js';
import type { KernelOptions } from './kernelParts.js';
import type { RecordedDecision, RecordedDecisions } from './recovery.js';
import { TestVenue } from './testVenue.js';
import type { TestVenueOptions } from './testVenue.js';

/** 2013-10-07 09:30 New York. */
export const OPEN: Micros = 1_381_152_600_000_000;

/** A bar by its prices in dollars: open, high, low, close. */
export type Ohlc = readonly [open: number, high: number, low: number, close: number];

/** Minute bars from the open on; one list per symbol, all symbols in every minute. */
export function minuteBars(...symbols: readonly (readonly Ohlc[])[]): BarTable {
  const minutes = symbols[0]?.length ?? 0;
  const table = createBarTable('1m', minutes * symbols.length);
  for (let minute = 0; minute < minutes; minute += 1) {
    symbols.forEach((bars, symbolId) => {
      const [open, high, low, close] = bars[minute] ?? [0, 0, 0, 0];
      const row = table.length;
      table.symbolId[row] = symbolId;
      table.start[row] = OPEN + minute * MINUTE;
      table.time[row] = OPEN + (minute + 1) * MINUTE;
      table.open[row] = Math.round(open * DOLLAR);
      table.high[row] = Math.round(high * DOLLAR);
      table.low[row] = Math.round(low * DOLLAR);
      table.close[row] = Math.round(close * DOLLAR);
      table.volume[row] = 1000;
      table.length = row + 1;
    });
  }
  return table;
}

/** Flat bars at these closes; each opens where the last closed. */
export function closes(prices: readonly number[]): Ohlc[] {
  return prices.map((close, index) => {
    const open = prices[index - 1] ?? close;
    return [open, Math.max(open, close), Math.min(open, close), close];
  });
}

/** A batch of one table. */
export function batchOf(table: BarTable): MarketBatch {
  return { tables: [table], order: null, length: table.length };
}

/** A sink that keeps copies as one list of plain records, and what recovery needs. */
export class RecordingSink implements KernelSink {
  readonly records: Readonly<Record<string, unknown>>[] = [];
  readonly events: { readonly point: number; readonly time: Micros; readonly event: VenueEvent }[] = [];
  readonly decisions: RecordedDecision[] = [];
  kernel: Kernel | undefined = undefined;

  onSignal(signal: Signal, decision: RiskDecision, order: Order | undefined): void {
    const { id, instanceId, intent, reason } = signal;
    this.add({ what: 'signal', id, instanceId, intent, reason, outcome: decision.outcome, denial: decision.reason });
    this.decisions.push({ signal, order, decision: copyDecision(decision) });
  }
  onVenueEvent(event: VenueEvent): void {
    const { kernel } = this;
    if (kernel !== undefined) this.events.push({ point: kernel.decisionPoint, time: kernel.now, event });
  }
  onOrder(
    order: Order,
    transition: OrderTransition,
    _event: VenueEvent | undefined,
    decision: RiskDecision | undefined,
  ): void {
    const { id, status, side, type, quantity, filledQuantity, symbolId, clientOrderId, statusReason } = order;
    const fields = { id, status, side, type, quantity, filledQuantity, symbolId, clientOrderId, statusReason };
    this.add({ what: 'order', transition, ...fields });
    if (decision !== undefined) this.decisions.push({ signal: undefined, order, decision: copyDecision(decision) });
  }
  onFill(fill: Fill): void {
    const { id, orderId, side, quantity, price } = fill;
    this.add({ what: 'fill', id, orderId, side, quantity, price });
  }
  onStrategy(instanceId: string, state: StrategyState, _time: Micros, error: string | undefined): void {
    this.add({ what: 'strategy', instanceId, state, error: error?.split('\n')[0] });
  }
  onCommand(command: Command, result: CommandResult): void {
    this.add({ what: 'command', type: command.type, ...result });
  }
  onLog(instanceId: string, _time: Micros, text: string): void {
    this.add({ what: 'log', instanceId, text });
  }

  /** The records of one kind. */
  of(what: string): Readonly<Record<string, unknown>>[] {
    return this.records.filter((record) => record['what'] === what);
  }

  private add(record: Readonly<Record<string, unknown>>): void {
    this.records.push({ at: ((this.kernel?.now ?? OPEN) - OPEN) / MINUTE, ...record });
  }
}

function copyDecision(decision: RiskDecision): RiskDecision {
  return {
    ...decision,
    answers: decision.answers.slice(),
    measured: decision.measured.slice(),
    limits: decision.limits.slice(),
  };
}

/** The record of a sink as recovery reads it. */
export class TestRecord implements RecordedDecisions {
  private readonly sink: RecordingSink;
  private events = 0;
  private decisions = 0;

  constructor(sink: RecordingSink) {
    this.sink = sink;
  }

  get nextPoint(): number {
    return this.sink.events[this.events]?.point ?? Infinity;
  }
  get nextTime(): Micros {
    return this.sink.events[this.events]?.time ?? Infinity;
  }
  takeEvent(): VenueEvent {
    const next = this.sink.events[this.events];
    if (next === undefined) throw new RangeError('no event is left');
    this.events += 1;
    return next.event;
  }
  takeDecision(): RecordedDecision | undefined {
    const next = this.sink.decisions[this.decisions];
    if (next !== undefined) this.decisions += 1;
    return next;
  }
  get remaining(): number {
    return this.sink.events.length - this.events + this.sink.decisions.length - this.decisions;
  }
}

/** What a test may change of a session. */
export interface TestSession {
  readonly strategies?: Readonly<Record<string, StrategyClass>>;
  /** Instances; one per strategy, named after it, on all symbols, by default. */
  readonly instances?: readonly Partial<StrategyConfig>[];
  readonly symbols?: readonly string[];
  readonly config?: Partial<SessionConfig>;
  readonly venue?: TestVenueOptions;
  readonly policy?: Partial<KernelOptions['policy']>;
  readonly options?: Partial<KernelOptions>;
}

/** A kernel over the test venue, not yet started. */
export function testKernel(session: TestSession): { kernel: Kernel; venue: TestVenue; sink: RecordingSink } {
  const symbols = session.symbols ?? ['SPY'];
  const classes = session.strategies ?? {};
  const cash = session.config?.startingCash ?? 100_000 * DOLLAR;
  const venue = new TestVenue(symbols.length, DOLLAR, cash, session.venue);
  const sink = new RecordingSink();
  const instances = session.instances ?? Object.keys(classes).map((strategy) => ({ strategy }));
  const config: SessionConfig = {
    sessionId: 't',
    feed: 'recorded',
    symbols,
    priceScale: DOLLAR,
    accountId: 'test',
    startingCash: cash,
    preset: 'test',
    feePlan: 'zero',
    seed: 1,
    startTime: OPEN,
    limits: {},
    strategies: instances.map((instance) => ({
      instanceId: instance.strategy ?? '',
      strategy: '',
      symbols,
      timeframe: '1m',
      params: {},
      allocation: 1,
      ...instance,
    })),
    ...session.config,
  };
  const kernel = new Kernel({
    config,
    venue,
    sink,
    resolveStrategy: (name) => (Object.hasOwn(classes, name) ? classes[name] : undefined),
    policy: {
      sizing: 'equityFraction',
      leverage: 1,
      coverLeverage: 1,
      reversal: 'afterClose',
      crossing: 'reject',
      buyingPower: 'cash',
      estimateFees: () => 0,
      tickOf: () => DOLLAR / 100,
      ...session.policy,
    },
    markModel: 'clippedToQuote',
    ...session.options,
  });
  sink.kernel = kernel;
  return { kernel, venue, sink };
}
