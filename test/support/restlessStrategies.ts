/**
 * Strategies that do anything at any time: with all hooks, indicators of several kinds and timeframes, and wishes and
 * orders of every kind. What they do is drawn from a seed and the time alone, so that it is the same on every path
 * that bars can take through the kernel, and whatever a path shows them otherwise shows in what they tell.
 */
import { readProbe } from '../../src/domain/hookProbe.js';
import type { Side, TimeInForce } from '../../src/domain/order.js';
import { MINUTE, SECOND } from '../../src/domain/timeframe.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import type { IndicatorLine } from '../../src/indicators/IndicatorLine.js';
import type { Bar } from '../../src/strategies/Bar.js';
import type { Context, StrategyFill, StrategyOrder } from '../../src/strategies/Context.js';
import { Strategy } from '../../src/strategies/Strategy.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { SeededRandom } from '../../src/utils/random.js';

/** What the strategies of a run are like. */
export interface RestlessTerms {
  readonly seed: number;
  /** How likely they ask for something at a bar; 0 to 1. */
  readonly activity: number;
  /** How likely a bar makes them fail. */
  readonly failures: number;
  /** The most that a wish asks for; in shares. */
  readonly shares: number;
  readonly isFractional: boolean;
  /** Where the running hook is noted, if that is looked at. */
  readonly hookProbe?: Int32Array;
}

/** The kinds of strategies, and the longest bars that each can have as its own. */
export const RESTLESS = {
  Averaging: '1d',
  Ranging: '1d',
  Blind: '1d',
  Banded: '1d',
  Changing: '1d',
  Hourly: '1h',
  Daily: '4h',
  Fivefold: '5m',
} as const satisfies Record<string, Timeframe>;

/** A kind of strategy. */
export type RestlessKind = keyof typeof RESTLESS;

/** The strategies of one run and what they tell each other's readers, in the order in which they were called. */
export interface RestlessCrowd {
  readonly classes: ReadonlyMap<RestlessKind, StrategyClass>;
  readonly told: readonly string[];
}

/** What a hook may do something with. */
interface Moment {
  readonly ctx: Context;
  readonly bar: Bar;
  readonly dice: SeededRandom;
  readonly shares: number;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  /** Of an order of before, which may have ended. */
  readonly known: string;
  /** The close, away from it by at most this part of it. */
  readonly near: (part: number) => number;
}

/** Wishes of all kinds; what is said of `X` is said of the only symbol. */
const WISHES: readonly ((moment: Moment) => void)[] = [
  ({ ctx, shares }) => ctx.target('X', { shares: shares - 20 }, { reason: 'number' }),
  ({ ctx, dice }) => ctx.target('X', { weight: dice.next() - 0.5 }, { reason: 'weight' }),
  ({ ctx }) => ctx.enterLong('X', { reason: 'by allocation' }),
  ({ ctx, shares }) =>
    ctx.enterLong('X', { reason: 'exits', size: { shares }, target: { percent: 1 }, stop: { percent: 0.7 } }),
  ({ ctx, shares, dice }) =>
    ctx.enterShort('X', { reason: 'while', size: { shares }, timeStop: { minutes: 1 + dice.below(9) } }),
  ({ ctx, shares, near }) => ctx.enterLong('X', { reason: 'limit', size: { shares }, limit: near(-0.002) }),
  ({ ctx, shares }) => ctx.enterLong('X', { reason: 'trail', size: { shares }, trail: { percent: 0.7 } }),
  ({ ctx, dice, bar }) => ctx.setTimer(`t${dice.below(3)}`, bar.time + dice.below(400) * SECOND),
  ({ ctx, known }) => ctx.order.cancel(known),
  ({ ctx, side, shares }) => ctx.order.cancel(ctx.order.market('X', side, shares, { reason: 'regretted' })),
];

