/**
 * Two shares that move together: when their price ratio leaves its usual range, the dear one is sold and the cheap one
 * bought. The distance method of Gatev, Goetzmann and Rouwenhorst (2006), on the ratio and with a rolling window.
 */
import { RollingMoments } from '../../indicators/RollingMoments.js';
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';
import { demand } from './parameterRules.js';
import { isRegular } from './regularHours.js';

const params = {
  length: param.int({ default: 60, min: 5, max: 500, label: 'Usual range of', unit: 'bars' }),
  enter: param.number({ default: 2, min: 0.5, max: 6, step: 0.25, label: 'Enter at', unit: 'standard deviations' }),
  exit: param.number({ default: 0.5, min: 0, max: 4, step: 0.25, label: 'Exit at', unit: 'standard deviations' }),
  stop: param.number({
    default: 4,
    min: 0,
    max: 12,
    step: 0.5,
    label: 'Give up at (0: never)',
    unit: 'standard deviations',
  }),
  weight: param.number({
    default: 0.45,
    min: 0.01,
    max: 1,
    step: 0.05,
    label: 'Each side',
    unit: 'fraction of equity',
  }),
};

/**
 * The first symbol is A, the second B. With each pair of bars of one time it takes the ratio of the closes A / B and
 * its distance from the mean of the last `length` ratios in standard deviations. Above `enter` it sells A short and
 * buys B for the same amount, below −`enter` the other way round; both are closed once the distance is within `exit`,
 * beyond `stop`, or when one side alone was held for two pairs of bars. After giving up it waits until the ratio was
 * within `exit`.
 */
export default class Pairs extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description =
    'Trades the price ratio of two symbols back to its mean, long one and short the other.';

  private readonly symbolA: string;
  private readonly symbolB: string;
  private readonly moments = new RollingMoments(this.p.length);
  private timeA = 0;
  private closeA = 0;
  private timeB = 0;
  private closeB = 0;
  /** Until the ratio is back in its range nothing new is begun. */
  private isWaiting = false;
  /** Whether one side alone was held with the pair of bars before: half a pair is a bet on one share. */
  private wasHalf = false;

  /** Throws `STRATEGY_PARAMETER_INVALID` unless there are two symbols, and for levels in the wrong order. */
  constructor(setup: StrategySetup) {
    super(setup);
    const { symbols } = setup;
    const [symbolA = '', symbolB = ''] = symbols;
    this.symbolA = symbolA;
    this.symbolB = symbolB;
    demand(
      symbols.length === 2,
      `The strategy pairs trades two symbols, and was given ${symbols.length}.`,
      'Name two symbols, such as --symbols KO,PEP.',
    );
    const { enter, exit, stop } = this.p;
    demand(
      exit < enter && (stop === 0 || stop > enter),
      `The parameters of pairs are exit=${exit}, enter=${enter} and stop=${stop}: they must grow in this order.`,
      'Give levels such as exit=0.5, enter=2 and stop=4; stop=0 is none.',
    );
  }

  override onBar(bar: Bar, ctx: Context): void {
    if (bar.symbol === this.symbolA) {
      this.timeA = bar.time;
      this.closeA = bar.close;
    } else {
      this.timeB = bar.time;
      this.closeB = bar.close;
    }
    if (this.timeA !== this.timeB || !isRegular(bar)) return;
    const distance = this.distance();
    if (distance !== undefined) this.decide(distance, ctx);
  }

  /** Of the newest ratio from those before it, which it must not take part in; undefined until there are enough. */
  private distance(): number | undefined {
    const { moments } = this;
    const ratio = this.closeA / this.closeB;
    const deviation = moments.full ? Math.sqrt(moments.variance) : 0;
    const distance = deviation > 0 ? (ratio - moments.mean) / deviation : undefined;
    moments.push(ratio);
    return distance;
  }

  private decide(distance: number, ctx: Context): void {
    const { exit, stop } = this.p;
    const quantityA = ctx.position(this.symbolA).quantity;
    const quantityB = ctx.position(this.symbolB).quantity;
    const isHalf = (quantityA === 0) !== (quantityB === 0);
    if (Math.abs(distance) <= exit) this.isWaiting = false;
    if (isHalf && this.wasHalf) {
      this.isWaiting = true;
      this.close('the other side could not be had', ctx);
    } else if (quantityA === 0 && quantityB === 0) {
      this.enter(distance, ctx);
    } else {
      // Short A while the ratio is high: closed when it is no longer high, and likewise below.
      const towards = quantityA < 0 || quantityB > 0 ? distance : -distance;
      if (towards <= exit) this.close('the ratio is back in its range', ctx);
      else if (stop > 0 && towards >= stop) {
        this.isWaiting = true;
        this.close('the ratio went too far', ctx);
      }
    }
    this.wasHalf = isHalf;
  }

  private enter(distance: number, ctx: Context): void {
    const { enter, stop, weight } = this.p;
    const size = Math.abs(distance);
    if (size <= enter || this.isWaiting || (stop > 0 && size >= stop)) return;
    const [dear, cheap] = distance > 0 ? [this.symbolA, this.symbolB] : [this.symbolB, this.symbolA];
    const options = { reason: `${dear} is dear against ${cheap}`, size: { weight } };
    ctx.enterShort(dear, options);
    ctx.enterLong(cheap, options);
  }

  private close(reason: string, ctx: Context): void {
    for (const symbol of [this.symbolA, this.symbolB]) {
      if (ctx.position(symbol).quantity !== 0) ctx.exit(symbol, { reason });
    }
  }
}
