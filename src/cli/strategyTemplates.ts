/**
 * The texts of a new strategy, of its test and of a workflow that runs the tests. All are complete: they compile, run
 * and pass as they are.
 */

/** A trend-following strategy that shows parameters, an indicator, entries, exits and reasons. */
export function strategySource(className: string): string {
  return `import { Strategy, param, type Bar, type Context } from 'papertape';

const params = {
  fast: param.int({ default: 5, min: 2, max: 100, label: 'Fast average', unit: 'bars' }),
  slow: param.int({ default: 20, min: 3, max: 400, label: 'Slow average', unit: 'bars' }),
};

/** Buys when the fast average crosses above the slow one, exits when it crosses below. */
export default class ${className} extends Strategy.with(params) {
  static override subscribe = { symbols: ['SPY'], timeframe: '1m', warmUp: 'auto' };

  // Indicators are declared in fields; they hold the current bar when onBar is called.
  private fast = this.sma(this.p.fast);
  private slow = this.sma(this.p.slow);

  override onBar(bar: Bar, ctx: Context): void {
    if (this.fast.crossedAbove(this.slow)) {
      ctx.enterLong(bar.symbol, { reason: 'fast average crossed above slow' });
    }
    if (this.fast.crossedBelow(this.slow)) {
      ctx.exit(bar.symbol, { reason: 'fast average crossed below slow' });
    }
  }
}
`;
}

/** A Vitest test of it on a handful of made-up bars. */
export function strategyTestSource(className: string): string {
  return `import { backtest, bars } from 'papertape/testing';
import { expect, it } from 'vitest';
import ${className} from './${className}.js';

const prices = [...fall(110, 100), ...rise(100, 130), ...fall(130, 100)];

it('buys a rise and sells the fall after it', async () => {
  const run = await backtest(${className}, { data: bars({ SPY: prices }), params: { fast: 3, slow: 8 } });

  expect(run.fills.map((fill) => fill.side)).toEqual(['buy', 'sell']);
  const [buy, sell] = run.fills;
  expect(sell?.price).toBeGreaterThan(buy?.price ?? Infinity);
});

// The first run writes the trades down; commit them. Later runs show what has changed; \`npx vitest -u\` accepts it.
it('trades as it did', async () => {
  const run = await backtest(${className}, { data: bars({ SPY: prices }), params: { fast: 3, slow: 8 } });

  expect(run).toMatchGoldenTrades();
});

/** Closes of one-minute bars, a dollar apart. */
function rise(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function fall(from: number, to: number): number[] {
  return rise(to, from).map((price) => from + to - price);
}
`;
}

/** A workflow of GitHub Actions: golden trades at every push, and the checks where history lies in `fixtures/`. */
export function workflowSource(file: string): string {
  return `name: strategies
on: [push, pull_request]

jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      # Trades that are not the accepted ones fail here, and so do tests whose trades were never committed.
      - run: npx vitest run
      - name: Check for look-ahead, warm-up, determinism, fills and capacity
        if: hashFiles('fixtures/*.csv') != ''
        # The days that the files hold.
        env:
          FROM: '2013-10-07'
          TO: '2013-10-11'
        run: |
          npx papertape data import fixtures/*.csv
          npx papertape check ${file} --from "$FROM" --to "$TO"
`;
}
