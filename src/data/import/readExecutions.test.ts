import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { readExecutions } from './readExecutions.js';

const folder = mkdtempSync(join(tmpdir(), 'papertape-executions-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return readExecutions(path, RAW_PRICE_SCALE);
};

const FIRST = {
  time: Date.UTC(2026, 10, 23, 14, 30, 0) * 1000 + 125_500,
  symbol: 'SPY',
  side: 'sell',
  quantity: 10_500_000,
  price: 661_250_000,
};

describe('readExecutions', () => {
  it("reads Alpaca's activities, as JSON and as CSV, and leaves out those that are no fills", async () => {
    const fill = {
      activity_type: 'FILL',
      transaction_time: '2026-11-23T14:30:00.1255Z',
      type: 'partial_fill',
      price: '661.25',
      qty: '10.5',
      side: 'sell_short',
      symbol: 'SPY',
      order_id: 'abc',
    };
    const json = await read('a.json', JSON.stringify([fill, { activity_type: 'DIV', date: '2026-11-23' }]));
    expect(json).toEqual([{ ...FIRST, orderId: 'abc', clientOrderId: undefined }]);
    const csv = [Object.keys(fill).join(','), Object.values(fill).join(',')].join('\n');
    expect(await read('a.csv', csv)).toEqual(json);
  });

  it('reads a plain CSV, with an offset of its own', async () => {
    const text =
      'Time,Symbol,Side,Quantity,Price,Client Order ID\n2026-11-23 09:30:00.1255-05:00,spy,Sell,10.5,661.25,c-1\n';
    expect(await read('b.csv', text)).toEqual([{ ...FIRST, orderId: undefined, clientOrderId: 'c-1' }]);
  });

  it.each([
    ['a time without an offset', '2026-11-23T09:30:00,SPY,buy,1,1', /execution 1 has the time "2026-11-23T09:30:00"/],
    ['no quantity', '2026-11-23T09:30:00Z,SPY,buy,,1', /execution 1 has no quantity or qty or shares/],
    ['a price that is none', '2026-11-23T09:30:00Z,SPY,buy,1,-3', /has the price "-3"/],
    ['an unknown side', '2026-11-23T09:30:00Z,SPY,hold,1,1', /has the side "hold"/],
  ])('refuses %s', async (_name, row, message) => {
    await expect(read('c.csv', `time,symbol,side,quantity,price\n${row}\n`)).rejects.toThrow(message);
  });

  it('names the columns that are missing and those there are, not a row', async () => {
    const text = 'Date,Symbol,Side,Filled,Average price\n2026-11-23,SPY,buy,1,1\n';
    await expect(read('f.csv', text)).rejects.toThrow(
      /has no column for time, quantity, price; its columns are date, symbol, side, filled, average_price/,
    );
  });

  it('refuses JSON that is no list', async () => {
    await expect(read('d.json', '{"error":1}')).rejects.toThrow(/is not an array of executions/);
    await expect(read('e.json', '[')).rejects.toThrow(/cannot be read as JSON/);
  });
});
