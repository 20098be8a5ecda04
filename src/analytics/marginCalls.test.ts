/** Margin, and its calls, come to the same whether bars are taken one by one or many at a time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidedBy, minutesOf, runOn } from '../../test/support/barPaths.js';
import type { Way } from '../../test/support/barPaths.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { BarTable } from '../domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';

const CENT = RAW_PRICE_SCALE / 100;

/** Goes to the limit of its leverage on few bars, long or short, at the market or by orders that rest. */
class Gambler extends Strategy.with({}) {
  /** Dollars per dollar of equity that a position is worth, by the run that is made. */
  static reach = 1;
  /** Whether it has orders that rest, and timers. */
  static rests = false;

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol, close, volume } = bar;
    const script = volume % 97;
    if (script > 12) return;
    const held = ctx.position(symbol).quantity;
    // From well within the limit to a little beyond it.
    const value = (ctx.equity * Gambler.reach * (60 + (volume % 43))) / 100 / ctx.symbols.length;
    const shares = Math.floor(value / close);
    ctx.log(`${bar.time} ${symbol} ${ctx.equity} ${held}`);
    if (script > 10) ctx.exit(symbol, { reason: 'out' });
    if (script > 10 || shares <= 0) return;
    const side = script % 2 === 0 ? 'buy' : 'sell';
    const options = { reason: 'all of it', timeInForce: 'gtc' } as const;
    const limit = Math.round(close * (side === 'buy' ? 99.4 : 100.6)) / 100;
    if (script < 6 || !Gambler.rests) ctx.order.market(symbol, side, shares, { reason: 'all of it' });
    else if (script < 9) ctx.order.limit(symbol, side, shares, limit, options);
    else ctx.target(symbol, { weight: side === 'buy' ? 0.9 : -0.9 }, { reason: 'most of it' });
    if (Gambler.rests && volume % 3 === 0) ctx.setTimer('later', bar.time + 30_000_000 * (volume % 5));
  }

  override onTimer(name: string, ctx: Context): void {
    ctx.log(`${name} ${ctx.equity}`);
  }
}

interface Case {
  readonly preset: string;
  readonly feePlan: string;
  readonly owners: number;
  readonly rests: boolean;
  readonly slice: number;
  /** Of the steps of the closes. */
  readonly scale: number;
  readonly actions: readonly DatedAction[];
}

function outcomeOf(table: BarTable, symbols: readonly string[], way: Way, given: Case): Record<string, unknown> {
  const { backtester, run } = runOn(way, table, {
    strategies: Array.from({ length: given.owners }, (_, index) => ({
      name: `gambler${index}`,
      strategyClass: Gambler,
      hash: '',
      timeframe: '1m',
      // The second one trades the first of several symbols alone.
      ...(index === 1 && symbols.length > 1 ? { symbols: symbols.slice(0, 1) } : {}),
    })),
    symbols,
    startingCash: 100_000 * DOLLAR,
    preset: given.preset,
    feePlan: given.feePlan,
    sliceEvents: given.slice,
    corporateActions: given.actions,
  });
  const { orders } = run;
  return {
    ...decidedBy(backtester, run),
    calls: orders.filter(({ reason }) => reason === 'margin call').length,
    refused: orders.filter(({ status, filledQuantity }) => status === 'rejected' && filledQuantity === 0).length,
  };
}

/** From each premarket on for two hours, and the last half hour. */
const MINUTES = { firstClose: 5000, leastClose: 50, from: -4, hasHoles: true };

const rows = fc.array(fc.noBias(fc.tuple(fc.integer({ min: -10, max: 10 }), fc.integer({ min: 0, max: 20_000 }))), {
  minLength: 400,
  maxLength: 900,
  size: 'max',
});

const action: fc.Arbitrary<DatedAction> = fc.record({
  exDate: fc.constantFrom('2024-03-05', '2024-03-06', '2024-03-07'),
  symbolId: fc.constant(0),
  action: fc.constantFrom<DatedAction['action']>(
    { kind: 'split', newShares: 3, oldShares: 2 },
    { kind: 'split', newShares: 1, oldShares: 3 },
    { kind: 'cashDividend', amount: 137 * CENT },
  ),
});

const given: fc.Arbitrary<Case> = fc.record({
  preset: fc.constantFrom(
    'lean+margin.5000bps',
    'lean+margin.1000bps',
    'lean+margin.2500bps',
    'lean+margin.2500bps.5000bps',
    'lean+margin.2000bps+strict.latency',
    'lean+margin.1000bps+papertape.participation',
    'lean+margin.10000bps',
  ),
  feePlan: fc.constantFrom('zero', 'lean-interactive-brokers'),
  owners: fc.constantFrom(1, 1, 2),
  rests: fc.boolean(),
  slice: fc.constantFrom(61, 100_000),
  scale: fc.constantFrom(0.4, 1, 2),
  // Prices go on as they were: a split makes positions larger or smaller by it.
  actions: fc.oneof(
    fc.constant([]),
    fc.array(action, { maxLength: 3 }).map((all) => all.toSorted((a, b) => (a.exDate < b.exDate ? -1 : 1))),
  ),
});

describe('orders covered by margin', () => {
  it.each([
    ['one symbol', ['A'], 40],
    ['several symbols', ['A', 'B', 'C'], 25],
  ] as const)('are called and refused in the same way on every path: %s', (_, symbols, numRuns) => {
    let calls = 0;
    let refused = 0;
    fc.assert(
      fc.property(rows, given, (steps, setup) => {
        const table = minutesOf(steps, { ...MINUTES, symbols: symbols.length, scale: setup.scale });
        Gambler.rests = setup.rests;
        Gambler.reach = presetOf(setup.preset).leverage / setup.owners;
        const plain = outcomeOf(table, symbols, 'plain', setup);
        expect(outcomeOf(table, symbols, 'fast', setup)).toEqual(plain);
        expect(outcomeOf(table, symbols, 'listening', setup)).toEqual(plain);
        calls += Number(plain['calls']);
        refused += Number(plain['refused']);
      }),
      { numRuns, seed: 5 },
    );
    // Else nothing was compared.
    expect(calls).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(50);
  });
});
