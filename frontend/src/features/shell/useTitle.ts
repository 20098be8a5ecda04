/** The title of the browser's tab: what moves on the page, so that it can be watched from another tab. */
import { useEffect } from 'react';
import { useLiveStore } from '../../app/TradingContext.js';
import { formatMoney, formatPrice } from '../../format/decimal.js';

const RENEW_MS = 1_000;

/** Shows a symbol with its last price, or without one the day's profit, while the component is mounted. */
export function useTitle(symbol: string | undefined): void {
  const live = useLiveStore();
  useEffect(() => {
    const show = (): void => {
      const { quotes, account } = live.state.getState();
      const last = symbol === undefined ? null : (quotes.get(symbol)?.last ?? null);
      const figure =
        symbol === undefined
          ? account && formatMoney(account.dayPnl, { plus: true })
          : [symbol, ...(last === null ? [] : [formatPrice(last)])].join(' ');
      document.title = figure === undefined ? 'Papertape' : `${figure} · Papertape`;
    };
    show();
    const timer = setInterval(show, RENEW_MS);
    return () => {
      clearInterval(timer);
      document.title = 'Papertape';
    };
  }, [live, symbol]);
}
