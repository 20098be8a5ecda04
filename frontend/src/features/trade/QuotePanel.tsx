/** The quote of one symbol: bid and ask with sizes, and the figures of the day. */
import { useLive } from '../../app/TradingContext.js';
import { LivePrice } from '../../components/figures.js';
import { SkeletonRows } from '../../components/Panel.js';
import { addDecimals, formatCompact, formatPrice, negate } from '../../format/decimal.js';

/** The quote. */
export function QuotePanel({ symbol }: { readonly symbol: string }) {
  const quote = useLive((state) => state.quotes.get(symbol));
  if (quote === undefined) return <SkeletonRows rows={3} />;
  const { bid, bidSize, ask, askSize, open, high, low, previousClose, volume } = quote;
  const total = (bidSize ?? 0) + (askSize ?? 0);
  const bidShare = total === 0 ? 50 : ((bidSize ?? 0) / total) * 100;
  const price = (text: string | null): string => (text === null ? '–' : formatPrice(text));
  const facts = [
    ['Open', price(open)],
    ['High', price(high)],
    ['Prev. close', price(previousClose)],
    ['Low', price(low)],
    ['Volume', formatCompact(volume)],
    ['Spread', bid === null || ask === null ? '–' : formatPrice(addDecimals(ask, negate(bid)))],
  ] as const;
  return (
    <section aria-label={`Quote of ${symbol}`} className="shrink-0 bg-surface px-3 py-2.5">
      <div className="grid grid-cols-2 gap-3">
        <div>
          <p className="text-2xs text-faint">Bid{bidSize !== null && ` × ${bidSize.toLocaleString('en-US')}`}</p>
          <LivePrice price={bid} className="text-base font-semibold" />
        </div>
        <div className="text-right">
          <p className="text-2xs text-faint">Ask{askSize !== null && ` × ${askSize.toLocaleString('en-US')}`}</p>
          <LivePrice price={ask} className="text-base font-semibold" />
        </div>
      </div>
      <div aria-hidden className="mt-1 flex h-1 gap-px">
        <div className="bg-gain/60" style={{ width: `${bidShare}%` }} />
        <div className="flex-1 bg-loss/60" />
      </div>
      <dl className="mt-2.5 grid grid-cols-2 gap-x-6 gap-y-0.5 text-xs">
        {facts.map(([name, value]) => (
          <div key={name} className="flex justify-between">
            <dt className="text-muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
