/**
 * Handlers of the routes about daily and weekly reports of accounts: as a document, and as a page of its own. Accounts
 * of programs are their owners' and the admins' to see; to others they do not exist.
 */
import type { z } from 'zod';
import { accountReportPage } from '../../analytics/account/accountReportPage.js';
import type { AccountReport, ReportPeriod } from '../../analytics/account/accountReportTypes.js';
import { loadAccountReport } from '../../analytics/account/loadAccountReport.js';
import type { ReportSources } from '../../analytics/account/loadAccountReport.js';
import type { AccountReportView, reportQuerySchema } from '../../contracts/index.js';
import { roleIncludes } from '../../domain/identity.js';
import type { Principal } from '../microservices/AuthService.js';
import type { RouteHandlers } from '../routeHandlers.js';
import { asReportPage } from './reportPage.js';

/** Handlers of the routes about reports. */
export function reportRoutes(sources: ReportSources): Pick<RouteHandlers, 'accountReport' | 'accountReportPage'> {
  const load = (
    period: ReportPeriod,
    { date, session, accountId }: z.output<typeof reportQuerySchema>,
    { name, role }: Principal,
  ): Promise<AccountReport> => {
    const maySee = (owner: string): boolean => owner === name || roleIncludes(role, 'admin');
    return loadAccountReport(sources, { period, date, sessionId: session, accountId, maySee });
  };
  return {
    // The schema's arrays are mutable; nobody changes these.
    accountReport: async ({ params, query, principal }) =>
      (await load(params.period, query, principal)) as unknown as AccountReportView,
    accountReportPage: async ({ params, query, reply, principal }) => {
      const page = accountReportPage(await load(params.period, query, principal));
      asReportPage(reply);
      return page;
    },
  };
}
