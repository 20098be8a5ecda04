/** Handlers of the routes about kept backtests and analyses: the list, a report as a page, two runs side by side. */
import {
  changedFields,
  compareRuns,
  FIGURES_TAKE,
  storedTradeDocument,
  whyIncomparable,
} from '../../analytics/compareRuns.js';
import type { RunComparison } from '../../analytics/compareRuns.js';
import type { TradeDifference } from '../../analytics/compareTrades.js';
import { fewReturns, keptReturns, supportsRatios } from '../../analytics/yearlyFigures.js';
import type { RunComparisonView, RunRow, TradeDifferenceView } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import type { ComparedRun, KeptRuns, ListedRun } from '../../domain/runs.js';
import type { RouteHandlers } from '../routeHandlers.js';
import { asReportPage } from './reportPage.js';
import { answerTagged } from './tagged.js';

/** Differences of trades that are told; the command `compare --json` has all. */
const MOST_LISTED = 200;
/** Trades of a run that is compared: two such runs take about a tenth of a second, in which nobody else is served. */
const MOST_COMPARED = 10_000;

/** Handlers of the routes about runs. */
export function runRoutes(kept: KeptRuns): Pick<RouteHandlers, 'runs' | 'runComparison' | 'runReportPage'> {
  return {
    runs: async ({ query: { limit }, ...call }) => {
      const tag = `${await kept.revision()}-${limit}`;
      return answerTagged(tag, call, async () => {
        const { runs, total } = await kept.listing(limit);
        return { runs: runs.map(rowOf), total };
      });
    },
    runComparison: async ({ params: { number, other } }) => {
      const [a, b] = [await toCompare(kept, number), await toCompare(kept, other)];
      return comparisonView(a, b, compareRuns(a, b));
    },
    runReportPage: async ({ params: { number }, reply }) => {
      const page = await kept.reportPage(number);
      if (page === undefined) {
        throw new PapertapeError('NOT_FOUND', `No report was kept with run ${number}.`, {
          remedy: 'Run it again with --report: of a large run, and by earlier versions, none is kept otherwise.',
        });
      }
      asReportPage(reply);
      return page;
    },
  };
}

/** Throws `RUN_UNKNOWN`, `RUN_TOO_LARGE`, and `NOT_FOUND` for a run without a result. */
async function toCompare(kept: KeptRuns, number: number): Promise<ComparedRun> {
  const run = await kept.toCompare(number, MOST_COMPARED);
  if (run.result !== undefined) return run;
  const { message, remedy } = whyIncomparable(run);
  throw new PapertapeError('NOT_FOUND', message, { remedy });
}

function comparisonView(a: ComparedRun, b: ComparedRun, comparison: RunComparison): RunComparisonView {
  const { sameLedger, inputs, figures, trades } = comparison;
  const head = ({ run: { number, title, from, to } }: ComparedRun) => ({ number, title, from, to });
  return {
    a: head(a),
    b: head(b),
    sameLedger,
    inputs: [...inputs],
    figures: [...figures],
    note: figures.some(({ isHidden }) => isHidden) ? FIGURES_TAKE : null,
    trades: {
      same: trades.same,
      changed: trades.changed.length,
      onlyA: trades.onlyA.length,
      onlyB: trades.onlyB.length,
      listed: trades.differences
        .slice(0, MOST_LISTED)
        .map((difference) => differenceView(difference, a.result.priceScale, b.result.priceScale)),
    },
  };
}

function differenceView(difference: TradeDifference, scaleA: number, scaleB: number): TradeDifferenceView {
  const { kind } = difference;
  if (kind === 'changed') {
    const { change } = difference;
    return {
      kind,
      a: storedTradeDocument(change.a, scaleA),
      b: storedTradeDocument(change.b, scaleB),
      fields: [...changedFields(change, scaleA, scaleB)],
    };
  }
  const { trade } = difference;
  return kind === 'onlyA'
    ? { kind, a: storedTradeDocument(trade, scaleA), b: null, fields: [] }
    : { kind, a: null, b: storedTradeDocument(trade, scaleB), fields: [] };
}

function rowOf({ run, standing, hasReport }: ListedRun): RunRow {
  // What a validation judges did well where it was searched; beside real results that would mislead.
  const isTold = run.kind !== 'validation';
  const returns = keptReturns(run);
  const hasRatios = supportsRatios(returns);
  return {
    number: run.number,
    kind: run.kind,
    title: run.title,
    symbols: [...run.symbols],
    from: run.from,
    to: run.to,
    startedAt: run.startedAt,
    state: standing,
    fraction: run.fraction,
    return: isTold ? run.totalReturn : null,
    sharpe: isTold && hasRatios ? run.sharpe : null,
    sharpeUnsupported: isTold && !hasRatios && run.sharpe !== null ? `It takes ${fewReturns(returns)}.` : null,
    maxDrawdown: isTold ? run.maxDrawdown : null,
    trades: isTold ? run.trades : null,
    verdict: run.verdict,
    failure: run.failure,
    hasReport,
  };
}
