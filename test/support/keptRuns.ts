/** Four runs in an archive, for tests of those who read it: a backtest, one that was stopped, and two analyses. */
import { createHash } from 'node:crypto';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import type { HistoryBacktest } from '../../src/analytics/historyMarket.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import { runResultOf } from '../../src/cli/backtestSummary.js';
import type { AnalysisResult, NewRun, RunResult } from '../../src/domain/runs.js';
import type { RunArchive } from '../../src/host/RunArchive.js';
import BuyAndHold from '../../src/strategies/builtin/BuyAndHold.js';
import { bars } from '../../src/testing.js';
import { param, Strategy } from '../../src/index.js';
import type { Bar, Context } from '../../src/index.js';

/** A run that begins. */
export const NEW_RUN: NewRun = {
  title: 'sma-cross',
  symbols: ['ACME'],
  from: '2013-10-07',
  to: '2013-10-11',
  request: '{}',
  pid: 1,
};

const RESULT: RunResult = {
  identity: 'abc',
  ledgerHash: 'def',
  dataHash: '123',
  engineVersion: '1',
  seed: 1,
  preset: 'papertape@1',
  feePlan: 'none',
  adjust: 'raw',
  strategies: [],
  startingCash: 1e11,
  finalEquity: 1.1e11,
  fees: 0,
  orders: 2,
  fills: 2,
  statistics: { sharpe: 1.5, trades: 1, maxDrawdown: 0.1 },
  data: [],
  warmUpRows: 0,
  warnings: [],
  priceScale: 1_000_000,
};

const ANALYSIS: AnalysisResult = {
  engineVersion: '1',
  dataHash: '123',
  seed: 1,
  dailyReturns: 20,
  statistics: { totalReturn: 0.2, sharpe: 1.1, maxDrawdown: 0.05, trades: 12 },
  verdict: '7 of 12 steps gained',
  facts: [],
  table: { columns: [], rows: [] },
  warnings: [],
};

/** Keeps them; their numbers are 1 to 4. */
export async function keepRuns(archive: RunArchive): Promise<void> {
  const page = (title: string) => ({ html: `<!doctype html><title>${title}</title><h1>${title}</h1>`, json: '{}' });
  const first = await archive.begin(NEW_RUN);
  await archive.finish(first, await keptHistory(), RESULT);
  await archive.keepReport(first, page('The first run'));
  const stopped = await archive.begin({ ...NEW_RUN, symbols: ['ACME', 'BRIO', 'CUSP', 'DALE'] });
  await archive.note(stopped, { events: 10, fraction: 0.5, time: 0, equity: 1e11, fills: 0 });
  await archive.abandon(stopped, { state: 'cancelled' });
  await archive.keepAnalysis('walk-forward', NEW_RUN, ANALYSIS, page('A walk'));
  const verdict = '1 of 9 against';
  await archive.keepAnalysis('validation', NEW_RUN, { ...ANALYSIS, verdict }, page('A judgement'));
}

/** In for some minutes of every hour. */
class Hourly extends Strategy.with({ held: param.int({ default: 10, min: 1, max: 50 }) }) {
  private bar = 0;
  override onBar({ symbol }: Bar, ctx: Context): void {
    this.bar += 1;
    if (this.bar % 60 === 5) ctx.enterLong(symbol, { reason: 'the hour began', size: { shares: 100 } });
    if (this.bar % 60 === 5 + this.p.held) ctx.exit(symbol, { reason: `after ${this.p.held} minutes` });
  }
}

/** Keeps two backtests and gives their numbers: each trades once an hour, one for ten minutes, one for twenty. */
export async function keepTwo(archive: RunArchive): Promise<readonly [number, number]> {
  const keep = async (held: number): Promise<number> => {
    const history = await keptHistory({ name: 'hourly', strategyClass: Hourly, params: { held } });
    const number = await archive.begin({ ...NEW_RUN, title: 'hourly' });
    await archive.finish(number, history, runResultOf(history, []));
    return number;
  };
  return [await keep(10), await keep(20)];
}

/** A backtest of a day. */
export async function keptHistory(
  strategy: Pick<HistoryBacktest['strategies'][number], 'name' | 'strategyClass' | 'params'> = {
    name: 'buy-and-hold',
    strategyClass: BuyAndHold,
  },
) {
  const history = createMemoryHistory();
  const [table] = bars({ ACME: Array.from({ length: 390 }, (_, minute) => 100 + minute / 100) }).market.tables;
  if (table?.kind !== 'bar') throw new Error('there are no bars');
  await history.merge('ACME', table);
  return backtestFromStore(history, {
    strategies: [{ ...strategy, hash: 'h', timeframe: '1m' }],
    symbols: ['ACME'],
    from: '2013-10-07',
    to: '2013-10-07',
    engineVersion: '1',
    createHash: () => createHash('sha256'),
  });
}
