/** Studies of trend and pressure that TA-Lib does not have; conventions are those of Stock.Indicators. */
import type { BarTable } from '../../domain/marketTables.js';
import { SimpleAverage } from '../averages.js';
import { ExponentialAverage } from '../exponentialAverages.js';
import { RollingExtreme, RollingSum, Window } from '../rolling.js';
import type { Study } from '../Study.js';
import { Channel, priceOf } from './priceStudies.js';
import type { PriceKind } from './priceStudies.js';
import { TrueRange } from './rangeStudies.js';

/**
 * Lengths of an Ichimoku cloud, usually 9, 26 and 52; the leading spans are drawn `displacement` bars ahead, as many as
 * `base` unless given (TradingView's 26 counts the newest bar: 25 here).
 */
export interface IchimokuLengths {
  readonly conversion: number;
  readonly base: number;
  readonly span: number;
  readonly displacement?: number;
}

/**
 * Hosoda's cloud: conversion line (tenkan), base line (kijun), and the leading spans A and B as they lie under the
 * newest bar, that is, as they were drawn `displacement` bars ago. The lagging span is the close itself.
 */
export class Ichimoku implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(4);
  private readonly conversion: Channel;
  private readonly base: Channel;
  private readonly span: Channel;
  private readonly spanA: Window;
  private readonly spanB: Window;

  constructor({ conversion, base, span, displacement = base }: IchimokuLengths) {
    this.warmUpBars = Math.max(conversion, base, span) + displacement;
    this.conversion = new Channel(conversion, 'high', 'low');
    this.base = new Channel(base, 'high', 'low');
    this.span = new Channel(span, 'high', 'low');
    this.spanA = new Window(displacement + 1);
    this.spanB = new Window(displacement + 1);
  }

  next(table: BarTable, row: number): boolean {
    const { conversion, base, span, spanA, spanB, out } = this;
    const hasConversion = conversion.next(table, row);
    const hasBase = base.next(table, row);
    const hasSpan = span.next(table, row);
    out[0] = conversion.out[2] ?? NaN;
    out[1] = base.out[2] ?? NaN;
    if (hasConversion && hasBase) spanA.push(((out[0] ?? NaN) + (out[1] ?? NaN)) / 2);
    if (hasSpan) spanB.push(span.out[2] ?? NaN);
    out[2] = spanA.at(spanA.length - 1);
    out[3] = spanB.at(spanB.length - 1);
    return spanB.full && spanA.full;
  }
}

/** Heikin-Ashi bars: open, high, low, close. Open is the middle of the body before, close the mean of the bar. */
export class HeikinAshi implements Study {
  readonly warmUpBars = 1;
  readonly out = new Float64Array(4);
  private isFirst = true;

  next(table: BarTable, row: number): boolean {
    const { out } = this;
    const close = priceOf('average', table, row);
    const open = this.isFirst
      ? ((table.open[row] ?? 0) + (table.close[row] ?? 0)) / 2
      : ((out[0] ?? 0) + (out[3] ?? 0)) / 2;
    this.isFirst = false;
    out[0] = open;
    out[1] = Math.max(table.high[row] ?? 0, open, close);
    out[2] = Math.min(table.low[row] ?? 0, open, close);
    out[3] = close;
    return true;
  }
}

/** The vortex of Botes and Siepman: distances of highs from lows before, and of lows from highs, ÷ true ranges. */
export class Vortex implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly ups: RollingSum;
  private readonly downs: RollingSum;
  private readonly ranges: RollingSum;
  private readonly trueRange = new TrueRange();
  private high = NaN;
  private low = NaN;

  constructor(length: number) {
    this.warmUpBars = length + 1;
    this.ups = new RollingSum(length);
    this.downs = new RollingSum(length);
    this.ranges = new RollingSum(length);
  }

  next(table: BarTable, row: number): boolean {
    const high = table.high[row] ?? 0;
    const low = table.low[row] ?? 0;
    const { high: highBefore, low: lowBefore } = this;
    this.high = high;
    this.low = low;
    if (!this.trueRange.next(table, row)) return false;
    const up = this.ups.push(Math.abs(high - lowBefore));
    const down = this.downs.push(Math.abs(low - highBefore));
    const range = this.ranges.push(this.trueRange.out[0] ?? 0);
    this.out[0] = range === 0 ? 0 : up / range;
    this.out[1] = range === 0 ? 0 : down / range;
    return this.ranges.full;
  }
}

