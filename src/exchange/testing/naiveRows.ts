/** Random rows of market data for the pair of exchanges, sound and faulty ones, around a price of 100.00. */
import * as fc from 'fast-check';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { NaiveRow } from './naiveTypes.js';

const CENT = 10_000;

/** Cents around 100.00, seldom far away. */
export const cents = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 9995, max: 10_005 }) },
  { weight: 4, arbitrary: fc.integer({ min: 9950, max: 10_050 }) },
  { weight: 1, arbitrary: fc.constantFrom(9000, 11_000, 9900, 10_100) },
);

/** Trade bars of a minute. */
export const bar: fc.Arbitrary<NaiveRow> = fc
  .record({
    symbolId: fc.constantFrom(0, 0, 1),
    open: cents,
    close: cents,
    up: fc.nat({ max: 30 }),
    down: fc.nat({ max: 30 }),
    volume: fc.constantFrom(0, 5, 999, 1000, 2345, 100_000),
    fault: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'none', 'zero', 'negative', 'upside'),
  })
  .map(({ symbolId, open, close, up, down, volume, fault }) => {
    const high = Math.max(open, close) + up;
    const low = Math.min(open, close) - down;
    const sound = { kind: 'bar', symbolId, span: MINUTE, open, high, low, close, volume } as const;
    const row =
      fault === 'zero'
        ? { ...sound, open: 0 }
        : fault === 'negative'
          ? { ...sound, low: -1 }
          : fault === 'upside'
            ? { ...sound, high: low - 1 }
            : sound;
    return { ...row, open: row.open * CENT, high: row.high * CENT, low: row.low * CENT, close: row.close * CENT };
  });

/** A halt, or its end. */
export const halt: fc.Arbitrary<NaiveRow> = fc
  .constantFrom(0, 1)
  .map((status) => ({ kind: 'status', symbolId: 0, status, lower: 0, upper: 0 }));

const size = fc.constantFrom(0, 1, 40, 100, 100, 100, 300, 5000);
/** Hundredths of a cent beside the grid, as executions may be. */
const fine = fc.constantFrom(0, 0, 0, 0, 5000, 100);

/** Quotes, locked, crossed, one-sided and doubtful ones too. */
export const quote: fc.Arbitrary<NaiveRow> = fc
  .record({
    mid: cents,
    // Locked and crossed ones too.
    spread: fc.constantFrom(2, 2, 2, 1, 4, 0, -2),
    bidSize: size,
    askSize: size,
    kind: fc.constantFrom(
      'both',
      'both',
      'both',
      'both',
      'both',
      'both',
      'both',
      'both',
      'noBid',
      'noAsk',
      'stub',
      'nan',
    ),
    flags: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4),
  })
  .map(({ mid, spread, bidSize, askSize, kind, flags }) => {
    const row = {
      kind: 'quote',
      symbolId: 0,
      bid: mid * CENT,
      bidSize,
      ask: (mid + spread) * CENT,
      askSize,
      flags,
    } as const;
    if (kind === 'noBid') return { ...row, bid: 0, bidSize: 0 };
    if (kind === 'noAsk') return { ...row, ask: 0, askSize: 0 };
    if (kind === 'stub') return { ...row, bid: CENT, ask: 199_999 * CENT };
    return kind === 'nan' ? { ...row, ask: NaN } : row;
  });

const PLAIN = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
/** Prints with flags of every kind. */
export const print: fc.Arbitrary<NaiveRow> = fc
  .record({
    price: cents,
    off: fine,
    size,
    flags: fc.constantFrom(
      ...Array<number>(8).fill(PLAIN),
      PLAIN | PrintFlag.OFF_EXCHANGE,
      PLAIN | PrintFlag.OFF_EXCHANGE,
      PLAIN | PrintFlag.EXTENDED_HOURS,
      PLAIN | PrintFlag.SUSPICIOUS,
      PrintFlag.VOLUME | PrintFlag.ODD_LOT,
      PrintFlag.HIGH_LOW | PrintFlag.VOLUME,
    ),
    kind: fc.constantFrom(...Array<string>(20).fill('sound'), 'zero', 'nan', 'huge', 'tiny', 'negative'),
  })
  .map(({ price, off, kind, ...rest }) => {
    const odd: Readonly<Record<string, number>> = { zero: 0, nan: NaN, huge: 900_000_000, tiny: 10_000, negative: -1 };
    return { kind: 'print', symbolId: 0, price: odd[kind] ?? price * CENT + off, ...rest };
  });

/** Trades and official prices of the auctions. */
export const auctionPrint: fc.Arbitrary<NaiveRow> = fc
  .record({
    price: cents,
    size,
    flags: fc.constantFrom(
      PLAIN | PrintFlag.OPENING_AUCTION,
      PLAIN | PrintFlag.OPENING_AUCTION,
      PLAIN | PrintFlag.CLOSING_AUCTION,
      PLAIN | PrintFlag.CLOSING_AUCTION,
      PrintFlag.OPENING_AUCTION | PrintFlag.OFFICIAL_OPEN,
      PrintFlag.CLOSING_AUCTION | PrintFlag.OFFICIAL_CLOSE,
      PLAIN,
    ),
  })
  .map((row) => ({ kind: 'print', symbolId: 0, ...row, price: row.price * CENT }) as const);

