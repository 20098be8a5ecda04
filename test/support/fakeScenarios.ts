/** Fill scenarios of the fake session: fixed costs and gains per fill beside its equity, nothing that models fills. */
import type {
  Account,
  EquityCurve,
  FillView,
  ScenarioName,
  ScenarioOrder,
  Scenarios,
} from '../../src/contracts/index.js';
import { money } from './fakeSessionData.js';

/** Dollars per fill by which the others differ from expected. */
const PER_FILL = { expected: 0, strict: -6.4, optimistic: 3.1 } as const;

/** The scenarios of an account with these fills, oldest fill first, and points of its equity. */
export function fakeScenarios(account: Account, fills: readonly FillView[], equity: EquityCurve): Scenarios {
  const difference = (scenario: ScenarioName, count: number): number => PER_FILL[scenario] * count;
  const result = (scenario: ScenarioName, preset: string) => ({
    scenario,
    preset,
    equity: money(Number(account.equity) + difference(scenario, fills.length)),
    difference: money(difference(scenario, fills.length)),
    dayPnl: money(Number(account.dayPnl) + difference(scenario, fills.length)),
    realisedPnl: account.realisedPnl,
    fees: account.fees,
    fills: scenario === 'strict' ? Math.floor(fills.length * 0.9) : fills.length,
    openOrders: 0,
  });
  const countAt = (time: number): number => fills.filter((fill) => fill.time <= time).length;
  const column = (scenario: ScenarioName): number[] =>
    equity.equity.map((value, index) => value + difference(scenario, countAt(equity.time[index] ?? 0)));
  const cost = 4.1 * fills.length;
  return {
    accountId: account.accountId,
    time: account.time,
    state: 'following',
    note: '',
    results: [
      result('expected', 'papertape'),
      result('strict', 'papertape+strict'),
      result('optimistic', 'papertape+optimistic'),
    ],
    assumptions: [
      {
        assumption: 'slippage',
        text: 'what taking costs beyond the price seen',
        equity: money(Number(account.equity) - cost),
        change: money(-cost),
      },
    ],
    decisive: fills.length === 0 ? null : 'slippage',
    sentence:
      fills.length === 0
        ? 'No assumption about fills changes the result by itself.'
        : `Most depends on what taking costs beyond the price seen: its strict form alone costs $${cost.toFixed(2)}.`,
    orders: fills.map(orderOf).reverse(),
    curve: {
      time: [...equity.time],
      expected: column('expected'),
      strict: column('strict'),
      optimistic: column('optimistic'),
    },
  };
}

function orderOf({ orderId, symbol, side, quantity, price, fees, time }: FillView, index: number): ScenarioOrder {
  const worse = side === 'buy' ? 0.03 : -0.03;
  const fill = (change: number) => ({ quantity, averagePrice: money(Number(price) + change), fees, time });
  const strict = index % 10 === 9 ? null : fill(worse);
  return { orderId, symbol, side, expected: fill(0), strict, optimistic: fill(-worse / 2) };
}
