/** Every symbol of the session with its last price, change, spread, volume and the recent line. */
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { memo, useRef, useState } from 'react';
import type { QuoteView } from '../../../../src/contracts/index.js';
import { useLive } from '../../app/TradingContext.js';
import { Change, LivePrice } from '../../components/figures.js';
import { Panel, SkeletonRows } from '../../components/Panel.js';
import { Sparkline } from '../../components/Sparkline.js';
import { addDecimals, formatCompact, formatPrice, negate } from '../../format/decimal.js';
import { useTrend } from './useTrend.js';

const ROW_HEIGHT = 46;
const OVERSCAN = 6;
const NO_SYMBOLS: readonly string[] = [];

/** The list; only the rows on the screen are drawn. */
export function Watchlist({ current, className = '' }: { readonly current?: string; readonly className?: string }) {
  const symbols = useLive((state) => state.session?.symbols ?? NO_SYMBOLS);
  const loaded = useLive((state) => state.received.has('quotes'));
  const [top, setTop] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const visible = Math.ceil((scroller.current?.clientHeight ?? 900) / ROW_HEIGHT);
  const first = Math.max(0, top - OVERSCAN);
  const shown = symbols.slice(first, top + visible + OVERSCAN);
  return (
    <Panel
      title="Watchlist"
      className={className}
      actions={<span className="text-2xs text-faint">{symbols.length} symbols</span>}
    >
      {!loaded ? (
        <SkeletonRows rows={12} />
      ) : (
        <div
          ref={scroller}
          className="h-full overflow-auto"
          onScroll={(event) => setTop(Math.floor(event.currentTarget.scrollTop / ROW_HEIGHT))}
        >
          <ul style={{ height: symbols.length * ROW_HEIGHT, paddingTop: first * ROW_HEIGHT }}>
            {shown.map((symbol) => (
              <WatchRow key={symbol} symbol={symbol} isCurrent={symbol === current} />
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

const WatchRow = memo(function WatchRow({
  symbol,
  isCurrent,
}: {
  readonly symbol: string;
  readonly isCurrent: boolean;
}) {
  const quote = useLive((state) => state.quotes.get(symbol));
  const trend = useTrend(symbol);
  return (
    <li className="h-[46px]">
      <Link
        to="/trade/$symbol"
        params={{ symbol }}
        aria-current={isCurrent ? 'true' : undefined}
        className={clsx(
          'grid h-full grid-cols-[1fr_auto_4.75rem] content-center items-center gap-x-3 border-b border-line/60 px-3 -outline-offset-2 hover:bg-hover',
          isCurrent && 'bg-hover',
        )}
      >
        <span className="truncate font-semibold">
          {symbol}
          {quote?.halted === true && (
            <span className="ml-1.5 rounded-xs bg-danger px-1 text-2xs font-semibold text-white">Halted</span>
          )}
        </span>
        <Sparkline values={trend} width={64} height={18} {...baseOf(quote)} />
        <span className="text-right">
          <LivePrice price={quote?.last ?? null} className="font-medium" />
        </span>
        <span className="col-span-2 truncate text-2xs text-faint">
          {quote === undefined ? '–' : `Vol ${formatCompact(quote.volume)}${spreadText(quote)}`}
        </span>
        <Change fraction={quote?.changeFraction ?? null} className="text-right text-2xs" />
      </Link>
    </li>
  );
});

function spreadText({ bid, ask }: QuoteView): string {
  return bid === null || ask === null ? '' : ` · spread ${formatPrice(addDecimals(ask, negate(bid)))}`;
}

function baseOf(quote: QuoteView | undefined): { readonly base?: number } {
  return quote?.previousClose == null ? {} : { base: Number(quote.previousClose) };
}
