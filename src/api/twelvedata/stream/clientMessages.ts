/** What clients of the price stream say: symbols in a text, as objects, or mixed; liberal in form, never a throw. */
import type { ListingFilter } from '../Listings.js';

/** An instrument as a client names it. */
export interface SymbolReference {
  /** `SYMBOL` or `SYMBOL:EXCHANGE`. */
  readonly reference: string;
  readonly filter: ListingFilter;
  /** What an answer repeats of it. */
  readonly echo: Readonly<Record<string, string>>;
}
/** A message. */
export type ClientMessage =
  | { readonly action: 'subscribe' | 'unsubscribe'; readonly symbols: readonly SymbolReference[] }
  | { readonly action: 'reset' | 'heartbeat' };

/** Reads a message; undefined if it cannot be understood. */
export function readClientMessage(data: Buffer): ClientMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
  const { action, params } = recordOf(message);
  if (action === 'reset' || action === 'heartbeat') return { action };
  if (action !== 'subscribe' && action !== 'unsubscribe') return undefined;
  const { symbols } = recordOf(params);
  const list = typeof symbols === 'string' ? symbols.split(',') : symbols;
  if (!Array.isArray(list)) return undefined;
  const references = list.map(readReference);
  const known = references.filter((one) => one !== undefined);
  return known.length === 0 || known.length < references.length ? undefined : { action, symbols: known };
}

function readReference(item: unknown): SymbolReference | undefined {
  if (typeof item === 'string') {
    const reference = item.trim();
    return reference === '' ? undefined : { reference, filter: {}, echo: { symbol: reference } };
  }
  const { symbol, exchange, mic_code: mic, type } = recordOf(item);
  if (typeof symbol !== 'string' || symbol.trim() === '') return undefined;
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  const given = { exchange: text(exchange), mic_code: text(mic), type: text(type) };
  return {
    reference: symbol.trim(),
    filter: { exchange: given.exchange, mic: given.mic_code, type: given.type },
    echo: {
      symbol: symbol.trim(),
      ...Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    },
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