/** Orders of all kinds; each answers an id. */
const ORDERS: readonly ((moment: Moment) => string | undefined)[] = [
  ({ ctx, side, shares, timeInForce }) => ctx.order.market('X', side, shares, { reason: 'market', timeInForce }),
  ({ ctx, side, shares, timeInForce, near, dice }) =>
    ctx.order.limit('X', side, shares, near(dice.next() * 0.02 - 0.01), { reason: 'limit', timeInForce }),
  ({ ctx, side, shares, near, dice }) =>
    ctx.order.stop('X', side, shares, near((side === 'buy' ? 0.02 : -0.02) * dice.next()), {
      reason: 'stop',
      timeInForce: 'gtc',
    }),
  ({ ctx, side, shares, near, timeInForce, dice }) => {
    const trigger = near((side === 'buy' ? -0.01 : 0.01) * dice.next());
    const options = { reason: 'touch', timeInForce: timeInForce === 'gtc' ? 'gtc' : 'day' } as const;
    return ctx.order.limitIfTouched('X', side, shares, trigger, near(dice.next() * 0.01 - 0.005), options);
  },
  ({ ctx, side, shares }) => ctx.order.trailingStop('X', side, shares, { percent: 1 }, { reason: 'trailing' }),
  ({ ctx, shares, near }) =>
    ctx.order.bracket(
      'X',
      'buy',
      shares,
      { target: near(0.01), stop: near(-0.01) },
      { reason: 'bracket', limit: near(-0.001) },
    ),
  ({ ctx, known, near, dice }) => ctx.order.replace(known, { limit: near(dice.next() * 0.01 - 0.005) }),
  ({ ctx, known, shares }) => ctx.order.replace(known, { shares: shares + 3 }),
];

