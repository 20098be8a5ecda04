/** The account in one line of figures. */
import type { ReactNode } from 'react';
import { useLive } from '../../app/TradingContext.js';
import { Pnl } from '../../components/figures.js';
import { addDecimals, formatCompact, formatMoney, formatPercent, ratio, signOf } from '../../format/decimal.js';

/** The figures of the account. */
export function AccountStrip() {
  const account = useLive((state) => state.account);
  const follows = useLive((state) => state.scenarios?.state === 'following');
  const gross = account === undefined ? '0' : addDecimals(account.longValue, account.shortValue);
  return (
    <section aria-label="Account" className="grid grid-cols-2 gap-px bg-line sm:grid-cols-4 min-[112rem]:grid-cols-7">
      <Figure name={follows ? 'Equity, expected fills' : 'Equity'} className="min-[112rem]:order-1" large>
        {account && formatMoney(account.equity)}
      </Figure>
      <Figure
        name="Day P&L"
        className="min-[112rem]:order-2"
        large
        note={account && formatPercent(ratio(account.dayPnl, account.dayStartEquity))}
      >
        {account && <Pnl amount={account.dayPnl} />}
      </Figure>
      <Figure
        name="Exposure"
        className="min-[112rem]:order-5"
        note={account && `${formatPercent(ratio(gross, account.equity), 0, false)} gross`}
      >
        {account && formatMoney(gross)}
      </Figure>
      <Figure
        name="Buying power"
        className="min-[112rem]:order-6"
        note={
          account && signOf(account.reserved) !== 0 ? `$${formatCompact(Number(account.reserved))} held` : undefined
        }
      >
        {account && formatMoney(account.buyingPower)}
      </Figure>
      <Figure name="Unrealised" className="min-[112rem]:order-3">
        {account && <Pnl amount={account.unrealisedPnl} />}
      </Figure>
      <Figure name="Realised" className="min-[112rem]:order-4">
        {account && <Pnl amount={account.realisedPnl} />}
      </Figure>
      <Figure name="Cash" className="min-[112rem]:order-7">
        {account && formatMoney(account.cash)}
      </Figure>
      <Figure name="Fees" className="min-[112rem]:hidden">
        {account && formatMoney(account.fees)}
      </Figure>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly note?: string | undefined;
  readonly large?: boolean;
  readonly className?: string;
  /** Undefined while it is not known. */
  readonly children: ReactNode;
}

function Figure({ name, note, large = false, className, children }: FigureProps) {
  return (
    <div className={`flex min-w-0 flex-col justify-center bg-surface px-3 py-1.5 ${className ?? ''}`}>
      <p className="text-2xs text-faint">{name}</p>
      {children === undefined ? (
        <div className="skeleton my-1 h-4 w-24" />
      ) : (
        <p className="flex items-baseline gap-2 whitespace-nowrap">
          <span className={large ? 'text-base font-semibold' : 'text-sm font-medium'}>{children}</span>
          {note !== undefined && <span className="truncate text-2xs text-muted">{note}</span>}
        </p>
      )}
    </div>
  );
}
