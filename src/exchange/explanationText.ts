/** Why an open order has not filled, in one English sentence. */
import type { OpenOrderExplanation } from '../domain/receipt.js';
import { formatPrice, formatQuantity, formatTime } from './receiptText.js';

/** One sentence per code; the braces are filled from the explanation. */
const SENTENCES: Readonly<Record<string, string>> = {
  'in-flight': 'On its way to the venue since {since}.',
  halted: 'Trading in the symbol is halted since {since}; orders are kept and can be canceled.',
  'paused-at-price-band': 'Trading in the symbol is paused at a price band since {since}; orders are kept.',
  'market-wide-halt': 'Trading in all symbols is halted by a market-wide breaker since {since}; orders are kept.',
  'halted-by-operator': 'Trading in the symbol was halted here by a person at {since}; orders are kept.',
  'waiting-for-reopening': 'A halt since {since} was lifted; waiting for the reopening trade of the listing market.',
  'channel-silent': 'The market data channel is silent; its last quote, {market}, counts as stale.',
  'beyond-price-bands': 'The quote {market} lies beyond the price bands since {since} and cannot be traded at.',
  'quote-crossed': 'The best quote is crossed since {since}; it is waited out for two seconds.',
  'quote-not-firm': 'The quote {market} since {since} is not firm.',
  'short-sale-restricted':
    'A short-sale restriction is in force: the order was put above the bid, to {order}; the bid is {market}.',
  'waiting-for-open': 'Waiting for a session that it may trade in, since {since}.',
  'waiting-for-opening-auction': 'Waiting for the opening auction, since {since}.',
  'waiting-for-closing-auction': 'Waiting for the closing auction, since {since}.',
  'no-market-data': 'No market data of the symbol has been seen since {since}.',
  'stop-not-reached': 'The stop {order} has not been reached since {since}; the last price is {market}.',
  'trailing-stop-not-reached':
    'The trailing stop stands at {order} and has not been reached; the last price is {market}.',
  'trigger-not-touched': 'The trigger {order} has not been touched since {since}; the last price is {market}.',
  'waiting-for-entry': 'Held since {since}, until its entry fills.',
  'done-for-day': 'It fills no more today and goes on with the next session.',
  'queue-ahead': 'At the limit {order} there are {queue} shares ahead in the queue; the market is {market}.',
  'limit-not-reached': 'The limit {order} has not been reached since {since}; the market is {market}.',
  'waiting-for-quote': 'Waiting since {since} for a firm quote with size left.',
  'waiting-for-print': 'Waiting since {since} for the next trade.',
  'waiting-for-bar': 'Waiting since {since} for the open of the next bar.',
};

/** Every code that has a sentence. */
export const EXPLANATION_CODES: readonly string[] = Object.keys(SENTENCES);

/** The sentence of an explanation; `priceScale` is the session's. */
export function explanationText(explanation: OpenOrderExplanation, priceScale: number): string {
  const price = (value: number): string => (value > 0 ? formatPrice(value, priceScale) : 'not known');
  const values: Readonly<Record<string, string>> = {
    since: formatTime(explanation.since),
    order: price(explanation.orderPrice),
    market: price(explanation.marketPrice),
    queue: formatQuantity(Math.max(0, explanation.queueAhead)),
  };
  const sentence = SENTENCES[explanation.code] ?? `Open since {since} (${explanation.code}).`;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name);
}
