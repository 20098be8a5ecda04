/** The bar at the top: where one is, where the prices come from, what time the market has, and the brakes. */
import { Link } from '@tanstack/react-router';
import { Brand } from './Brand.js';
import { BrokerBadge } from './BrokerBadge.js';
import { ConnectionDot } from './Connection.js';
import { FeedBadge } from './FeedBadge.js';
import { KillSwitchButton } from './KillSwitch.js';
import { MarketClock } from './MarketClock.js';
import { SpeedControl } from './SpeedControl.js';
import { SymbolSearch } from './SymbolSearch.js';
import { UserMenu } from './UserMenu.js';

const LINK =
  'flex h-7 items-center rounded px-1.5 font-medium sm:px-2 md:px-1.5 2xl:px-2 text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink';

/** The top bar; it wraps to more lines on narrow screens. */
export function TopBar({ onShortcuts }: { readonly onShortcuts: () => void }) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-surface px-3 py-2 md:h-11 md:flex-nowrap md:py-0">
      <Link to="/" aria-label="Papertape, dashboard" className="rounded">
        <Brand room="scarce" />
      </Link>
      <nav aria-label="Pages" className="order-last flex w-full gap-0.5 md:order-none md:w-auto">
        <Link to="/" className={LINK}>
          Dashboard
        </Link>
        <Link to="/trade" activeOptions={{ exact: false }} className={LINK}>
          Trade
        </Link>
        <Link to="/performance" className={LINK}>
          Performance
        </Link>
        <Link to="/backtests" className={LINK}>
          Backtests
        </Link>
        <Link to="/accounts" className={LINK}>
          Accounts
        </Link>
      </nav>
      <div className="order-last flex w-full flex-wrap items-center gap-x-3 gap-y-1.5 md:order-none md:w-auto md:flex-1 md:flex-nowrap">
        <FeedBadge />
        <BrokerBadge />
        <MarketClock />
        <SpeedControl />
      </div>
      <div className="ml-auto flex items-center gap-2.5">
        <div className="hidden sm:block">
          <SymbolSearch />
        </div>
        <ConnectionDot />
        <KillSwitchButton />
        <UserMenu onShortcuts={onShortcuts} />
      </div>
    </header>
  );
}
