import { describe, expect, it } from 'vitest';
import { PrintFlag, QuoteFlag, TradingStatus, type MarketTable } from '../domain/marketTables.js';
import { createPrintTable, createQuoteTable, createStatusTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { QuoteBoard } from './QuoteBoard.js';

/** 2013-10-07 09:30 New York. */
const OPEN = 1_381_152_600_000_000;
const NORMAL = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;

function print(time: number, dollars: number, size: number, flags: number): MarketTable {
  const table = createPrintTable(1);
  table.length = 1;
  table.time[0] = time;
  table.price[0] = dollars * DOLLAR;
  table.size[0] = size;
  table.flags[0] = flags;
  return table;
}

function boardAfter(...tables: readonly MarketTable[]): QuoteBoard {
  const board = new QuoteBoard({ symbols: ['AAA', 'BBB'], priceScale: DOLLAR }, [9 * DOLLAR]);
  for (const table of tables) board.observe({ tables: [table], order: null, length: table.length });
  return board;
}

describe('the watch list', () => {
  it.each([
    ['a regular print', OPEN, NORMAL, { last: '10.00', high: '10.00', volume: 100 }],
    [
      'R2: a print of extended hours',
      OPEN,
      NORMAL | PrintFlag.EXTENDED_HOURS,
      { last: '10.00', high: null, volume: 100 },
    ],
    ['R2: a print before the open', OPEN - MINUTE, NORMAL, { last: '10.00', high: null, volume: 100 }],
    ['R1: a print that sets no last', OPEN, PrintFlag.VOLUME, { last: null, high: null, volume: 100 }],
    ['R1: a suspicious print', OPEN, NORMAL | PrintFlag.SUSPICIOUS, { last: null, high: null, volume: 0 }],
    [
      'the closing auction, reported after the close',
      OPEN + 390 * MINUTE,
      NORMAL | PrintFlag.CLOSING_AUCTION,
      { last: '10.00', high: '10.00', volume: 100 },
    ],
  ])('takes of %s what counts', (_, time, flags, wanted) => {
    expect(boardAfter(print(time, 10, 100, flags)).all()[0]).toMatchObject(wanted);
  });

  it('widens the range, and tells the change since the previous close', () => {
    const board = boardAfter(
      print(OPEN, 10, 1, NORMAL),
      print(OPEN + 1, 12, 1, NORMAL),
      print(OPEN + 2, 8, 1, NORMAL),
      print(OPEN + 3, 9.9, 1, NORMAL),
    );
    const [view] = board.all();
    expect(view).toMatchObject({ open: '10.00', high: '12.00', low: '8.00', last: '9.90', change: '0.90' });
    expect(view?.changeFraction).toBeCloseTo(0.1, 12);
  });

  it('begins a new range on a new day; the last price becomes the previous close', () => {
    const board = boardAfter(print(OPEN, 10, 5, NORMAL), print(OPEN + 24 * 60 * MINUTE, 11, 7, NORMAL));
    expect(board.all()[0]).toMatchObject({ previousClose: '10.00', open: '11.00', low: '11.00', volume: 7 });
  });

  it('R11: leaves out quotes that are not firm, and shows halts', () => {
    const quote = createQuoteTable(2);
    quote.length = 2;
    quote.time.fill(OPEN);
    quote.bid.set([10 * DOLLAR, 1 * DOLLAR]);
    quote.ask.set([11 * DOLLAR, 2 * DOLLAR]);
    quote.flags[1] = QuoteFlag.NOT_FIRM;
    const status = createStatusTable(1);
    status.length = 1;
    status.time[0] = OPEN;
    status.status[0] = TradingStatus.HALTED;
    expect(boardAfter(quote, status).all()[0]).toMatchObject({ bid: '10.00', ask: '11.00', halted: true });
  });

  it('hands out what changed, once', () => {
    const board = boardAfter(print(OPEN, 10, 1, NORMAL));
    expect(board.takeChanged().map(({ symbol }) => symbol)).toEqual(['AAA']);
    expect(board.takeChanged()).toEqual([]);
  });
});
