/**
 * A fill in one or two English sentences: what happened, on what evidence, and what was added to the price.
 * Display rounds half away from zero to at most six decimals; the numbers behind it stay in the receipt.
 */
import { newYorkDate, newYorkMicrosOfDay } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { Fill } from '../domain/fill.js';
import type { Receipt } from '../domain/receipt.js';
import type { Micros, Price, Quantity } from '../domain/units.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';

/** How each rule reads after the price; the receipt's figures fill the braces. */
const RULES: Readonly<Record<string, string>> = {
  'far-side': 'the far side of the quote {bid} × {ask} ({sizes})',
  'limit-crossed-by-quote': 'its limit, when the quote {bid} × {ask} came to it',
  'far-side-close': 'the far side of the quote bar that ended at {time}, {bid} × {ask}',
  'limit-quoted-through': 'its limit, when the far side went through it in the quote bar that ended at {time}',
  'walked-beyond-display': 'the quote {bid} × {ask} beyond its displayed size ({sizes}), moved by our own impact',
  'last-sale': 'the trade at {last} ({volume} shares), without a known quote',
  'sampled-last': 'the sampled last price {last}, without known quotes and sizes',
  'limit-traded-through': 'its limit, when the market traded through it ({range})',
  'limit-queue-reached': 'its limit, when the trade at {last} used up the queue ahead ({queue})',
  'limit-better-open': 'the open {open} of the bar that ended at {time}, better than its limit',
  'bar-open': 'the open {open} of the bar that ended at {time}',
  'bar-close': 'the close {last} of the bar that ended at {time}',
  'stop-reached': 'its stop {trigger}, reached in the bar that ended at {time} ({range})',
  'stop-gap': 'the open {open} of the bar that ended at {time}, which had gapped through its stop {trigger}',
  'trailing-stop-reached':
    'its stop {trigger}, which had followed the bar that ended at {time} to its extreme before the close {last}',
  'trailing-stop-close':
    'its stop, reached in the bar that ended at {time}, or the far side\u2019s close of that bar where it is worse',
  'stop-limit-close': 'its limit, which the far side\u2019s close of the bar that ended at {time} was within',
  'limit-if-touched-close':
    'the far side\u2019s close of the bar that ended at {time}, within its limit, with its trigger {trigger} touched',
  'trigger-touched': 'its trigger {trigger}, touched in the bar that ended at {time} ({range})',
  'trigger-gap': 'the open {open} of the bar that ended at {time}, which had gapped through its trigger {trigger}',
  'stop-after-entry':
    'its stop {trigger}, reached in the bar that ended at {time}, in which its entry filled ({range}); ' +
    'the adverse price is taken to have come after it',
  'book-displayed': 'the orders displayed at {last} ({volume} shares) in the recorded book, best {bid} × {ask}',
  'book-queue-reached':
    'its limit, when an order behind it in the recorded queue was executed ({volume} shares; {queue})',
  'book-traded-through': 'its limit, when an order at the worse price {last} was executed ({volume} shares)',
  'book-met-by-order': 'its limit, when an order for {volume} shares at {last} came into the book that met it',
  'book-hidden-execution': 'its limit, when a hidden order was executed at {last} ({volume} shares)',
  'session-open': 'the first open {open} of the session, standing for the opening auction',
  'session-close': 'the last close {last} of the session, standing for the closing auction',
  'opening-auction': 'the opening auction at {last} ({volume} shares)',
  'closing-auction': 'the closing auction at {last} ({volume} shares)',
  'reopening-auction': 'the auction that reopened trading after a halt, at {last} ({volume} shares)',
  'closing-auction-estimated': 'the last trade before the close, {last}; no auction was seen, so this is an estimate',
  'opening-auction-estimated': 'the first trade after the open, {last}; no auction was seen, so this is an estimate',
  ruin: 'its mark {last}, as the account was ruined: its equity was 0 or below',
  reported: 'the price that the broker reported, which filled it',
  'reported-average': 'the average that the broker reported for executions that were not heard of one by one',
};

/** Every rule that a receipt can name. */
export const RECEIPT_RULES: readonly string[] = Object.keys(RULES);

