/** What is held of the symbol on the screen, over all owners. */
import { useMemo } from 'react';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Pnl } from '../../components/figures.js';
import { addDecimals, formatMoney, formatShares } from '../../format/decimal.js';

/** The position; nothing when flat. */
export function SymbolPosition({ symbol }: { readonly symbol: string }) {
  const all = useLive((state) => state.positions);
  const held = useMemo(() => all.filter((position) => position.symbol === symbol), [all, symbol]);
  const api = useApi();
  const mayTrade = useMay('trader');
  const close = useAction(
    () => api.call('closePosition', { params: { symbol } }),
    () => `Closing ${symbol} at the market.`,
  );
  if (held.length === 0) return null;
  const quantity = addDecimals(...held.map((position) => position.quantity));
  const value = addDecimals(...held.map((position) => position.marketValue));
  const profit = addDecimals(...held.map((position) => position.unrealisedPnl));
  return (
    <section aria-label={`Position in ${symbol}`} className="flex shrink-0 items-center gap-3 bg-surface px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="text-2xs text-faint">Position{held.length > 1 && ` of ${held.length} owners`}</p>
        <p className="truncate">
          <span className="font-semibold">{formatShares(quantity, { plus: true })}</span>{' '}
          <span className="text-muted">{formatMoney(value)}</span>
        </p>
      </div>
      <Pnl amount={profit} className="font-semibold" />
      <Button size="small" disabled={!mayTrade || close.pending} onClick={() => void close.run()}>
        Close
      </Button>
    </section>
  );
}
