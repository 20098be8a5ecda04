/**
 * Whose indicators take which bars, and who is called for them. Indicators are updated here, before any hook: bar by
 * bar, for all bars of one time at once, or for many bars of one symbol ahead of the hooks.
 */
import type { BarTable } from '../domain/marketTables.js';
import { TIMEFRAMES, timeframeCode } from '../domain/timeframe.js';
import type { Indicator } from '../indicators/Indicator.js';
import { MOST_AHEAD } from '../indicators/IndicatorLine.js';
import type { RowsAhead } from '../indicators/RowsAhead.js';
import { updateIndicators, updateOneByOne } from './StrategyInstance.js';
import type { StrategyInstance } from './StrategyInstance.js';

/** Whose indicators a bar of one timeframe and symbol updates, and whether it is their own timeframe. */
export interface BarListener {
  readonly instance: StrategyInstance;
  readonly indicators: readonly Indicator[];
  readonly ahead: RowsAhead;
  readonly own: boolean;
}

const NO_LISTENERS: readonly BarListener[] = [];

/** See the module header. */
export class BarListeners {
  private readonly symbolCount: number;
  /** By timeframe code × symbol count + symbol id. */
  private readonly listeners: (BarListener[] | undefined)[];
  /** The same listeners by timeframe code alone, each once. */
  private readonly scopesOf: BarListener[][] = TIMEFRAMES.map(() => []);

  constructor(symbolCount: number) {
    this.symbolCount = symbolCount;
    this.listeners = Array.from({ length: TIMEFRAMES.length * symbolCount }, () => undefined);
  }

  /** Adds an instance with all timeframes that it reads. */
  add(instance: StrategyInstance): void {
    instance.scopes.forEach(({ timeframe, indicators, ahead }, index) => {
      const listener = { instance, indicators, ahead, own: index === 0 };
      const code = timeframeCode(timeframe);
      this.scopesOf[code]?.push(listener);
      for (const symbolId of instance.symbolIds) {
        (this.listeners[code * this.symbolCount + symbolId] ??= []).push(listener);
      }
    });
  }

  /** Whose bars these are. The code is that of the timeframe. */
  listenersOf(code: number, symbolId: number): readonly BarListener[] {
    return this.listeners[code * this.symbolCount + symbolId] ?? NO_LISTENERS;
  }

  /** Updates every indicator that reads this bar; no hook is called. */
  observeBar(code: number, table: BarTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const listeners = this.listenersOf(code, symbolId);
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener !== undefined) {
        updateIndicators(listener.indicators, listener.instance.slotOf[symbolId] ?? 0, table, row);
      }
    }
  }

  /** As {@link observeBar} for the rows [from, to) of one time. */
  observeBars(code: number, table: BarTable, from: number, to: number): void {
    const scopes = this.scopesOf[code] ?? NO_LISTENERS;
    for (let i = 0; i < scopes.length; i += 1) {
      const scope = scopes[i];
      if (scope === undefined) continue;
      const { indicators } = scope;
      const { slotOf } = scope.instance;
      const first = firstOfRun(slotOf, table, from, to);
      for (let j = 0; j < indicators.length; j += 1) {
        const indicator = indicators[j];
        if (first >= 0 && indicator?.updateRun !== undefined) indicator.updateRun(first, table, from, to);
        else if (indicator?.updateRows === undefined) updateOneByOne(indicator, slotOf, table, from, to);
        else indicator.updateRows(slotOf, table, from, to);
      }
    }
  }

  /**
   * Updates the indicators with the rows from `row` on and returns the row after the last; `row` itself if they
   * cannot work ahead. Nothing of it is seen until {@link uncoverBar} is called for each of these rows, in place of
   * {@link observeBar}. Possible where all rows are of one symbol and every indicator has its first value.
   */
  observeAhead(code: number, table: BarTable, row: number): number {
    if (this.symbolCount !== 1) return row;
    const listeners = this.listenersOf(code, 0);
    for (const { instance, indicators } of listeners) {
      if (!instance.isReady(0)) return row;
      for (const indicator of indicators) if (indicator.updateAhead === undefined) return row;
    }
    const end = Math.min(table.length, row + MOST_AHEAD);
    for (const { indicators, ahead } of listeners) {
      for (const indicator of indicators) indicator.updateAhead?.(0, table, row, end);
      ahead.rows += end - row;
    }
    return end;
  }

  /** Lets the next bar that {@link observeAhead} has taken in be seen. */
  uncoverBar(code: number): void {
    uncover(this.listeners[code] ?? NO_LISTENERS, 1);
  }

  /**
   * Who listens to bars of a timeframe of the session's only symbol, in the order of their hooks, if each whose own
   * bars these are runs or has ended: what is left out of a run of bars is then the same for all. Undefined otherwise.
   */
  runListeners(code: number): readonly BarListener[] | undefined {
    if (this.symbolCount !== 1) return undefined;
    const listeners = this.listenersOf(code, 0);
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i];
      if (listener?.own === true && listener.instance.state === 'warmingUp') return undefined;
    }
    return listeners;
  }

  /** The instance that alone has bars of a timeframe as its own, whatever their symbol; undefined if several have. */
  soleInstance(code: number): StrategyInstance | undefined {
    const scopes = this.scopesOf[code] ?? NO_LISTENERS;
    let sole: StrategyInstance | undefined;
    for (let i = 0; i < scopes.length; i += 1) {
      const scope = scopes[i];
      if (scope?.own !== true) continue;
      if (sole !== undefined) return undefined;
      sole = scope.instance;
    }
    return sole;
  }
}

/** Whether there is a hook to be called for bars: not where only indicators listen, or strategies that have ended. */
export function isHeard(listeners: readonly BarListener[]): boolean {
  for (let i = 0; i < listeners.length; i += 1) {
    const listener = listeners[i];
    if (listener?.own === true && listener.instance.active === true) return true;
  }
  return false;
}

/** Lets the next `rows` bars of those that were taken ahead be seen. */
export function uncover(listeners: readonly BarListener[], rows: number): void {
  for (let i = 0; i < listeners.length; i += 1) {
    const listener = listeners[i];
    if (listener !== undefined) listener.ahead.rows -= rows;
  }
}

/** The slot of the first of the rows [from, to), if their slots follow one another; else −1. */
function firstOfRun(slotOf: Int32Array, table: BarTable, from: number, to: number): number {
  const { symbolId } = table;
  const first = slotOf[symbolId[from] ?? 0] ?? -1;
  if (first < 0) return -1;
  const behind = first - from;
  for (let row = from + 1; row < to; row += 1) if (slotOf[symbolId[row] ?? 0] !== behind + row) return -1;
  return first;
}
