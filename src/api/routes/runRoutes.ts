/** Handlers of the routes about kept backtests and analyses: the list, and the report of one as a page. */
import { fewReturns, keptReturns, supportsRatios } from '../../analytics/yearlyFigures.js';
import type { RunRow } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import type { KeptRuns, ListedRun } from '../../domain/runs.js';
import type { RouteHandlers } from '../routeHandlers.js';
import { asReportPage } from './reportPage.js';
import { answerTagged } from './tagged.js';

/** Handlers of the routes about runs. */
export function runRoutes(kept: KeptRuns): Pick<RouteHandlers, 'runs' | 'runReportPage'> {
  return {
    runs: async ({ query: { limit }, ...call }) => {
      const tag = `${await kept.revision()}-${limit}`;
      return answerTagged(tag, call, async () => {
        const { runs, total } = await kept.listing(limit);
        return { runs: runs.map(rowOf), total };
      });
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
