/**
 * A strategy some of whose entries never reach the market, as happens to orders that come too late or find nothing to
 * trade with: the same class with a context that leaves them out. Exits always pass.
 */
import type { Context, EntryOptions, EntrySize, OrderDesk, SignalOptions } from '../../strategies/Context.js';
import type { StrategyClass, StrategySetup } from '../../strategies/Strategy.js';
import { SeededRandom } from '../../utils/random.js';
import type { Perturbation } from './trial.js';

const HOOKS = ['onStart', 'onBar', 'onQuote', 'onTrade', 'onTimer', 'onSession', 'onOrder', 'onFill', 'onStop'];

/**
 * The class, each of whose entries is missed with the probability that is asked for. An entry is `enterLong`,
 * `enterShort`, a `target` other than 0 while flat, and a direct order of `ctx.order` while flat. A strategy never
 * hears of a missed one; its id, if it has one, is that of no order.
 */
export function missEntries(
  strategyClass: StrategyClass,
  { seed, fraction }: Extract<Perturbation, { readonly kind: 'skippedEntries' }>,
): StrategyClass {
  return class extends strategyClass {
    constructor(setup: StrategySetup) {
      super(setup);
      const random = new SeededRandom(seed);
      const lossy = new LossyContext(() => random.chance(fraction));
      for (const name of HOOKS) {
        const hook: unknown = Reflect.get(this, name);
        if (typeof hook !== 'function') continue;
        // The context is the last argument of every hook.
        Reflect.set(this, name, (...args: readonly unknown[]): unknown => {
          lossy.context = args.at(-1) as Context;
          return Reflect.apply(hook, this, [...args.slice(0, -1), lossy]);
        });
      }
    }
  };
}

/** Passes everything on but the entries that are missed. */
class LossyContext implements Context {
  /** Of the hook under way. */
  context: Context | undefined = undefined;
  readonly order: OrderDesk;
  readonly #isMissed: () => boolean;
  #missed = 0;

  constructor(isMissed: () => boolean) {
    this.#isMissed = isMissed;
    const opens = (symbol: string): string | undefined => {
      if (this.position(symbol).quantity !== 0 || !isMissed()) return undefined;
      this.#missed += 1;
      return `missed-${this.#missed}`;
    };
    const desk = (): OrderDesk => this.#inner.order;
    this.order = {
      market: (symbol, ...rest) => opens(symbol) ?? desk().market(symbol, ...rest),
      limit: (symbol, ...rest) => opens(symbol) ?? desk().limit(symbol, ...rest),
      stop: (symbol, ...rest) => opens(symbol) ?? desk().stop(symbol, ...rest),
      stopLimit: (symbol, ...rest) => opens(symbol) ?? desk().stopLimit(symbol, ...rest),
      trailingStop: (symbol, ...rest) => opens(symbol) ?? desk().trailingStop(symbol, ...rest),
      limitIfTouched: (symbol, ...rest) => opens(symbol) ?? desk().limitIfTouched(symbol, ...rest),
      bracket: (symbol, ...rest) => opens(symbol) ?? desk().bracket(symbol, ...rest),
      oco: (...order) => desk().oco(...order),
      replace: (...order) => desk().replace(...order),
      cancel: (orderId) => {
        desk().cancel(orderId);
      },
    };
  }

  get #inner(): Context {
    if (this.context === undefined) throw new TypeError('a context is valid during hooks only');
    return this.context;
  }

  get now(): number {
    return this.#inner.now;
  }
  get symbols(): readonly string[] {
    return this.#inner.symbols;
  }
  get equity(): number {
    return this.#inner.equity;
  }
  enterLong(symbol: string, options: EntryOptions): void {
    if (!this.#isMissed()) this.#inner.enterLong(symbol, options);
  }
  enterShort(symbol: string, options: EntryOptions): void {
    if (!this.#isMissed()) this.#inner.enterShort(symbol, options);
  }
  exit(symbol: string, options: SignalOptions): void {
    this.#inner.exit(symbol, options);
  }
  target(symbol: string, size: EntrySize, options: SignalOptions): void {
    const opens = this.position(symbol).quantity === 0 && Object.values(size).some((amount) => amount !== 0);
    if (!opens || !this.#isMissed()) this.#inner.target(symbol, size, options);
  }
  position(symbol: string): ReturnType<Context['position']> {
    return this.#inner.position(symbol);
  }
  lastPrice(symbol: string): number | undefined {
    return this.#inner.lastPrice(symbol);
  }
  setTimer(name: string, time: number): void {
    this.#inner.setTimer(name, time);
  }
  log(text: string): void {
    this.#inner.log(text);
  }
}
