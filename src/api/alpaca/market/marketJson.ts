/** Market rows in Alpaca's form: one- and two-letter keys, numbers, sizes in shares. */
import { newYorkDate } from '../../../calendar/newYorkTime.js';
import { formatDate } from '../../../calendar/tradingDate.js';
import type { TradingDate } from '../../../calendar/tradingDate.js';
import { PrintFlag } from '../../../domain/marketTables.js';
import type { Micros } from '../../../domain/units.js';
import type { BandsRow, BarRow, LatestRows, PrintRow, QuoteRow, StatusRow } from '../PaperVenue.js';
import type { Asset, SessionFacts } from '../SessionFacts.js';

/** How a time is put into a message: text, or what a stream's codec writes. */
export type TimeForm = (time: Micros) => unknown;

/** Letter of the tape that a listing reports to. */
function tapeOf({ listedOn }: Asset): string {
  if (listedOn === 'NASDAQ') return 'C';
  return listedOn === 'NYSE' ? 'A' : 'B';
}
/** Letter of the listing exchange; the market here does not know who quotes. */
function exchangeOf({ listedOn }: Asset): string {
  return EXCHANGE_LETTERS[listedOn] ?? 'P';
}
const EXCHANGE_LETTERS: Readonly<Record<string, string>> = { NASDAQ: 'Q', NYSE: 'N', AMEX: 'A', BATS: 'Z' };

/** A bar; what the data do not say of the average price is its typical price. */
export function barJson(bar: BarRow, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const scale = facts.session.priceScale;
  const average = bar.turnover > 0 && bar.volume > 0 ? bar.turnover / bar.volume : (bar.high + bar.low + bar.close) / 3;
  return {
    t: time(bar.start),
    o: bar.open / scale,
    h: bar.high / scale,
    l: bar.low / scale,
    c: bar.close / scale,
    v: bar.volume,
    n: bar.count,
    vw: Math.round((average / scale) * 1_000_000) / 1_000_000,
  };
}

/** A quote. */
export function quoteJson(quote: QuoteRow, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const scale = facts.session.priceScale;
  const asset = facts.asset(quote.symbolId);
  const side = (price: number): string => (price === 0 ? ' ' : exchangeOf(asset));
  return {
    t: time(quote.time),
    ax: side(quote.ask),
    ap: quote.ask / scale,
    as: quote.askSize,
    bx: side(quote.bid),
    bp: quote.bid / scale,
    bs: quote.bidSize,
    c: ['R'],
    z: tapeOf(asset),
  };
}

/** A trade. */
export function tradeJson(print: PrintRow, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const asset = facts.asset(print.symbolId);
  return {
    t: time(print.time),
    x: print.exchange === '' ? exchangeOf(asset) : print.exchange,
    p: print.price / facts.session.priceScale,
    s: print.size,
    c: conditionsOf(print.flags),
    i: print.id,
    z: tapeOf(asset),
  };
}

/** Codes and texts of halts in the words of the UTP plan: status, its message, reason, its message. */
const HALT_CODES: Readonly<Record<NonNullable<StatusRow['halt']>, readonly [string, string, string, string]>> = {
  regulatory: ['H', 'Trading Halt', 'T12', 'Trading Halted'],
  operator: ['H', 'Trading Halt', 'T12', 'Trading Halted'],
  volatilityPause: ['P', 'Volatility Trading Pause', 'LUDP', 'Volatility Trading Pause'],
  marketWide1: ['H', 'Trading Halt', 'MWC1', 'Market Wide Circuit Breaker Halt - Level 1'],
  marketWide2: ['H', 'Trading Halt', 'MWC2', 'Market Wide Circuit Breaker Halt - Level 2'],
  marketWide3: ['H', 'Trading Halt', 'MWC3', 'Market Wide Circuit Breaker Halt - Level 3'],
};
const RESUMPTION = ['T', 'Trading Resumption', 'C11', 'Trade Resumption'] as const;

