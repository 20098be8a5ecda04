/**
 * Where a strategy declares its indicators: one scope per timeframe. The scope makes the line that the author
 * reads and keeps the indicator for the runner to update before the hooks.
 */
import { Atr } from '../indicators/Atr.js';
import { Ema } from '../indicators/Ema.js';
import { Extreme } from '../indicators/Extreme.js';
import type { BarField, Indicator } from '../indicators/Indicator.js';
import { IndicatorLine } from '../indicators/IndicatorLine.js';
import type { SymbolCursor } from '../indicators/IndicatorLine.js';
import { RowsAhead } from '../indicators/RowsAhead.js';
import { OpeningRange } from '../indicators/OpeningRange.js';
import { Rsi } from '../indicators/Rsi.js';
import { SessionVwap } from '../indicators/SessionVwap.js';
import { Sma } from '../indicators/Sma.js';
import { StudyIndicator } from '../indicators/Study.js';
import type { Timeframe } from '../domain/timeframe.js';
import { assert } from '../utils/assert.js';
import { BAR_FIELDS, bars, choice, sessionMinutes } from './indicatorChecks.js';
import { StudyCatalogue } from './StudyCatalogue.js';

/** On which value of the bar an indicator is computed; `close` unless given. */
export interface IndicatorOptions {
  readonly on?: BarField;
}

/** See the module header. */
export class IndicatorScope {
  readonly timeframe: Timeframe;
  /** In order of declaration; for the runner. */
  readonly indicators: Indicator[] = [];
  /** Every line of them, in order of declaration; for whoever compares runs. */
  readonly lines: IndicatorLine[] = [];
  /** How far the indicators are ahead of the bar at hand; for the runner. */
  readonly ahead = new RowsAhead();
  /** The first thing that the strategy's own part of an indicator threw; the runner stops the strategy for it. */
  failure: { readonly error: unknown } | undefined = undefined;
  /** The first average true range declared, of whatever kind; for exits that are given in it. */
  averageTrueRange: IndicatorLine | undefined = undefined;
  private readonly cursor: SymbolCursor;
  private readonly symbols: readonly string[];
  private readonly slots: number;
  private readonly priceScale: number;
  private catalogue: StudyCatalogue | undefined = undefined;

  constructor(timeframe: Timeframe, cursor: SymbolCursor, symbols: readonly string[], priceScale: number) {
    this.timeframe = timeframe;
    this.cursor = cursor;
    this.symbols = symbols;
    this.slots = symbols.length;
    this.priceScale = priceScale;
  }

  /** Simple moving average over `length` bars. */
  sma(length: number, { on = 'close' }: IndicatorOptions = {}): IndicatorLine {
    const field = choice('sma', 'on', on, BAR_FIELDS);
    const line = this.line(field === 'volume' ? 1 : this.priceScale);
    this.indicators.push(new Sma(line, this.slots, bars('sma', 'length', length), field));
    return line;
  }

  /** Exponential moving average, weight 2 / (length + 1), seeded with the simple average. */
  ema(length: number, { on = 'close' }: IndicatorOptions = {}): IndicatorLine {
    const field = choice('ema', 'on', on, BAR_FIELDS);
    const line = this.line(field === 'volume' ? 1 : this.priceScale);
    this.indicators.push(new Ema(line, this.slots, bars('ema', 'length', length), field));
    return line;
  }

  /** Wilder's relative strength index, 0 to 100. */
  rsi(length: number, { on = 'close' }: IndicatorOptions = {}): IndicatorLine {
    const field = choice('rsi', 'on', on, BAR_FIELDS);
    const line = this.line(1);
    this.indicators.push(new Rsi(line, this.slots, bars('rsi', 'length', length), field));
    return line;
  }

  /** Wilder's average true range in dollars. */
  atr(length: number): IndicatorLine {
    const line = this.line(this.priceScale);
    this.averageTrueRange ??= line;
    this.indicators.push(new Atr(line, this.slots, bars('atr', 'length', length)));
    return line;
  }

  /** The highest high (or other value) of the last `length` bars, the newest included. */
  highest(length: number, { on = 'high' }: IndicatorOptions = {}): IndicatorLine {
    return this.extreme('highest', length, on, 1);
  }

  /** The lowest low (or other value) of the last `length` bars, the newest included. */
  lowest(length: number, { on = 'low' }: IndicatorOptions = {}): IndicatorLine {
    return this.extreme('lowest', length, on, -1);
  }

  /** High and low of the first `minutes` of regular trading; without a value until that time has passed. */
  openingRange(minutes: number): { readonly high: IndicatorLine; readonly low: IndicatorLine } {
    const high = this.line(this.priceScale, true);
    const low = this.line(this.priceScale, true);
    this.indicators.push(new OpeningRange(high, low, this.slots, sessionMinutes('openingRange', 'minutes', minutes)));
    return { high, low };
  }

  /** Volume-weighted average price since the open of regular trading. */
  vwap(): IndicatorLine {
    const line = this.line(this.priceScale, true);
    this.indicators.push(new SessionVwap(line, this.slots));
    return line;
  }

  /** Every other study; see {@link StudyCatalogue}. */
  get ta(): StudyCatalogue {
    this.catalogue ??= new StudyCatalogue(
      (units, makeStudy) => {
        const lines = units.map((unit) => this.line(unit));
        this.indicators.push(new StudyIndicator(lines, this.slots, makeStudy));
        return lines;
      },
      this.priceScale,
      {
        cursor: this.cursor,
        slotOf: (symbol) => {
          const slot = this.symbols.indexOf(symbol);
          assert(slot >= 0, `the strategy has no symbol ${symbol}; it runs on ${this.symbols.join(', ')}`);
          return slot;
        },
        exitRange: (line) => {
          this.averageTrueRange ??= line;
        },
        fail: (error) => {
          this.failure ??= { error };
        },
        declare: (unit, make) => {
          const line = this.line(unit);
          this.indicators.push(make(line, this.slots));
          return line;
        },
      },
    );
    return this.catalogue;
  }

  private extreme(name: string, length: number, on: BarField, sign: 1 | -1): IndicatorLine {
    const field = choice(name, 'on', on, BAR_FIELDS);
    const line = this.line(field === 'volume' ? 1 : this.priceScale);
    this.indicators.push(new Extreme(line, this.slots, bars(name, 'length', length), field, sign));
    return line;
  }

  private line(unit: number, comesAndGoes = false): IndicatorLine {
    const line = new IndicatorLine(this.cursor, this.slots, unit, this.ahead, comesAndGoes);
    this.lines.push(line);
    return line;
  }
}
