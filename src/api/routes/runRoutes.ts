/** Handlers of the routes about kept backtests and analyses: the list, and the report of one as a page. */
import type { RunRow } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import type { KeptRuns, ListedRun } from '../../domain/runs.js';
import type { RouteHandlers } from '../routeHandlers.js';
import { asReportPage } from './reportPage.js';

/** Handlers of the routes about runs. */
export function runRoutes(kept: KeptRuns): Pick<RouteHandlers, 'runs' | 'runReportPage'> {
  return {
    runs: async ({ query }) => {
      const { runs, total } = await kept.listing(query.limit);
      return { runs: runs.map(rowOf), total };
    },
    runReportPage: async ({ params: { number }, reply }) => {
      const page = await kept.reportPage(number);
      if (page === undefined) {
        throw new PapertapeError('NOT_FOUND', `There is no report of a run ${number}.`, {
          remedy: 'Run it again with --report: of a large run, and by earlier versions, none is kept otherwise.',
        });
      }
      asReportPage(reply);
      return page;
    },
  };
}

function rowOf({ run, standing, hasReport }: ListedRun): RunRow {
  const { number, kind, title, symbols, from, to, startedAt, checkpoint, result, analysis } = run;
  // What a validation judges did well where it was searched; beside real results that would mislead.
  const statistics = kind === 'validation' ? {} : ((result ?? analysis)?.statistics ?? {});
  const figure = (name: string): number | null => statistics[name] ?? null;
  return {
    number,
    kind,
    title,
    symbols: [...symbols],
    from,
    to,
    startedAt,
    state: standing,
    fraction: result === undefined && analysis === undefined ? (checkpoint?.fraction ?? null) : null,
    return: result === undefined ? figure('totalReturn') : result.finalEquity / result.startingCash - 1,
    sharpe: figure('sharpe'),
    maxDrawdown: figure('maxDrawdown'),
    trades: figure('trades'),
    verdict: analysis?.verdict ?? null,
    hasReport,
  };
}
