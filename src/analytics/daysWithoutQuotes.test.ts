/** What fills are decided on where quotes of some days are stored and of others not. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { BarTable, QuoteBarTable, QuoteTable } from '../domain/marketTables.js';
import { createBarTable, createQuoteBarTable, createQuoteTable } from '../domain/tables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';

/** Buys a share with every hundredth minute. */
class Buyer extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['AAA'], timeframe: '1m' };
  private minute = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.minute += 1;
    if (this.minute % 390 === 100) ctx.enterLong(bar.symbol, { reason: 'noon', size: { shares: 1 } });
    if (this.minute % 390 === 200) ctx.exit(bar.symbol, { reason: 'after' });
  }
}

const FROM = '2013-10-07';
const TO = '2013-10-10';
const BID = 99 * DOLLAR;
const ASK = 101 * DOLLAR;

/** Minutes of the range at 100 dollars, and the starts of those on some of its days. */
function minutesOf(days?: readonly string[]): readonly number[] {
  return sessionsBetween(parseDate(FROM), parseDate(TO))
    .filter(({ date }) => days?.includes(formatDate(date)) !== false)
    .flatMap(({ open }) => Array.from({ length: 390 }, (_, minute) => open + minute * MINUTE));
}

function bars(): BarTable {
  const starts = minutesOf();
  const table = createBarTable('1m', starts.length);
  table.length = starts.length;
  table.start.set(starts);
  table.time.set(starts.map((start) => start + MINUTE));
  for (const column of [table.open, table.high, table.low, table.close]) column.fill(100 * DOLLAR);
  table.volume.fill(1_000_000);
  return table;
}

function quoteBars(days: readonly string[]): QuoteBarTable {
  const starts = minutesOf(days);
  const table = createQuoteBarTable('1m', starts.length);
  table.length = starts.length;
  table.start.set(starts);
  table.time.set(starts.map((start) => start + MINUTE));
  for (const column of [table.bidOpen, table.bidHigh, table.bidLow, table.bidClose]) column.fill(BID);
  for (const column of [table.askOpen, table.askHigh, table.askLow, table.askClose]) column.fill(ASK);
  table.bidSize.fill(5000);
  table.askSize.fill(5000);
  return table;
}

function quotes(days: readonly string[]): QuoteTable {
  const starts = minutesOf(days);
  const table = createQuoteTable(starts.length);
  table.length = starts.length;
  table.time.set(starts.map((start) => start + SECOND));
  table.bid.fill(BID);
  table.ask.fill(ASK);
  table.bidSize.fill(5000);
  table.askSize.fill(5000);
  return table;
}

async function basesOf(tables: readonly (BarTable | QuoteBarTable | QuoteTable)[]): Promise<readonly string[]> {
  const history = createMemoryHistory();
  for (const table of tables) await history.merge('AAA', table);
  const { run } = await backtestFromStore(history, {
    strategies: [{ name: 'Buyer', strategyClass: Buyer, hash: 'test' }],
    from: FROM,
    to: TO,
    ticks: tables.some(({ kind }) => kind === 'quote') ? ['quote'] : [],
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
  });
  return run.fills.map(({ receipt }) => receipt.basis);
}

const both = (basis: string): readonly string[] => [basis, basis];

describe('days without quotes after days with them', () => {
  it('are decided on bars, and on bars of quotes when those come again', async () => {
    const bases = await basesOf([bars(), quoteBars(['2013-10-07', '2013-10-10'])]);
    expect(bases).toEqual(['quoteBar', 'tradeBar', 'tradeBar', 'quoteBar'].flatMap(both));
  });

  it('are decided on what is left of the day where single quotes end', async () => {
    const quoted = quoteBars(['2013-10-07', '2013-10-08', '2013-10-10']);
    const bases = await basesOf([bars(), quoted, quotes(['2013-10-07', '2013-10-10'])]);
    expect(bases).toEqual(['nbbo', 'quoteBar', 'tradeBar', 'nbbo'].flatMap(both));
  });
});
