/**
 * The base class of every strategy, built-in or a user's own. It has no own way to the world: what it does goes
 * through the {@link Context} of a hook, what it computes through indicators declared in fields.
 */
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import { isTimeframe, TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { IndicatorLine, SymbolCursor } from '../indicators/IndicatorLine.js';
import { assert } from '../utils/assert.js';
import type { Bar, QuoteTick, TradePrint } from './Bar.js';
import type { Context, StrategyFill, StrategyOrder } from './Context.js';
import { IndicatorScope } from './IndicatorScope.js';
import type { StudyCatalogue } from './StudyCatalogue.js';
import type { IndicatorOptions } from './IndicatorScope.js';
import type { ParamSchema, ParamValue, ParamValues } from './param.js';

/**
 * Where a strategy looks unless its configuration says otherwise. Texts are checked when it is loaded, so that
 * authors need no type annotations: `timeframe` is a `Timeframe`, `warmUp` is `auto` or a number of bars.
 */
export interface Subscription {
  readonly symbols?: readonly string[];
  readonly timeframe?: string;
  readonly warmUp?: string | number;
}

/** What the engine hands to a strategy's constructor; authors pass it on and never read it. */
export interface StrategySetup {
  /** Checked values of every declared parameter. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly timeframe: Timeframe;
  readonly symbols: readonly string[];
  readonly priceScale: number;
  /** The runner moves it before each hook. */
  readonly cursor: SymbolCursor;
}

/** A loadable strategy: the class that a strategy file exports. */
export interface StrategyClass {
  new (setup: StrategySetup): Strategy;
  readonly params: ParamSchema;
  readonly subscribe: Subscription;
  readonly description: string;
}

/** What `Strategy.with` gives: a base class whose `p` is typed from the declared parameters. */
export interface StrategyBase<P extends ParamSchema> {
  new (setup: StrategySetup): Strategy<P>;
  readonly params: P;
  readonly subscribe: Subscription;
  readonly description: string;
}

/** See the module header. All hooks are synchronous and may be left out. */
export class Strategy<P extends ParamSchema = ParamSchema> {
  /** Declared parameters; set by {@link Strategy.with}. */
  static readonly params: ParamSchema = {};
  /** Default subscription. */
  static readonly subscribe: Subscription = {};
  /** One sentence for the page and the command line. */
  static readonly description: string = '';

  /** The parameters' values. */
  readonly p: ParamValues<P>;
  readonly #setup: StrategySetup;
  readonly #scopes: IndicatorScope[];

  constructor(setup: StrategySetup) {
    // The engine checked every value against the declaration that P is made of.
    this.p = setup.params as ParamValues<P>;
    this.#setup = setup;
    this.#scopes = [new IndicatorScope(setup.timeframe, setup.cursor, setup.symbols, setup.priceScale)];
  }

  /** A base class with these parameters: `class Mine extends Strategy.with({ … })`. */
  static with<S extends ParamSchema>(params: S): StrategyBase<S> {
    return class extends Strategy<S> {
      static override readonly params = params;
    };
  }

  /** Indicators on bars of another, longer timeframe: `this.on('15m').rsi(14)`. */
  protected on(timeframe: string): IndicatorScope {
    assert(isTimeframe(timeframe), `on('${timeframe}'): a timeframe is one of ${TIMEFRAMES.join(', ')}`);
    const known = this.#scopes.find((scope) => scope.timeframe === timeframe);
    if (known !== undefined) return known;
    const { cursor, symbols, priceScale } = this.#setup;
    const scope = new IndicatorScope(timeframe, cursor, symbols, priceScale);
    this.#scopes.push(scope);
    return scope;
  }

  /** Simple moving average of the strategy's own timeframe. */
  protected sma(length: number, options?: IndicatorOptions): IndicatorLine {
    return this.#own().sma(length, options);
  }
  /** Exponential moving average. */
  protected ema(length: number, options?: IndicatorOptions): IndicatorLine {
    return this.#own().ema(length, options);
  }
  /** Wilder's relative strength index, 0 to 100. */
  protected rsi(length: number, options?: IndicatorOptions): IndicatorLine {
    return this.#own().rsi(length, options);
  }
  /** Wilder's average true range in dollars. */
  protected atr(length: number): IndicatorLine {
    return this.#own().atr(length);
  }
  /** Highest high of the last bars, the newest included. */
  protected highest(length: number, options?: IndicatorOptions): IndicatorLine {
    return this.#own().highest(length, options);
  }
  /** Lowest low of the last bars, the newest included. */
  protected lowest(length: number, options?: IndicatorOptions): IndicatorLine {
    return this.#own().lowest(length, options);
  }
  /** High and low of the first minutes of regular trading. */
  protected openingRange(minutes: number): { readonly high: IndicatorLine; readonly low: IndicatorLine } {
    return this.#own().openingRange(minutes);
  }
  /** Every other study: `this.ta.bollinger(20, 2)`. */
  protected get ta(): StudyCatalogue {
    return this.#own().ta;
  }
  /** Volume-weighted average price since the open. */
  protected vwap(): IndicatorLine {
    return this.#own().vwap();
  }

  /** Before the first event of the session. */
  onStart?(ctx: Context): void;
  /** A bar of the strategy's timeframe ended; everything declared is ready and holds this bar. */
  onBar?(bar: Bar, ctx: Context): void;
  /** The best bid or offer changed. */
  onQuote?(quote: QuoteTick, ctx: Context): void;
  /** A trade was reported. */
  onTrade?(trade: TradePrint, ctx: Context): void;
  /** A timer of `ctx.setTimer` is due. */
  onTimer?(name: string, ctx: Context): void;
  /** The market's phase changed to this one. The phase in which a run begins is no change and is not told. */
  onSession?(phase: SessionPhase, ctx: Context): void;
  /** An order of this instance changed its state. */
  onOrder?(order: StrategyOrder, ctx: Context): void;
  /** An order of this instance was filled, wholly or in part. */
  onFill?(fill: StrategyFill, ctx: Context): void;
  /** The instance is being stopped or the session ends. */
  onStop?(ctx: Context): void;

  /** For the runner: the indicator scopes, the own timeframe first. */
  static scopesOf(strategy: Strategy): readonly IndicatorScope[] {
    return strategy.#scopes;
  }

  #own(): IndicatorScope {
    const scope = this.#scopes[0];
    assert(scope !== undefined, 'a strategy has a scope of its own timeframe');
    return scope;
  }
}
