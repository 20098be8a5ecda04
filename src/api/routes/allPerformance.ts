/** Performance over the trades of all sessions. Curves are kept per session, so that it is one of trades alone. */
import { valueOf } from '../../analytics/figure.js';
import { PerformanceTracker } from '../../analytics/PerformanceTracker.js';
import type { PerformanceFigures } from '../../analytics/PerformanceTracker.js';
import type { TradeDocument } from '../../analytics/tradeDocument.js';
import type { TradeOutcome } from '../../analytics/TradeGroup.js';
import type { Performance } from '../../contracts/index.js';
import type { StoredTrade, TradeCursor, TradeLogStore } from '../../domain/tradeLog.js';

/** Trades read at a time. */
const PAGE_TRADES = 500;
const NO_CURVE = { unsupported: 'the account’s curve is that of the running session alone' };

/** Figures of every kept trade, but for tags. O(trades). */
export async function allPerformance(store: TradeLogStore): Promise<Omit<Performance, 'byTag'>> {
  const tracker = new PerformanceTracker({ startEquity: 1 });
  let after: TradeCursor | undefined;
  do {
    // Each page begins where the one before it ended.
    const page = await store.findTrades({}, { limit: PAGE_TRADES, ordering: 'oldestFirst', after });
    for (const { owner, symbol, session, document } of page.trades.map(parsed)) {
      tracker.addTrade({ owner, symbol, session, side: document.side, ...outcomeOf(document) });
    }
    after = page.next;
  } while (after !== undefined);
  return {
    sessionId: 'all',
    benchmark: null,
    figures: { ...withoutCurve(tracker.figures), rolling: [] },
    byStrategy: [...tracker.groups('owner')],
    bySymbol: [...tracker.groups('symbol')],
    bySession: [...tracker.groups('session')],
  };
}

/** What a kept trade came to. */
export function outcomeOf(trade: TradeDocument): TradeOutcome {
  return {
    entryTime: trade.entryTime,
    exitTime: trade.exitTime ?? trade.entryTime,
    pnl: Number(trade.pnl),
    returnFraction: valueOf(trade.returnFraction),
    rMultiple: trade.rMultiple,
    maxAdverse: trade.maxAdverse,
    maxFavourable: trade.maxFavourable,
  };
}

/** The document of a kept trade. The host wrote it from the same type; the route's schema checks it on its way out. */
export function documentOf({ document }: { readonly document: string }): TradeDocument {
  return JSON.parse(document) as TradeDocument;
}

function parsed(trade: StoredTrade) {
  return { ...trade, document: documentOf(trade) };
}

/** Figures that need points say that there are none of all sessions together. */
function withoutCurve(figures: PerformanceFigures): PerformanceFigures {
  const entries = Object.entries(figures).map(([name, figure]: [string, unknown]) => [
    name,
    typeof figure === 'object' && figure !== null && 'unsupported' in figure ? NO_CURVE : figure,
  ]);
  // The same names, each with a figure where there was one.
  return Object.fromEntries(entries) as PerformanceFigures;
}
