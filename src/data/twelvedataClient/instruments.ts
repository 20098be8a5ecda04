/**
 * Symbols in Twelve Data's ways of writing them, and back. What is wanted is a text: `AAPL`, `RY:TSX` (exchange),
 * `RY:XNYS` (market identifier code), `EUR/USD`. Plain symbols are sent as one comma-separated text; as soon as one
 * needs more than its ticker, all of a message are sent as objects, so that both forms are documented ones.
 */

/** An instrument as messages name it; only the ticker is always there. */
export interface Instrument {
  readonly symbol: string;
  readonly exchange?: string;
  readonly micCode?: string;
  /** Of instrument, e.g. `Index`. */
  readonly type?: string;
}

/** Letters, digits and the marks that tickers and pairs carry; no comma, which separates symbols. */
const NOTATION = /^[A-Z0-9][A-Z0-9.\-/^&_]{0,23}(?::[A-Z0-9][A-Z0-9 .\-_]{0,23})?$/i;
const US_MICS = ['XNAS', 'XNGS', 'XNMS', 'XNCM', 'XNYS', 'XASE', 'ARCX', 'BATS', 'IEXG'];
/** One market under several codes: Nasdaq and its tiers. */
const SAME_MARKET: Readonly<Record<string, string>> = { XNGS: 'XNAS', XNMS: 'XNAS', XNCM: 'XNAS' };

/** The instrument of a wanted text; undefined if the text is none. */
export function instrumentOf(wanted: string): Instrument | undefined {
  if (!NOTATION.test(wanted)) return undefined;
  const colon = wanted.indexOf(':');
  if (colon < 0) return { symbol: wanted };
  const symbol = wanted.slice(0, colon);
  const place = wanted.slice(colon + 1);
  return US_MICS.includes(place) || /^X[A-Z]{3}$/.test(place)
    ? { symbol, micCode: place }
    : { symbol, exchange: place };
}

/** The `symbols` of a message: a text, or objects; see the module header. */
export function wireSymbols(instruments: readonly Instrument[]): unknown {
  const isPlain = instruments.every(
    ({ exchange, micCode, type }) => exchange === undefined && micCode === undefined && type === undefined,
  );
  if (isPlain) return instruments.map(({ symbol }) => symbol).join(',');
  return instruments.map(({ symbol, exchange, micCode, type }) => ({
    symbol,
    ...(exchange === undefined ? {} : { exchange }),
    ...(micCode === undefined ? {} : { mic_code: micCode }),
    ...(type === undefined ? {} : { type }),
  }));
}

/** Whether what a message says of an instrument's market contradicts, confirms or leaves open what is wanted of it. */
function agreement(wanted: Instrument, told: Instrument): number {
  let agreed = 0;
  for (const name of ['exchange', 'micCode', 'type'] as const) {
    const want = wanted[name];
    const tell = told[name];
    if (want === undefined || tell === undefined) continue;
    if (marketOf(want) !== marketOf(tell)) return -1;
    agreed += 1;
  }
  return agreed;
}

function marketOf(name: string): string {
  const upper = name.toUpperCase();
  return SAME_MARKET[upper] ?? upper;
}

/** Finds the wanted text that a message speaks of. */
export class InstrumentIndex {
  readonly #byTicker = new Map<string, { readonly wanted: string; readonly instrument: Instrument }[]>();

  /** Adds what may be spoken of; a text is added once. */
  add(wanted: string, instrument: Instrument): void {
    const ticker = instrument.symbol.toUpperCase();
    const found = this.#byTicker.get(ticker);
    if (found === undefined) this.#byTicker.set(ticker, [{ wanted, instrument }]);
    else if (!found.some((entry) => entry.wanted === wanted)) found.push({ wanted, instrument });
  }

  /**
   * The wanted text among those that `isCandidate` admits: the one that agrees best with what is told. Two that agree
   * equally are told apart by nothing, and the first one is taken. Undefined when none has the ticker, or each of
   * several contradicts.
   */
  find(told: Instrument, isCandidate: (wanted: string) => boolean): string | undefined {
    const { symbol } = told;
    const colon = symbol.indexOf(':');
    // A server may give the notation back as it got it.
    const entries =
      this.#byTicker.get(symbol.toUpperCase()) ?? this.#byTicker.get(symbol.slice(0, colon).toUpperCase());
    const candidates = (entries ?? []).filter(({ wanted }) => isCandidate(wanted));
    if (candidates.length <= 1) return candidates[0]?.wanted;
    const asWritten = candidates.find(({ wanted }) => wanted.toUpperCase() === symbol.toUpperCase());
    if (colon >= 0 && asWritten !== undefined) return asWritten.wanted;
    let best: string | undefined;
    let most = -1;
    for (const { wanted, instrument } of candidates) {
      const agreed = agreement(instrument, told);
      if (agreed > most) [best, most] = [wanted, agreed];
    }
    return best;
  }
}
