/** The pages and their addresses. `fill` in the search opens a receipt over any page, so that it can be linked to. */
import { Navigate, createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { AccountsPage } from '../features/accounts/AccountsPage.js';
import { BacktestsPage } from '../features/backtests/BacktestsPage.js';
import { ComparePage } from '../features/backtests/ComparePage.js';
import { DashboardPage } from '../features/dashboard/DashboardPage.js';
import { NotFoundPage } from '../features/shell/NotFoundPage.js';
import { PerformancePage } from '../features/performance/PerformancePage.js';
import { Shell } from '../features/shell/Shell.js';
import { FirstSymbol, TradePage } from '../features/trade/TradePage.js';

interface PageSearch {
  /** Id of the fill whose receipt is open. */
  readonly fill?: string;
}

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  validateSearch: (search: Record<string, unknown>): PageSearch =>
    typeof search['fill'] === 'string' && search['fill'] !== '' ? { fill: search['fill'] } : {},
});

const dashboardRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: DashboardPage });
const tradeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/trade', component: FirstSymbol });
const symbolRoute = createRoute({ getParentRoute: () => rootRoute, path: '/trade/$symbol', component: TradePage });
const performanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/performance',
  component: PerformancePage,
});
const accountsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/accounts', component: AccountsPage });
const backtestsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/backtests', component: BacktestsPage });
const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backtests/compare/$a/$b',
  component: ComparePage,
});
/** Somebody who follows a sign-in link while signed in. */
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: () => <Navigate to="/" replace />,
});

/** Makes the router. */
export function createAppRouter() {
  return createRouter({
    routeTree: rootRoute.addChildren([
      dashboardRoute,
      tradeRoute,
      symbolRoute,
      performanceRoute,
      backtestsRoute,
      compareRoute,
      accountsRoute,
      signInRoute,
    ]),
    defaultPreload: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
