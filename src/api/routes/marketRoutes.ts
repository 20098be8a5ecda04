/** Handlers of the routes about the market: the session's quotes and bars, and what the market data service knows. */
import { PapertapeError } from '../../domain/errors.js';
import type { HistoryPageView, HistoryQuestion, MarketDataService } from '../microservices/MarketDataService.js';
import type { RouteHandlers } from '../routeHandlers.js';
import type { TradingSession } from '../tradingSession.js';
import { answerTagged } from './tagged.js';
import type { TaggedCall } from './tagged.js';

type MarketRouteName =
  | 'quotes'
  | 'bars'
  | 'historyBars'
  | 'historyQuotes'
  | 'historyPrints'
  | 'historyBatch'
  | 'coverage'
  | 'symbols'
  | 'marketSessions'
  | 'corporateActions';

/** Throws `SYMBOL_UNKNOWN` for a symbol that the session does not have; returns it otherwise. */
export function sessionSymbol(session: Pick<TradingSession, 'info'>, symbol: string): string {
  if (session.info().symbols.includes(symbol)) return symbol;
  throw new PapertapeError('SYMBOL_UNKNOWN', `This session has no symbol ${symbol}.`, {
    remedy: 'Use one of the symbols that GET /api/v1/session lists.',
  });
}

/** Handlers of the routes about the market. */
export function marketRoutes(
  session: TradingSession,
  marketData: MarketDataService,
): Pick<RouteHandlers, MarketRouteName> {
  const tagged = async <Page extends HistoryPageView>(
    question: HistoryQuestion & { readonly kind: Page['kind'] },
    call: TaggedCall,
  ): Promise<Page> => {
    const tag = await marketData.tagOf(question);
    return answerTagged(tag, call, async () => (await marketData.page(question)) as Page);
  };

  return {
    quotes: ({ query: { symbols } }) => {
      if (symbols === undefined) return session.quotes();
      const wanted = new Set(symbols.map((symbol) => sessionSymbol(session, symbol)));
      return { quotes: session.quotes().quotes.filter(({ symbol }) => wanted.has(symbol)) };
    },
    bars: ({ query: { symbol, timeframe, limit, before } }) =>
      session.bars({
        symbol: sessionSymbol(session, symbol),
        timeframe,
        limit,
        ...(before === undefined ? {} : { before }),
      }),
    historyBars: ({ query: { cursor, ...query }, ...call }) => tagged({ kind: 'bars', ...query, cursor }, call),
    historyQuotes: ({ query: { cursor, ...query }, ...call }) => tagged({ kind: 'quotes', ...query, cursor }, call),
    historyPrints: ({ query: { cursor, ...query }, ...call }) => tagged({ kind: 'prints', ...query, cursor }, call),
    historyBatch: ({ body }) =>
      marketData.batch(
        body.requests.map(({ extendedHours, cursor, ...request }) => ({
          ...request,
          extendedHours: extendedHours ?? request.kind !== 'bars',
          cursor,
        })),
      ),
    coverage: ({ query }) => marketData.coverage(query.symbol),
    symbols: ({ query }) => marketData.symbols(query.query, query.limit),
    marketSessions: ({ query }) => marketData.marketSessions(query.from, query.to),
    corporateActions: ({ query }) => marketData.corporateActions(query.symbol, query.from, query.to),
  };
}
