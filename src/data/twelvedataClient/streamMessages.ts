/**
 * Reads messages of the stream with `JSON.parse`: every shape that is known, liberally, and nothing that could throw.
 * The way of prices that {@link ./PriceDecoder} does not know, and of everything else.
 *
 * Fields other than `symbol` are optional; lists may be `null` or absent; codes may be texts. Numbers are strict
 * (decimals.ts): a price whose numbers are not plainly numbers is refused with the reason.
 */
import { SECOND } from '../../domain/timeframe.js';
import type { Micros, Price, Shares } from '../../domain/units.js';
import { countOf, faultOfCount, faultOfPrice, priceOf } from './decimals.js';
import type { NumberFault } from './decimals.js';
import type { Instrument } from './instruments.js';
import { NO_DAY_VOLUME } from './priceValues.js';

/** An instrument of a status, with what is said of it. */
export interface StatusEntry extends Instrument {
  readonly message?: string;
}

/** A message of the stream. */
export type StreamMessage =
  | {
      readonly kind: 'price';
      readonly instrument: Instrument;
      readonly time: Micros;
      readonly price: Price;
      readonly dayVolume: Shares;
    }
  | {
      readonly kind: 'refusedPrice';
      readonly field: PriceField;
      readonly fault: NumberFault;
      readonly symbol: string | undefined;
    }
  | {
      readonly kind: 'status';
      /** Acknowledgements of unsubscribe and reset may come under the name of subscribe, too. */
      readonly of: 'subscribe' | 'unsubscribe' | 'reset';
      readonly status: string;
      readonly success: readonly StatusEntry[];
      readonly fails: readonly StatusEntry[];
      readonly messages: readonly string[];
    }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'error'; readonly code: number | undefined; readonly message: string }
  | { readonly kind: 'unknown'; readonly event: string | undefined }
  | { readonly kind: 'notJson' };

/** The fields of a price event that can be refused. */
export type PriceField = 'symbol' | 'timestamp' | 'price' | 'dayVolume';

/** Longest text of a server that is kept. */
const LONGEST_TEXT = 300;
const STATUS_EVENTS: Readonly<Record<string, 'subscribe' | 'unsubscribe' | 'reset'>> = {
  'subscribe-status': 'subscribe',
  'unsubscribe-status': 'unsubscribe',
  'reset-status': 'reset',
};

type Fields = Readonly<Record<string, unknown>>;

/** Reads one message. */
export function readMessage(text: string): StreamMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'notJson' };
  }
  if (!isFields(value)) return { kind: 'unknown', event: undefined };
  const event = textOf(value['event']);
  if (event === 'price') return readPrice(value, text);
  if (event === 'heartbeat') return { kind: 'heartbeat' };
  const of = event === undefined ? undefined : STATUS_EVENTS[event];
  if (of !== undefined) return readStatus(of, value);
  if (event === 'error' || (event === undefined && value['status'] === 'error')) {
    return { kind: 'error', code: codeOf(value['code']), message: textOf(value['message']) ?? 'no message' };
  }
  return { kind: 'unknown', event };
}

function readPrice(fields: Fields, text: string): StreamMessage {
  const symbol = textOf(fields['symbol']);
  const refused = (field: PriceField, fault: NumberFault): StreamMessage => ({
    kind: 'refusedPrice',
    field,
    fault,
    symbol,
  });
  if (symbol === undefined || symbol === '') return refused('symbol', 'missing');
  const seconds = countOf(fields['timestamp']);
  if (Number.isNaN(seconds)) return refused('timestamp', faultOfCount(fields['timestamp']));
  const timestampFault = faultAsWritten(text, 'timestamp');
  if (timestampFault !== undefined) return refused('timestamp', timestampFault);
  const time = seconds * SECOND;
  if (!Number.isSafeInteger(time)) return refused('timestamp', 'outOfRange');
  const price = priceOf(fields['price']);
  if (Number.isNaN(price)) return refused('price', faultOfPrice(fields['price']));
  const priceFault = faultAsWritten(text, 'price');
  if (priceFault !== undefined) return refused('price', priceFault);
  // Absent or null is a price without volume; what is there and no count is a fault of the whole message.
  const told = fields['day_volume'] ?? undefined;
  const dayVolume = told === undefined ? NO_DAY_VOLUME : countOf(told);
  if (Number.isNaN(dayVolume)) return refused('dayVolume', faultOfCount(told));
  const volumeFault = faultAsWritten(text, 'day_volume');
  if (volumeFault !== undefined) return refused('dayVolume', volumeFault);
  return { kind: 'price', instrument: instrumentIn(fields, symbol), time, price, dayVolume };
}

const AS_WRITTEN: Readonly<Record<string, RegExp>> = {
  timestamp: /"timestamp"\s*:\s*(-?\d[^,}\s]*)/g,
  price: /"price"\s*:\s*(-?\d[^,}\s]*)/g,
  day_volume: /"day_volume"\s*:\s*(-?\d[^,}\s]*)/g,
};

/**
 * What `JSON.parse` does not tell of a number: that it was written with an exponent, or with more digits than any
 * machine number has. The names cannot be part of a string, where their quotes would be escaped.
 */
function faultAsWritten(text: string, name: string): NumberFault | undefined {
  for (const [, written = ''] of text.matchAll(AS_WRITTEN[name] ?? /$^/g)) {
    if (/e/i.test(written)) return 'exponent';
    if (written.length > 24) return 'tooManyDigits';
  }
  return undefined;
}

function readStatus(of: 'subscribe' | 'unsubscribe' | 'reset', fields: Fields): StreamMessage {
  const messages = Array.isArray(fields['messages']) ? fields['messages'] : [fields['message']];
  return {
    kind: 'status',
    of,
    status: textOf(fields['status']) ?? 'unknown',
    success: entriesIn(fields['success']),
    fails: entriesIn(fields['fails']),
    messages: messages.flatMap((message) => textOf(message) ?? []),
  };
}

/** The entries of a list that may be absent, `null`, or of texts instead of objects. */
function entriesIn(list: unknown): StatusEntry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown): StatusEntry[] => {
    if (typeof entry === 'string') return [{ symbol: clipped(entry) }];
    if (!isFields(entry)) return [];
    const symbol = textOf(entry['symbol']);
    if (symbol === undefined) return [];
    const message = textOf(entry['message']);
    return [{ ...instrumentIn(entry, symbol), ...(message === undefined ? {} : { message }) }];
  });
}

function instrumentIn(fields: Fields, symbol: string): Instrument {
  const exchange = textOf(fields['exchange']);
  const micCode = textOf(fields['mic_code']);
  const type = textOf(fields['type']);
  return {
    symbol,
    ...(exchange === undefined || exchange === '' ? {} : { exchange }),
    ...(micCode === undefined || micCode === '' ? {} : { micCode }),
    ...(type === undefined || type === '' ? {} : { type }),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? clipped(value) : undefined;
}

function clipped(text: string): string {
  return text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text;
}

function codeOf(value: unknown): number | undefined {
  const code = typeof value === 'string' ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) ? code : undefined;
}
