/** Price levels: pivots from the period before, and the average price since an anchor. */
import type { BarTable } from '../../domain/marketTables.js';
import type { Micros } from '../../domain/units.js';
import { PeriodCursor } from '../PeriodCursor.js';
import type { Period } from '../PeriodCursor.js';
import { RollingExtreme, Window } from '../rolling.js';
import type { Study } from '../Study.js';

/** How pivots are made of the high, low and close of the period before. */
export type PivotKind = 'classic' | 'fibonacci' | 'woodie' | 'camarilla' | 'demark';

/** Resistances of each kind, and as many supports. */
const LEVELS: Readonly<Record<PivotKind, number>> = { classic: 3, fibonacci: 3, woodie: 3, camarilla: 4, demark: 1 };

/**
 * Pivots for the running session, week or month; from its first bar on. Formulas are Stock.Indicators': Woodie's pivot
 * counts the open of the running period twice, Camarilla's pivot is the close before. Lines: pivot, then resistance and
 * support by turns from the nearest outwards. Ready when a second period begins.
 */
export class Pivots implements Study {
  readonly warmUpBars = 0;
  readonly out: Float64Array;
  private readonly kind: PivotKind;
  private readonly cursor: PeriodCursor;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;
  private periods = 0;

  constructor(kind: PivotKind, period: Period) {
    this.kind = kind;
    this.out = new Float64Array(1 + 2 * LEVELS[kind]);
    this.cursor = new PeriodCursor(period);
  }

  next(table: BarTable, row: number): boolean {
    const step = this.cursor.next(table, row);
    if (step === 'outside') return this.periods > 1;
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    if (step === 'first') {
      const open = table.open[row] ?? 0;
      if (this.periods > 0) this.take(open);
      this.periods += 1;
      this.open = open;
      this.high = high;
      this.low = low;
    } else {
      this.high = Math.max(this.high, high);
      this.low = Math.min(this.low, low);
    }
    this.close = table.close[row] ?? 0;
    return this.periods > 1;
  }

  private take(openNow: number): void {
    const { kind, high, low, close } = this;
    const range = high - low;
    switch (kind) {
      case 'classic':
        return this.around((high + low + close) / 3);
      case 'woodie':
        return this.around((high + low + 2 * openNow) / 4);
      case 'fibonacci': {
        const pivot = (high + low + close) / 3;
        return this.steps(pivot, range, FIBONACCI_STEPS);
      }
      case 'camarilla':
        return this.steps(close, range, CAMARILLA_STEPS);
      case 'demark': {
        const nearer = close < this.open ? low : close > this.open ? high : close;
        const sum = high + low + close + nearer;
        this.out[0] = sum / 4;
        this.out[1] = sum / 2 - low;
        this.out[2] = sum / 2 - high;
      }
    }
  }

  /** Floor traders' levels around a pivot. */
  private around(pivot: number): void {
    const { out, high, low } = this;
    out[0] = pivot;
    out[1] = 2 * pivot - low;
    out[2] = 2 * pivot - high;
    out[3] = pivot + (high - low);
    out[4] = pivot - (high - low);
    out[5] = high + 2 * (pivot - low);
    out[6] = low - 2 * (high - pivot);
  }

  /** Levels at parts of the range on both sides of the pivot. */
  private steps(pivot: number, range: number, steps: readonly number[]): void {
    this.out[0] = pivot;
    for (let index = 0; index < steps.length; index += 1) {
      const step = (steps[index] ?? 0) * range;
      this.out[1 + 2 * index] = pivot + step;
      this.out[2 + 2 * index] = pivot - step;
    }
  }
}

const FIBONACCI_STEPS = [0.382, 0.618, 1];
const CAMARILLA_STEPS = [1.1 / 12, 1.1 / 6, 1.1 / 4, 1.1 / 2];

/** Where an average price begins: at a time, with each period, or at the extreme of the last `bars` bars. */
export type VwapAnchor =
  { readonly at: Micros } | { readonly each: Period } | { readonly since: 'highest' | 'lowest'; readonly bars: number };

/**
 * Volume-weighted average of the typical price (high + low + close) / 3 since the first bar that starts at or after a
 * time, or since the first regular bar of a session, week or month. Bars without volume change nothing; no value before
 * one with volume. A new period keeps the old value until then. With `each`, bars outside regular hours do not count.
 */
export class AnchoredVwap implements Study {
  readonly warmUpBars = 0;
  readonly out = new Float64Array(1);
  private readonly from: Micros;
  private readonly cursor: PeriodCursor | undefined;
  private turnover = 0;
  private volume = 0;
  private isReady = false;

  constructor(anchor: { readonly at: Micros } | { readonly each: Period }) {
    this.from = 'at' in anchor ? anchor.at : -Infinity;
    this.cursor = 'each' in anchor ? new PeriodCursor(anchor.each) : undefined;
  }

  next(table: BarTable, row: number): boolean {
    if ((table.start[row] ?? 0) < this.from) return false;
    const step = this.cursor?.next(table, row);
    if (step === 'outside') return this.isReady;
    if (step === 'first') {
      this.turnover = 0;
      this.volume = 0;
    }
    const shares = table.volume[row] ?? 0;
    this.turnover += threeTypical(table, row) * shares;
    this.volume += shares;
    if (this.volume === 0) return this.isReady;
    this.out[0] = this.turnover / (3 * this.volume);
    this.isReady = true;
    return true;
  }
}

/**
 * Volume-weighted average of the typical price since the bar with the highest high or lowest low of the last `length`
 * bars, the newest of equal ones, that bar included; the typical price of the newest bar while none of them had volume.
 */
export class ExtremeVwap implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly extreme: RollingExtreme;
  private readonly isHighest: boolean;
  /** Sums before each of the last bars, from a common start that moves along once in `length` bars. */
  private readonly turnovers: Window;
  private readonly volumes: Window;
  private turnover = 0;
  private volume = 0;

  constructor(since: 'highest' | 'lowest', length: number) {
    this.warmUpBars = length;
    this.isHighest = since === 'highest';
    this.extreme = new RollingExtreme(length, this.isHighest ? 1 : -1);
    this.turnovers = new Window(length);
    this.volumes = new Window(length);
  }

  next(table: BarTable, row: number): boolean {
    const { extreme, turnovers, volumes } = this;
    extreme.push((this.isHighest ? table.high[row] : table.low[row]) ?? 0);
    turnovers.push(this.turnover);
    if (volumes.push(this.volume)) this.moveStart();
    const shares = table.volume[row] ?? 0;
    const three = threeTypical(table, row);
    this.turnover += three * shares;
    this.volume += shares;
    const volume = this.volume - volumes.at(extreme.ago);
    this.out[0] = (volume === 0 ? three : (this.turnover - turnovers.at(extreme.ago)) / volume) / 3;
    return extreme.full;
  }

  /** Once in `length` bars: sums count from the oldest bar that is still of use, so that they stay small. */
  private moveStart(): void {
    const turnover = this.turnovers.at(this.turnovers.length - 1);
    const volume = this.volumes.at(this.volumes.length - 1);
    for (let index = 0; index < this.volumes.length; index += 1) {
      this.turnovers.values[index] = (this.turnovers.values[index] ?? 0) - turnover;
      this.volumes.values[index] = (this.volumes.values[index] ?? 0) - volume;
    }
    this.turnover -= turnover;
    this.volume -= volume;
  }
}

function threeTypical(table: BarTable, row: number): number {
  return (table.high[row] ?? 0) + (table.low[row] ?? 0) + (table.close[row] ?? 0);
}
