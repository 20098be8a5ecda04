/** The sections about trades, fills and their costs, as the JSON report has them; for units see figures.ts. */
import type { Fill } from '../../../domain/fill.js';
import { DOLLAR, formatDecimal, SHARE } from '../../../domain/units.js';
import { receiptText } from '../../../exchange/receiptText.js';
import type { HistoryBacktestRun } from '../../backtestHistory.js';
import type { BacktestRun } from '../../BacktestRun.js';
import { closedTrade } from '../../BacktestRun.js';
import { finiteFigures } from '../../finiteFigures.js';
import { drawnIndices } from '../chartParts.js';
import { excursionsToShow } from '../excursionsSection.js';
import { costsToShow, performanceToShow } from '../performanceSections.js';
import { pricesToShow } from '../pricesSection.js';
import { MOST_TRADES, firstFills, legMoments, legsOf, reasonOfFill } from '../tradeLists.js';
import type { Leg, LegMoment } from '../tradeLists.js';
import type { SectionDocument } from './figures.js';

/** The charts of prices with the fills that are marked on them. */
export function pricesDocument(result: HistoryBacktestRun): SectionDocument {
  const shown = pricesToShow(result);
  if (shown === undefined) return null;
  const charts = shown.charts.map(({ symbol, path, fills, marked }) => {
    const kept = drawnIndices(path.price);
    return {
      symbol,
      points: path.time.length,
      time: kept.map((index) => path.time[index] ?? null),
      price: kept.map((index) => path.price[index] ?? null),
      fills,
      marked: marked.map((fill) => fillFacts(fill, result.run)),
    };
  });
  return { charts, symbolsWithoutChart: shown.left };
}

/** Excursions of trades against what they came to. */
export function excursionsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const shown = excursionsToShow(run);
  if (shown === undefined) return null;
  const { trades, dots, figures } = shown;
  return { trades, figures: finiteFigures(figures), dots: dots.map((dot) => finiteFigures(dot)) };
}

/** What trades have in common. */
export function groupsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const performance = performanceToShow(run);
  if (performance === undefined) return null;
  return {
    all: performance.figures.trades,
    byStrategy: performance.groups('owner'),
    bySymbol: performance.groups('symbol'),
    bySession: performance.groups('session'),
    bySide: performance.groups('side'),
  };
}

/** Spreads, impact and markouts of fills, dollars per share. */
export function costsDocument({ run }: HistoryBacktestRun): SectionDocument {
  const kinds = costsToShow(run);
  if (kinds === undefined) return null;
  const fees = run.tradeFigures.fees.map(({ kind, amount }) => ({ kind, amount: formatDecimal(amount, DOLLAR) }));
  return { kinds, fees };
}

/** Round trips, as many as the page lists. */
export function tradesDocument({ run, symbols }: HistoryBacktestRun): SectionDocument {
  const { priceScale } = run.config;
  const shown = run.roundTrips.slice(0, MOST_TRADES);
  const moments = legMoments(run, shown);
  const listed = shown.map((trip) => {
    const [entry, exit] = legsOf(trip);
    return {
      owner: trip.owner,
      symbol: symbols[trip.symbolId] ?? '',
      side: trip.side === 'buy' ? 'long' : 'short',
      quantity: formatDecimal(trip.quantity, SHARE, 0),
      entry: legFacts(entry, moments, trip.entryReason, priceScale),
      exit: legFacts(exit, moments, trip.exitReason, priceScale),
      fees: formatDecimal(trip.fees, DOLLAR),
      pnl: formatDecimal(trip.pnl, DOLLAR),
      return: closedTrade(trip, priceScale).returnFraction,
    };
  });
  return { count: run.roundTrips.length, listed };
}

/** Fills with their receipts, as many as the page lists. */
export function fillsDocument({ run, symbols }: HistoryBacktestRun): SectionDocument {
  if (run.fillCount === 0) return null;
  const { priceScale } = run.config;
  const listed = firstFills(run).map((fill) => {
    const symbol = symbols[fill.symbolId] ?? '';
    return {
      id: fill.id,
      symbol,
      ...fillFacts(fill, run),
      fees: fill.fees.map(({ kind, amount }) => ({ kind, amount: formatDecimal(amount, DOLLAR) })),
      reason: reasonOfFill(run, fill),
      receipt: receiptText(fill, symbol, priceScale),
    };
  });
  return { count: run.fillCount, listed };
}

function legFacts(leg: Leg, moments: LegMoment, reason: string, priceScale: number): object {
  const { from, to } = moments(leg);
  return { price: formatDecimal(leg.price, priceScale), knownAt: leg.time, from, to, reason };
}

/** `knownAt` is the time of the fill, `from` and `to` the stretch in which it happened. */
function fillFacts(fill: Fill, run: BacktestRun): object {
  const { side, quantity, price, time } = fill;
  return {
    side,
    quantity: formatDecimal(quantity, SHARE, 0),
    price: formatDecimal(price, run.config.priceScale),
    knownAt: time,
    ...run.fillMoments.of(fill),
  };
}
