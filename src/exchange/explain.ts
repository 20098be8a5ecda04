/** Why an open order has not filled yet, as numbers; explanationText.ts makes the sentence. */
import type { OpenOrderExplanation } from '../domain/receipt.js';
import type { Micros, Price, Quantity } from '../domain/units.js';
import { haltCode } from './halts.js';
import type { HaltCode } from './halts.js';
import { isWithinBands } from './matching/plausible.js';
import { Evidence } from './SymbolMarket.js';
import type { SymbolMarket } from './SymbolMarket.js';
import type { TradingSession } from './TradingSession.js';
import { tradesIn } from './TradingSession.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** Every code that {@link explainOrder} gives. */
export type ExplanationCode =
  | 'in-flight'
  | HaltCode
  | 'channel-silent'
  | 'beyond-price-bands'
  | 'quote-crossed'
  | 'quote-not-firm'
  | 'short-sale-restricted'
  | 'waiting-for-open'
  | 'waiting-for-opening-auction'
  | 'waiting-for-closing-auction'
  | 'no-market-data'
  | 'stop-not-reached'
  | 'trailing-stop-not-reached'
  | 'trigger-not-touched'
  | 'waiting-for-entry'
  | 'done-for-day'
  | 'queue-ahead'
  | 'limit-not-reached'
  | 'waiting-for-quote'
  | 'waiting-for-print'
  | 'waiting-for-bar';

const answer = (
  code: ExplanationCode,
  since: Micros,
  orderPrice: Price = 0,
  marketPrice: Price = 0,
  queueAhead: Quantity = -1,
): OpenOrderExplanation => ({ code, since, orderPrice, marketPrice, queueAhead });

/** The first reason that holds for an open order; `isSilent` says that the channel's quotes are stale (R9). */
export function explainOrder(
  order: WorkingOrder,
  symbol: SymbolMarket,
  session: TradingSession,
  isSilent = false,
): OpenOrderExplanation {
  if (order.arrivedAt === 0) return answer('in-flight', order.decidedAt);
  if (order.isUnarmed) return answer('waiting-for-entry', order.arrivedAt, order.limitPrice || order.stopPrice);
  if (order.status === 'done_for_day') return answer('done-for-day', order.arrivedAt);
  if (symbol.halted) return answer(haltCode(symbol), symbol.haltedSince);
  // Where only bars are known nothing waits for the print of an auction but orders that are for it.
  const awaitsPrint = order.auctionPending && (symbol.known & Evidence.PRINT) !== 0;
  if (order.timeInForce === 'opg' || awaitsPrint) {
    return answer('waiting-for-opening-auction', order.arrivedAt);
  }
  if (order.timeInForce === 'cls') return answer('waiting-for-closing-auction', order.arrivedAt);
  if (order.activatedAt === 0 || !tradesIn(session.phase, order.extendedHours)) {
    return answer('waiting-for-open', order.arrivedAt, order.limitPrice);
  }
  if (symbol.known === 0) return answer('no-market-data', order.activatedAt);
  if (order.acts === 'stop') {
    return answer(unelectedCode(order), order.activatedAt, order.stopPrice, lastTrade(symbol));
  }
  const isOnQuotes = (order.isMarket ? symbol.marketBasis : symbol.restingBasis) === 'nbbo';
  const barrier = isOnQuotes ? quoteBarrier(order, symbol, session, isSilent) : undefined;
  if (barrier !== undefined) return barrier;
  if (order.shortFloor !== 0) {
    return answer('short-sale-restricted', order.activatedAt, order.shortFloor, symbol.bid, order.queueAhead);
  }
  if (order.acts === 'limit') return explainLimit(order, symbol);
  const codes = {
    book: 'waiting-for-quote',
    nbbo: 'waiting-for-quote',
    quoteBar: 'waiting-for-quote',
    lastSale: 'waiting-for-print',
    tradeBar: 'waiting-for-bar',
  } as const;
  return answer(codes[symbol.marketBasis ?? 'tradeBar'], order.activatedAt);
}

/** Why the standing quote decides nothing, for orders that it would otherwise reach; undefined if it may. */
function quoteBarrier(
  order: WorkingOrder,
  symbol: SymbolMarket,
  session: TradingSession,
  isSilent: boolean,
): OpenOrderExplanation | undefined {
  const far = order.sign === 1 ? symbol.ask : symbol.bid;
  if (order.acts === 'limit' && order.sign * (order.limitPrice - far) < 0) return undefined;
  if (isSilent) return answer('channel-silent', symbol.quoteTime, order.limitPrice, far);
  if (symbol.quoteFlags !== 0) return answer('quote-not-firm', symbol.quoteTime, order.limitPrice, far);
  if (symbol.crossedSince !== 0) return answer('quote-crossed', symbol.crossedSince, order.limitPrice, far);
  if (symbol.quoteTime !== 0 && far > 0 && !isWithinBands(far, symbol, session)) {
    return answer('beyond-price-bands', symbol.quoteTime, order.limitPrice, far);
  }
  return undefined;
}

function explainLimit(order: WorkingOrder, symbol: SymbolMarket): OpenOrderExplanation {
  const isBuy = order.sign === 1;
  let market = lastTrade(symbol);
  if (symbol.restingBasis === 'nbbo' || symbol.restingBasis === 'book') market = isBuy ? symbol.ask : symbol.bid;
  else if (symbol.restingBasis === 'quoteBar') market = isBuy ? symbol.askClose : symbol.bidClose;
  const code = order.queueAhead > 0 ? 'queue-ahead' : 'limit-not-reached';
  return answer(code, order.activatedAt, order.limitPrice, market, order.queueAhead);
}

function lastTrade(symbol: SymbolMarket): Price {
  return symbol.lastPrice > 0 ? symbol.lastPrice : symbol.close;
}

function unelectedCode({ type }: WorkingOrder): ExplanationCode {
  if (type === 'trailing_stop') return 'trailing-stop-not-reached';
  return type === 'limit_if_touched' ? 'trigger-not-touched' : 'stop-not-reached';
}