/** Elder's ray: how far high and low lie from the exponential average of the close: bull power, bear power. */
export class ElderRay implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly average: ExponentialAverage;

  constructor(length: number) {
    this.warmUpBars = length;
    this.average = new ExponentialAverage(length);
  }

  next(table: BarTable, row: number): boolean {
    const average = this.average.push(table.close[row] ?? 0);
    this.out[0] = (table.high[row] ?? 0) - average;
    this.out[1] = (table.low[row] ?? 0) - average;
    return !Number.isNaN(average);
  }
}

/** Williams' awesome oscillator: the difference of a fast and a slow simple average of the bar's middle. */
export class AwesomeOscillator implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly fast: SimpleAverage;
  private readonly slow: SimpleAverage;

  constructor(fast: number, slow: number) {
    this.warmUpBars = Math.max(fast, slow);
    this.fast = new SimpleAverage(fast);
    this.slow = new SimpleAverage(slow);
  }

  next(table: BarTable, row: number): boolean {
    const middle = priceOf('median', table, row);
    const difference = this.fast.push(middle) - this.slow.push(middle);
    this.out[0] = difference;
    return !Number.isNaN(difference);
  }
}

/** Blau's true strength index: changes smoothed twice ÷ their sizes smoothed twice, in percent, with its signal. */
export class TrueStrength implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(2);
  private readonly changes: readonly [ExponentialAverage, ExponentialAverage];
  private readonly sizes: readonly [ExponentialAverage, ExponentialAverage];
  private readonly signal: ExponentialAverage;
  private readonly kind: PriceKind;
  private before = NaN;

  constructor(first: number, second: number, signal: number, kind: PriceKind) {
    this.warmUpBars = first + second + signal - 1;
    this.changes = [new ExponentialAverage(first), new ExponentialAverage(second)];
    this.sizes = [new ExponentialAverage(first), new ExponentialAverage(second)];
    this.signal = new ExponentialAverage(signal);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const value = priceOf(this.kind, table, row);
    const change = value - this.before;
    this.before = value;
    if (Number.isNaN(change)) return false;
    const smoothed = this.changes[0].push(change);
    const size = this.sizes[0].push(Math.abs(change));
    if (Number.isNaN(smoothed)) return false;
    const top = this.changes[1].push(smoothed);
    const bottom = this.sizes[1].push(size);
    if (Number.isNaN(top)) return false;
    const strength = bottom === 0 ? 0 : (100 * top) / bottom;
    const signal = this.signal.push(strength);
    this.out[0] = strength;
    this.out[1] = signal;
    return !Number.isNaN(signal);
  }
}

/** Le Beau's chandelier exit of a long position: the highest high less `width` average true ranges (Wilder's). */
export class ChandelierExit implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly highest: RollingExtreme;
  private readonly trueRange = new TrueRange();
  private readonly range: ExponentialAverage;
  private readonly width: number;

  constructor(length: number, width: number) {
    this.warmUpBars = length + 1;
    this.highest = new RollingExtreme(length, 1);
    this.range = new ExponentialAverage(length, 1 / length);
    this.width = width;
  }

  next(table: BarTable, row: number): boolean {
    const top = this.highest.push(table.high[row] ?? 0);
    if (!this.trueRange.next(table, row)) return false;
    const range = this.range.push(this.trueRange.out[0] ?? 0);
    this.out[0] = top - this.width * range;
    return !Number.isNaN(range);
  }
}

/** The average of the last `length` prices weighted by volume (VWMA); the plain price while nothing traded. */
export class VolumeWeightedAverage implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly money: RollingSum;
  private readonly shares: RollingSum;
  private readonly kind: PriceKind;

  constructor(length: number, kind: PriceKind) {
    this.warmUpBars = length;
    this.money = new RollingSum(length);
    this.shares = new RollingSum(length);
    this.kind = kind;
  }

  next(table: BarTable, row: number): boolean {
    const close = priceOf(this.kind, table, row);
    const volume = table.volume[row] ?? 0;
    const money = this.money.push(close * volume);
    const shares = this.shares.push(volume);
    this.out[0] = shares === 0 ? close : money / shares;
    return this.shares.full;
  }
}

/** Elder's force index: change × volume, smoothed by an exponential average. In price units × shares. */
export class ForceIndex implements Study {
  readonly warmUpBars: number;
  readonly out = new Float64Array(1);
  private readonly average: ExponentialAverage;
  private before = NaN;

  constructor(length: number) {
    this.warmUpBars = length + 1;
    this.average = new ExponentialAverage(length);
  }

  next(table: BarTable, row: number): boolean {
    const close = table.close[row] ?? 0;
    const change = close - this.before;
    this.before = close;
    if (Number.isNaN(change)) return false;
    const force = this.average.push(change * (table.volume[row] ?? 0));
    this.out[0] = force;
    return !Number.isNaN(force);
  }
}
