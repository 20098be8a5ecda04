/** Handlers of the routes about daily and weekly reports of accounts: as a document, and as a page of its own. */
import type { z } from 'zod';
import { accountReportPage } from '../../analytics/account/accountReportPage.js';
import type { AccountReport, ReportPeriod } from '../../analytics/account/accountReportTypes.js';
import { loadAccountReport } from '../../analytics/account/loadAccountReport.js';
import type { ReportSources } from '../../analytics/account/loadAccountReport.js';
import type { AccountReportView, reportQuerySchema } from '../../contracts/index.js';
import type { RouteHandlers } from '../routeHandlers.js';
import { asReportPage } from './reportPage.js';

/** Handlers of the routes about reports. */
export function reportRoutes(sources: ReportSources): Pick<RouteHandlers, 'accountReport' | 'accountReportPage'> {
  const load = (period: ReportPeriod, query: z.output<typeof reportQuerySchema>): Promise<AccountReport> =>
    loadAccountReport(sources, { period, date: query.date, sessionId: query.session });
  return {
    // The schema's arrays are mutable; nobody changes these.
    accountReport: async ({ params, query }) => (await load(params.period, query)) as unknown as AccountReportView,
    accountReportPage: async ({ params, query, reply }) => {
      const page = accountReportPage(await load(params.period, query));
      asReportPage(reply);
      return page;
    },
  };
}