/** The text of a fill. `symbol` is the instrument's name, `priceScale` the session's. */
export function receiptText(fill: Fill, symbol: string, priceScale: number): string {
  const { receipt } = fill;
  const price = (value: Price): string => formatPrice(value, priceScale);
  const verb = fill.side === 'buy' ? 'Bought' : 'Sold';
  const rule = RULES[receipt.rule] ?? `the rule ${receipt.rule}`;
  // What was decided on a bar has the time at which that ended, which the rule tells: it did not happen then.
  const at = receipt.basis === 'tradeBar' || receipt.basis === 'quoteBar' ? '' : ` at ${formatTime(fill.time)}`;
  const sentences = [
    `${verb} ${formatQuantity(fill.quantity)} ${symbol} at ${price(fill.price)}${at}: ` +
      `${fillIn(rule, receipt, priceScale)}${adjustments(fill, price)}.`,
  ];
  if (receipt.participationLimit > 0 && receipt.participation > 0) {
    const limit = percent(receipt.participationLimit);
    sentences.push(`It took ${percent(receipt.participation)} of the size there, at most ${limit} is taken.`);
  }
  const arrival = receipt.arrivedAt - receipt.decidedAt;
  if (arrival > 0) sentences.push(`Decided ${whenDecided(fill)}, at the venue ${arrival / 1000} ms later.`);
  const fees = fill.fees.map((fee) => `${fee.kind} ${formatDecimal(fee.amount, DOLLAR)}`);
  sentences.push(fees.length === 0 ? 'No fees.' : `Fees: ${fees.join(', ')} dollars.`);
  if (receipt.notes !== undefined && receipt.notes !== '') sentences.push(`Note: ${receipt.notes}.`);
  return sentences.join(' ');
}

/** A price in dollars with at least two and at most six decimals, rounded half away from zero. */
export function formatPrice(value: Price, priceScale: number): string {
  if (priceScale <= 1_000_000) return formatDecimal(value, priceScale);
  const step = priceScale / 1_000_000;
  return formatDecimal(Math.sign(value) * Math.round(Math.abs(value) / step), 1_000_000);
}

/** Shares, with decimals only where there are some. */
export function formatQuantity(quantity: Quantity): string {
  return formatDecimal(quantity, SHARE, 0);
}

/** New York wall-clock time to the millisecond, e.g. `09:31:04.250`. */
export function formatTime(time: Micros): string {
  const millis = Math.floor(newYorkMicrosOfDay(time) / 1000);
  const part = (divisor: number, modulus: number, width: number): string =>
    String(Math.floor(millis / divisor) % modulus).padStart(width, '0');
  return `${part(3_600_000, 24, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}

/** With the date where it is another one than that of the fill. */
function whenDecided({ time, receipt: { decidedAt } }: Fill): string {
  const date = newYorkDate(decidedAt);
  return `${date === newYorkDate(time) ? '' : `on ${formatDate(date)} `}at ${formatTime(decidedAt)}`;
}

function fillIn(rule: string, receipt: Receipt, priceScale: number): string {
  const price = (value: Price): string => (value === 0 ? 'none' : formatPrice(value, priceScale));
  const values: Readonly<Record<string, () => string>> = {
    bid: () => price(receipt.bid),
    ask: () => price(receipt.ask),
    sizes: () => `${receipt.bidSize} × ${receipt.askSize} shares`,
    open: () => price(receipt.open),
    last: () => price(receipt.last),
    volume: () => String(receipt.volume),
    time: () => formatTime(receipt.evidenceTime),
    trigger: () => price(receipt.triggerPrice),
    queue: () => (receipt.queueAtEntry < 0 ? 'unknown' : `${formatQuantity(receipt.queueAtEntry)} shares at entry`),
    range: () =>
      receipt.high > 0
        ? `bar from ${price(receipt.low)} to ${price(receipt.high)}`
        : `trade at ${price(receipt.last)}, ${receipt.volume} shares`,
  };
  return rule.replace(/\{(\w+)\}/g, (_, name: string) => values[name]?.() ?? name);
}

function adjustments(fill: Fill, price: (value: Price) => string): string {
  const { halfSpread, slippage, impact } = fill.receipt;
  const word = fill.side === 'buy' ? 'plus' : 'less';
  const parts: string[] = [];
  if (halfSpread > 0) parts.push(`${price(halfSpread)} for half the modelled spread`);
  if (slippage > 0) parts.push(`${price(slippage)} slippage`);
  if (impact > 0) parts.push(`${price(impact)} impact of our own trading`);
  return parts.length === 0 ? '' : `, ${word} ${parts.join(' and ')}`;
}

/** Of a fraction above 0. */
function percent(fraction: number): string {
  const tenths = Math.round(fraction * 1000);
  return tenths === 0 ? 'less than 0.1 %' : `${tenths / 10} %`;
}