/** A change of trading status, as the stream tells it. */
export function statusJson(status: StatusRow, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const [sc, sm, rc, rm] = status.halted ? HALT_CODES[status.halt ?? 'regulatory'] : RESUMPTION;
  return {
    sc,
    sm,
    rc,
    rm,
    t: time(status.time),
    z: tapeOf(facts.asset(status.symbolId)),
  };
}

/** Letters of the price-band indicator of the UTP plan. */
const BAND_INDICATORS: Readonly<Record<BandsRow['cause'], string>> = {
  opening: 'A',
  update: 'B',
  paused: 'D',
  reopening: 'E',
  outsideHours: 'F',
};

/** New price bands, as the stream tells them. */
export function bandsJson(bands: BandsRow, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const scale = facts.session.priceScale;
  return {
    u: bands.upper / scale,
    d: bands.lower / scale,
    i: BAND_INDICATORS[bands.cause],
    t: time(bands.time),
    z: tapeOf(facts.asset(bands.symbolId)),
  };
}

/** Everything last seen of a symbol; what was not seen yet is left out. */
export function snapshotJson(latest: LatestRows, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const { print, quote, minuteBar, dayBar, previousDayBar } = latest;
  return {
    ...(print === undefined ? {} : { latestTrade: tradeJson(print, facts, time) }),
    ...(quote === undefined ? {} : { latestQuote: quoteJson(quote, facts, time) }),
    ...(minuteBar === undefined ? {} : { minuteBar: barJson(minuteBar, facts, time) }),
    ...(dayBar === undefined ? {} : { dailyBar: barJson(dayBar, facts, time) }),
    ...(previousDayBar === undefined ? {} : { prevDailyBar: barJson(previousDayBar, facts, time) }),
  };
}

/** The auctions of a day: their prints, and the time of the last one. */
export interface AuctionDay {
  readonly date: TradingDate;
  readonly time: Micros;
  readonly opening: readonly PrintRow[];
  readonly closing: readonly PrintRow[];
}

/** The opening and closing auctions among prints, which ascend; a row per day that has any. */
export function auctionDays(prints: readonly PrintRow[]): AuctionDay[] {
  const days = new Map<TradingDate, PrintRow[]>();
  for (const print of prints) {
    if ((print.flags & (PrintFlag.OPENING_AUCTION | PrintFlag.CLOSING_AUCTION)) === 0) continue;
    const date = newYorkDate(print.time);
    const known = days.get(date);
    if (known === undefined) days.set(date, [print]);
    else known.push(print);
  }
  const isOpening = ({ flags }: PrintRow): boolean => (flags & PrintFlag.OPENING_AUCTION) !== 0;
  return [...days].map(([date, all]) => ({
    date,
    time: all.at(-1)?.time ?? 0,
    opening: all.filter(isOpening),
    closing: all.filter((print) => !isOpening(print)),
  }));
}

/** The auctions of a day. */
export function auctionJson(day: AuctionDay, facts: SessionFacts, time: TimeForm): Record<string, unknown> {
  const write = (print: PrintRow, c: string): Record<string, unknown> => {
    const { t, x, p, s } = tradeJson(print, facts, time);
    return { t, x, p, s, c };
  };
  return {
    d: formatDate(day.date),
    o: day.opening.map((print) => write(print, 'O')),
    c: day.closing.map((print) => write(print, '6')),
  };
}

/** Sale conditions in the letters of the consolidated tape. */
function conditionsOf(flags: number): readonly string[] {
  if ((flags & PrintFlag.OPENING_AUCTION) !== 0) return ['O'];
  if ((flags & PrintFlag.CLOSING_AUCTION) !== 0) return ['6'];
  if ((flags & PrintFlag.OUT_OF_SEQUENCE) !== 0) return ['Z'];
  const codes = ['@'];
  if ((flags & PrintFlag.EXTENDED_HOURS) !== 0) codes.push('T');
  if ((flags & PrintFlag.ODD_LOT) !== 0) codes.push('I');
  return codes;
}