/** Cents that now and then reach bands around 100.00. */
const wideCents = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 9980, max: 10_020 }) },
  { weight: 2, arbitrary: fc.integer({ min: 9490, max: 9510 }) },
  { weight: 2, arbitrary: fc.integer({ min: 10_490, max: 10_510 }) },
  { weight: 1, arbitrary: fc.constantFrom(9000, 8999, 8990, 11_000, 11_001, 11_010, 9500, 10_500) },
);

const TOLD = [
  TradingStatus.TRADING,
  TradingStatus.TRADING,
  TradingStatus.TRADING,
  TradingStatus.HALTED,
  TradingStatus.LULD_PAUSE,
  TradingStatus.MARKET_WIDE_1,
  TradingStatus.OPERATOR_HALT,
  TradingStatus.OPERATOR_RELEASE,
  TradingStatus.OPERATOR_RELEASE,
] as const;

/** What a feed tells of halts, and what a person does. */
export const haltStatus: fc.Arbitrary<NaiveRow> = fc
  .constantFrom(...TOLD)
  .map((status) => ({ kind: 'status', symbolId: 0, status, lower: 0, upper: 0 }));

/** What a person does. */
export const operatorStatus: fc.Arbitrary<NaiveRow> = fc
  .constantFrom(TradingStatus.OPERATOR_HALT, TradingStatus.OPERATOR_RELEASE)
  .map((status) => ({ kind: 'status', symbolId: 0, status, lower: 0, upper: 0 }));

/** Price bands that the feed publishes, and that there are none. */
export const bandStatus: fc.Arbitrary<NaiveRow> = fc
  .constantFrom([9990, 10_010], [9990, 10_010], [9950, 10_050], [9500, 10_500], [0, 0])
  .map(([lower = 0, upper = 0]) => ({
    kind: 'status',
    symbolId: 0,
    status: TradingStatus.BANDS,
    lower: lower * CENT,
    upper: upper * CENT,
  }));

/** Quotes that reach bands, held for a while, and the trades of auctions that end a halt. */
export const wideQuote: fc.Arbitrary<NaiveRow> = fc
  .record({
    mid: wideCents,
    spread: fc.constantFrom(2, 2, 1, 20, 500, 0, -2),
    bidSize: size,
    askSize: size,
    isOneSided: fc.constantFrom(false, false, false, false, true),
    flags: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 4),
  })
  .map(({ mid, spread, isOneSided, ...rest }) => {
    const ask = isOneSided ? 0 : (mid + spread) * CENT;
    return { kind: 'quote', symbolId: 0, bid: mid * CENT, ask, ...rest };
  });

/** Prints around bands, of reopening auctions too. */
export const widePrint: fc.Arbitrary<NaiveRow> = fc
  .record({
    price: wideCents,
    size,
    flags: fc.constantFrom(
      ...Array<number>(6).fill(PLAIN),
      PLAIN | PrintFlag.OFF_EXCHANGE,
      PLAIN | PrintFlag.EXTENDED_HOURS,
      PLAIN | PrintFlag.SUSPICIOUS,
      PLAIN | PrintFlag.REOPENING_AUCTION,
      PLAIN | PrintFlag.REOPENING_AUCTION,
      PLAIN | PrintFlag.OPENING_AUCTION,
      PLAIN | PrintFlag.CLOSING_AUCTION,
      PrintFlag.VOLUME | PrintFlag.ODD_LOT,
    ),
  })
  .map((row) => ({ kind: 'print', symbolId: 0, ...row, price: row.price * CENT }) as const);

/** Bars of bids and asks. */
export const quoteBar: fc.Arbitrary<NaiveRow> = fc
  .record({
    open: cents,
    close: cents,
    up: fc.nat({ max: 10 }),
    down: fc.nat({ max: 10 }),
    spread: fc.constantFrom(1, 2, 2, 4, 0),
    bidSize: size,
    askSize: size,
    fault: fc.constantFrom(...Array<string>(20).fill(''), 'noAsk', 'noBid', 'stub', 'nan'),
    span: fc.constantFrom(MINUTE, MINUTE, MINUTE, 5 * MINUTE),
  })
  .map(({ open, close, up, down, spread, bidSize, askSize, fault, span }) => {
    const prices = [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
    const side = (more: number, odd: number | undefined): readonly [number, number, number, number] => {
      const [first = 0, high = 0, low = 0, last = 0] = prices.map((price) => odd ?? (price + more) * CENT);
      return [first, high, low, last];
    };
    const bid = side(0, fault === 'noBid' ? 0 : fault === 'stub' ? CENT : undefined);
    const ask = side(spread, fault === 'noAsk' ? 0 : fault === 'nan' ? NaN : undefined);
    return { kind: 'quoteBar', symbolId: 0, span, bid, bidSize, ask, askSize } as const;
  });
