/**
 * A trade of the log as JSON says it: exact amounts are decimal texts in dollars and shares, statistics are figures or
 * the reason why there are none, times are Micros. Files, the database and the wire all use this form.
 */
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import type { Figure } from './figure.js';
import { combined } from './tradeCosts.js';
import type { FillCosts, Shortfall } from './tradeCosts.js';
import type { TradeFill, TradeRecord, TradeSignal } from './TradeRecord.js';

/** A fill of a trade. */
export interface TradeFillDocument extends Omit<TradeFill, 'quantity' | 'price' | 'fees' | 'costs'> {
  readonly quantity: string;
  readonly price: string;
  readonly fees: string;
  readonly costs: FillCosts;
}

/** A round trip inside a trade: one FIFO match of an opening and a closing fill. */
export interface RoundTripDocument {
  readonly quantity: string;
  readonly entryTime: Micros;
  readonly entryPrice: string;
  readonly exitTime: Micros;
  readonly exitPrice: string;
  readonly pnl: string;
  readonly fees: string;
}

/** The signal behind a trade. */
export interface TradeSignalDocument extends Omit<TradeSignal, 'decision'> {
  readonly outcome: 'allow' | 'shrink' | 'deny';
  readonly requestedQuantity: string;
  readonly allowedQuantity: string;
}

/** What a trade cost per share on average over its fills, by quantity. */
export interface TradeCostDocument {
  readonly effectiveSpread: Figure;
  readonly realisedSpread: Figure;
  readonly markouts: readonly { readonly horizon: number; readonly perShare: Figure }[];
  /** Dollars. */
  readonly shortfall: Shortfall;
}

/** See the module header. */
export interface TradeDocument {
  readonly sessionId: string;
  readonly id: string;
  readonly owner: string;
  readonly symbol: string;
  readonly side: 'long' | 'short';
  readonly state: 'open' | 'closed';
  readonly session: TradeRecord['session'];
  readonly entryTime: Micros;
  readonly exitTime: Micros | null;
  readonly quantity: string;
  readonly openQuantity: string;
  readonly entryPrice: string;
  readonly exitPrice: string | null;
  /** Net of fees. */
  readonly pnl: string;
  readonly fees: string;
  readonly openResult: Figure;
  readonly returnFraction: Figure;
  readonly initialRisk: Figure;
  readonly rMultiple: Figure;
  readonly maxAdverse: Figure;
  readonly maxFavourable: Figure;
  readonly entryReason: string;
  readonly exitReason: string;
  readonly signal: TradeSignalDocument | null;
  readonly carried: boolean;
  readonly adjustments: readonly string[];
  readonly costs: TradeCostDocument;
  readonly fills: readonly TradeFillDocument[];
  readonly roundTrips: readonly RoundTripDocument[];
}

/** What names and scales a session's records. */
export interface TradeUnits {
  readonly sessionId: string;
  readonly symbols: readonly string[];
  readonly priceScale: number;
}

/** Makes it. */
export function tradeDocument(trade: TradeRecord, { sessionId, symbols, priceScale }: TradeUnits): TradeDocument {
  const price = (value: number): string => formatDecimal(value, priceScale);
  return {
    sessionId,
    id: trade.id,
    owner: trade.owner,
    symbol: symbols[trade.symbolId] ?? '',
    side: trade.side === 'buy' ? 'long' : 'short',
    state: trade.state,
    session: trade.session,
    entryTime: trade.entryTime,
    exitTime: trade.exitTime,
    quantity: sharesText(trade.quantity),
    openQuantity: sharesText(trade.openQuantity),
    entryPrice: price(trade.entryPrice),
    exitPrice: trade.exitPrice === null ? null : price(trade.exitPrice),
    pnl: dollarsText(trade.pnl),
    fees: dollarsText(trade.fees),
    openResult: trade.openResult,
    returnFraction: trade.returnFraction,
    initialRisk: trade.initialRisk,
    rMultiple: trade.rMultiple,
    maxAdverse: trade.excursion.maxAdverse,
    maxFavourable: trade.excursion.maxFavourable,
    entryReason: trade.entryReason,
    exitReason: trade.exitReason,
    signal: trade.signal === null ? null : signalDocument(trade.signal),
    carried: trade.carried,
    adjustments: trade.adjustments,
    costs: costsOf(trade),
    fills: trade.fills.map((fill) => ({
      ...fill,
      quantity: sharesText(fill.quantity),
      price: price(fill.price),
      fees: dollarsText(fill.fees),
    })),
    roundTrips: trade.roundTrips.map((trip) => ({
      quantity: sharesText(trip.quantity),
      entryTime: trip.entryTime,
      entryPrice: price(trip.entryPrice),
      exitTime: trip.exitTime,
      exitPrice: price(trip.exitPrice),
      pnl: dollarsText(trip.pnl),
      fees: dollarsText(trip.fees),
    })),
  };
}

function signalDocument({ decision, ...signal }: TradeSignal): TradeSignalDocument {
  return {
    ...signal,
    outcome: decision.outcome,
    requestedQuantity: sharesText(decision.requestedQuantity),
    allowedQuantity: sharesText(decision.quantity),
  };
}

function costsOf({ fills, shortfall }: TradeRecord): TradeCostDocument {
  const [first] = fills;
  return {
    effectiveSpread: weighted(fills, ({ effectiveSpread }) => effectiveSpread),
    realisedSpread: weighted(fills, ({ realisedSpread }) => realisedSpread),
    markouts: (first?.costs.markouts ?? []).map(({ horizon }, index) => ({
      horizon,
      perShare: weighted(fills, ({ markouts }) => markouts[index]?.perShare ?? { unsupported: 'it was not measured' }),
    })),
    shortfall,
  };
}

/** The mean of a cost over fills by quantity; the reason of the first that has none. */
function weighted(fills: readonly TradeFill[], of: (costs: FillCosts) => Figure): Figure {
  if (fills.length === 0) return { unsupported: 'its fills are in the log of an earlier session' };
  const shares = fills.reduce((sum, { quantity }) => sum + quantity, 0);
  return fills.reduce<Figure>(
    (sum, { costs, quantity }) => combined(sum, of(costs), (total, cost) => total + (cost * quantity) / shares),
    { value: 0 },
  );
}

function sharesText(quantity: number): string {
  return formatDecimal(quantity, SHARE, 0);
}

function dollarsText(money: number): string {
  return formatDecimal(money, DOLLAR);
}
