/** Handlers of the routes about daily and weekly reports of accounts: as a document, and as a page of its own. */
import type { z } from 'zod';
import { accountReportPage } from '../../analytics/account/accountReportPage.js';
import type { AccountReport, ReportPeriod } from '../../analytics/account/accountReportTypes.js';
import { loadAccountReport } from '../../analytics/account/loadAccountReport.js';
import type { ReportSources } from '../../analytics/account/loadAccountReport.js';
import type { AccountReportView, reportQuerySchema } from '../../contracts/index.js';
import type { RouteHandlers } from '../routeHandlers.js';

/** The page holds text of strategies and people: it loads and runs nothing, wherever it is opened. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/** Handlers of the routes about reports. */
export function reportRoutes(sources: ReportSources): Pick<RouteHandlers, 'accountReport' | 'accountReportPage'> {
  const load = (period: ReportPeriod, query: z.output<typeof reportQuerySchema>): Promise<AccountReport> =>
    loadAccountReport(sources, { period, date: query.date, sessionId: query.session });
  return {
    // The schema's arrays are mutable; nobody changes these.
    accountReport: async ({ params, query }) => (await load(params.period, query)) as unknown as AccountReportView,
    accountReportPage: async ({ params, query, reply }) => {
      const page = accountReportPage(await load(params.period, query));
      void reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
      return page;
    },
  };
}
