/**
 * Sessions on which a history lacks what fills are decided on. What a symbol has shown once is waited for ever after
 * (docs/fill-model.md): on a day with bars alone after one with quotes, orders wait for a quote. On days before its
 * first quote orders are decided on bars, so that one result comes of two ways to decide.
 */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { bestBasis } from '../exchange/matching/bestBasis.js';
import type { Preset } from '../exchange/preset.js';
import { Evidence } from '../exchange/SymbolMarket.js';

/** Kinds of rows that can be waited for, in the order in which gaps are told. */
const KINDS = ['quote', 'quoteBar', 'print'] as const;
/** One of the kinds of rows that can be waited for. */
export type EvidenceKind = (typeof KINDS)[number];

/** Where rows of a kind are missing. */
export interface EvidenceGap {
  readonly kind: EvidenceKind;
  /** Whether a symbol's first such row comes after these days; else it came before them, and others are waited for. */
  readonly isLate: boolean;
  /** Ids of the symbols without them on such a session, by their first one. */
  readonly symbolIds: readonly number[];
  /** New York dates (days since 1970) on which one of these symbols has other rows and none of these, ascending. */
  readonly dates: readonly TradingDate[];
  /** New York dates with rows of any symbol. */
  readonly sessions: number;
}

/** `Evidence` bits of the kinds of tables; other kinds tell nothing of a price. */
const BIT_OF: Readonly<Partial<Record<MarketTable['kind'], number>>> = {
  quote: Evidence.QUOTE,
  print: Evidence.PRINT,
  quoteBar: Evidence.QUOTE_BAR,
  bar: Evidence.BAR,
  book: Evidence.BOOK,
};

/**
 * The gaps of a market under the bases of a preset, at most two of each kind: days after a symbol's first row of it,
 * then days before that. What a symbol never has is no gap, nor are rows that a better basis makes needless.
 */
export function evidenceGaps(
  { tables }: MarketBatch,
  symbolCount: number,
  preset: Pick<Preset, 'marketBases' | 'restingBases'>,
): readonly EvidenceGap[] {
  if (!tables.some(({ kind, length }) => length > 0 && KINDS.some((one) => one === kind))) return [];
  const shown = shownByDay(tables, symbolCount);
  const days = [...shown.keys()].toSorted((a, b) => a - b);
  const known = new Uint8Array(symbolCount);
  const found = [false, true].flatMap((isLate) =>
    KINDS.map((kind) => ({ kind, isLate, ids: new Set<number>(), dates: new Set<TradingDate>() })),
  );
  /** By symbol id: its days with rows so far. */
  const before = Array.from({ length: symbolCount }, (): TradingDate[] => []);
  for (const date of days) {
    const today = shown.get(date) ?? known;
    for (let id = 0; id < symbolCount; id += 1) {
      const bits = today[id] ?? 0;
      if (bits === 0) continue;
      const earlier = known[id] ?? 0;
      const all = earlier | bits;
      known[id] = all;
      const waited = waitedFor(all, preset);
      const missing = waited & ~bits;
      const late = waited & bits & ~earlier;
      const past = before[id] ?? [];
      if (missing !== 0 || (late !== 0 && past.length > 0)) {
        for (const { kind, isLate, ids, dates } of found) {
          if (((isLate ? late : missing) & (BIT_OF[kind] ?? 0)) === 0) continue;
          ids.add(id);
          for (const day of isLate ? past : [date]) dates.add(day);
        }
      }
      past.push(date);
    }
  }
  return found
    .filter(({ dates }) => dates.size > 0)
    .map(({ kind, isLate, ids, dates }) => ({
      kind,
      isLate,
      symbolIds: [...ids],
      dates: [...dates].toSorted((a, b) => a - b),
      sessions: days.length,
    }));
}

/** `Evidence` bits of what orders are decided on where `known` has been shown. */
function waitedFor(known: number, preset: Pick<Preset, 'marketBases' | 'restingBases'>): number {
  const resting = bestBasis(preset.restingBases, known);
  let bits = 0;
  for (const basis of [bestBasis(preset.marketBases, known), resting]) {
    if (basis === 'nbbo') bits |= Evidence.QUOTE;
    else if (basis === 'quoteBar') bits |= Evidence.QUOTE_BAR;
    else if (basis === 'lastSale') bits |= Evidence.PRINT;
  }
  // Prints alone elect stops once there were any (R3).
  return resting === 'tradeBar' ? bits : bits | (known & Evidence.PRINT);
}

/** `Evidence` bits that each symbol id shows on each New York date. */
function shownByDay(tables: readonly MarketTable[], symbolCount: number): ReadonlyMap<TradingDate, Uint8Array> {
  const shown = new Map<TradingDate, Uint8Array>();
  for (const { kind, symbolId, time, length } of tables) {
    const bit = BIT_OF[kind] ?? 0;
    if (bit === 0) continue;
    for (let row = 0; row < length;) {
      const date = newYorkDate(time[row] ?? 0);
      const end = firstAtOrAfter(time, fromNewYork(date + 1, 0), row, length);
      const bits = shown.get(date) ?? new Uint8Array(symbolCount);
      shown.set(date, bits);
      for (let left = symbolCount; row < end && left > 0; row += 1) {
        const id = symbolId[row] ?? 0;
        const before = bits[id] ?? 0;
        if ((before & bit) !== 0) continue;
        bits[id] = before | bit;
        left -= 1;
      }
      row = end;
    }
  }
  return shown;
}

/** The first row from `low` on whose time is not before `wanted`; `high` if there is none. */
function firstAtOrAfter(time: Float64Array, wanted: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