/** Makes the classes of one run; classes of another know nothing of it. */
export function restlessCrowd(terms: RestlessTerms): RestlessCrowd {
  const { activity, failures } = terms;
  const told: string[] = [];
  const crowd: Restless[] = [];

  abstract class Restless extends Strategy.with({}) {
    readonly place = crowd.push(this);
    context: Context | undefined = undefined;
    bars = 0;
    private readonly ids: string[] = [];

    /** Every indicator of the strategy. */
    abstract shown(): string;

    override onStart(ctx: Context): void {
      this.context = ctx;
    }

    override onStop(ctx: Context): void {
      told.push(`stop ${this.place} ${ctx.now} ${ctx.equity}`);
    }

    override onBar(bar: Bar, ctx: Context): void {
      const dice = this.diceAt(bar.time, 1);
      this.bars += 1;
      told.push(`${this.place} ${bar.timeframe} ${bar.time} ${this.hookNoted()}`);
      if (dice.chance(0.1)) this.look(bar, ctx);
      // A look at one thing only: what is not looked at may be left undone behind it.
      if (dice.chance(0.1)) told.push(`${ctx.equity}`);
      if (dice.chance(0.1)) told.push(`${ctx.position('X').unrealisedPnl}`);
      if (dice.chance(0.1)) told.push(`${ctx.lastPrice('X')}`);
      if (dice.chance(0.1)) told.push(`${ctx.now - bar.time}`);
      if (dice.chance(0.1)) this.meddle(dice);
      if (dice.chance(activity)) this.act(bar, ctx, dice);
      if (dice.chance(activity / 10)) this.act(bar, ctx, dice);
      if (dice.chance(failures)) throw new Error(`enough at ${this.bars}`);
    }

    override onTimer(name: string, ctx: Context): void {
      const dice = this.diceAt(ctx.now, 2);
      ctx.log(`${name} ${ctx.now} ${ctx.equity} ${ctx.position('X').quantity} ${ctx.lastPrice('X')} ${this.shown()}`);
      if (dice.chance(0.4)) ctx.exit('X', { reason: 'timer' });
      else if (dice.chance(0.3)) ctx.enterLong('X', { reason: 'timer', size: { shares: 5 } });
      if (dice.chance(0.3)) ctx.setTimer('again', ctx.now + MINUTE + SECOND);
    }

    private diceAt(time: number, purpose: number): SeededRandom {
      return new SeededRandom(terms.seed, time / SECOND, this.place, purpose);
    }

    private hookNoted(): string {
      const noted = terms.hookProbe === undefined ? undefined : readProbe(terms.hookProbe);
      return noted === undefined ? '' : `${noted.place} ${noted.hook} ${noted.time}`;
    }

    private look({ timeframe, start, time, open, high, low, close, volume }: Bar, ctx: Context): void {
      const bar = [timeframe, start, time, open, high, low, close, volume].join(' ');
      const position = Object.values(ctx.position('X')).join(' ');
      ctx.log(`${bar} / ${ctx.now} ${ctx.equity} ${position} ${ctx.lastPrice('X')} / ${this.shown()}`);
    }

    /** Looks at another strategy's indicators and account, and at times wishes in its name. */
    private meddle(dice: SeededRandom): void {
      const other = crowd[dice.below(crowd.length)];
      const ctx = other?.context;
      if (other === undefined || ctx === undefined) return;
      told.push(`${other.place} ${other.bars} ${other.shown()}`);
      if (dice.chance(0.2)) told.push(`${ctx.now} ${ctx.equity} ${ctx.position('X').quantity}`);
      if (!dice.chance(activity)) return;
      if (dice.chance(0.5)) ctx.enterLong('X', { reason: 'meddled', size: { shares: 4 } });
      else ctx.exit('X', { reason: 'meddled' });
    }

    private act(bar: Bar, ctx: Context, dice: SeededRandom): void {
      const shares = 1 + dice.below(terms.shares) + (terms.isFractional && dice.chance(0.3) ? 0.25 : 0);
      const size = { shares };
      const choice = dice.below(20);
      if (choice < 4) return ctx.enterLong('X', { reason: 'long', size });
      if (choice < 6) return ctx.enterShort('X', { reason: 'short', size });
      if (choice < 10) return ctx.exit('X', { reason: 'out' });
      if (choice === 10) {
        // Not an order; the strategy knows how to go on.
        expectRefusal(() => ctx.order.market('X', 'buy', Number.NaN, { reason: 'none' }));
        return undefined;
      }
      const moment: Moment = {
        ...{ ctx, bar, dice, shares },
        side: dice.chance(0.5) ? 'buy' : 'sell',
        timeInForce: (['day', 'gtc', 'ioc'] as const)[dice.below(3)] ?? 'day',
        known: this.ids[dice.below(this.ids.length)] ?? 'o-1',
        near: (part) => Math.round(bar.close * (1 + part) * 100) / 100,
      };
      if (choice < 16) return WISHES[dice.below(WISHES.length)]?.(moment);
      const id = ORDERS[dice.below(ORDERS.length)]?.(moment);
      if (id !== undefined) this.ids.push(id);
      if (this.ids.length > 6) this.ids.shift();
      return undefined;
    }
  }

  class Averaging extends Restless {
    private readonly fast = this.sma(3);
    private readonly slow = this.ema(5);
    override shown(): string {
      return `${valuesOf(this.fast, this.slow)} ${this.slow.ago(2)} ${this.fast.crossedAbove(this.slow)}`;
    }
  }

  class Ranging extends Restless {
    private readonly day = this.vwap();
    private readonly range = this.atr(3);
    override shown(): string {
      return valuesOf(this.day, this.range);
    }
    override onSession(phase: string, ctx: Context): void {
      ctx.log(`${phase} ${ctx.now} ${ctx.equity}`);
      if (phase === 'regular') ctx.enterLong('X', { reason: 'the open', size: { shares: 3 } });
    }
  }

  class Blind extends Restless {
    override shown(): string {
      return `${this.bars}`;
    }
  }

  class Banded extends Restless {
    private readonly bands = this.ta.bollinger(5, 2);
    override shown(): string {
      return valuesOf(this.bands.lower, this.bands.upper);
    }
    override onFill(fill: StrategyFill, ctx: Context): void {
      ctx.log(`fill ${Object.values(fill).join(' ')} ${ctx.now} ${ctx.equity}`);
      if (fill.quantity % 7 === 0) ctx.exit('X', { reason: 'filled' });
    }
  }

  /** Wants to know of its fills from its 37th bar on. */
  class Changing extends Restless {
    private readonly strength = this.rsi(4);
    override onFill?: (fill: StrategyFill, ctx: Context) => void;
    override shown(): string {
      return valuesOf(this.strength);
    }
    override onBar(bar: Bar, ctx: Context): void {
      if (this.bars === 36) this.onFill = (fill, own) => own.log(`late fill ${fill.quantity} ${fill.price}`);
      super.onBar(bar, ctx);
    }
  }

  class Hourly extends Restless {
    private readonly hours = this.on('1h').sma(2);
    private readonly top = this.highest(6);
    override shown(): string {
      return valuesOf(this.hours, this.top);
    }
  }

  class Daily extends Restless {
    private readonly days = this.on('1d').sma(1);
    private readonly opening = this.openingRange(10);
    override shown(): string {
      return valuesOf(this.days, this.opening.high, this.opening.low);
    }
  }

  class Fivefold extends Restless {
    private readonly slow = this.on('5m').ema(3);
    private readonly day = this.on('5m').vwap();
    override shown(): string {
      return `${valuesOf(this.slow, this.day)} ${this.slow.ago(1)}`;
    }
    override onOrder(order: StrategyOrder, ctx: Context): void {
      if (terms.seed % 3 === 0) ctx.log(`${order.status} ${order.filledQuantity} ${ctx.now}`);
    }
  }

  const classes = { Averaging, Ranging, Blind, Banded, Changing, Hourly, Daily, Fivefold };
  const named = Object.entries(classes) as [RestlessKind, StrategyClass][];
  return { classes: new Map(named), told };
}

function valuesOf(...lines: readonly IndicatorLine[]): string {
  return lines.map((line) => line.value).join(' ');
}

function expectRefusal(call: () => void): void {
  try {
    call();
  } catch {
    return;
  }
  throw new Error('what is no order was taken');
}
