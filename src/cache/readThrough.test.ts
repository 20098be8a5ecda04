import { describe, expect, it } from 'vitest';
import { IEX, minuteBars, newYork, SIP } from '../../test/conformance/historyStore.js';
import { ManualClock } from '../../test/support/ManualClock.js';
import { ScriptedHistory } from '../../test/support/ScriptedHistory.js';
import type { HistoryScript } from '../../test/support/ScriptedHistory.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistoryQuery } from '../domain/ports.js';
import { MINUTE } from '../domain/timeframe.js';
import { createMemoryHistory } from './memoryHistory.js';
import { createReadThrough } from './readThrough.js';

/** Thursday 2013-10-10, noon: the bar of 11:59 is the last that is over. */
const NOON = newYork('2013-10-10', 12);
const QUERY: HistoryQuery = {
  symbols: ['SPY'],
  kind: 'bar',
  timeframe: '1m',
  from: '2013-10-07',
  to: '2013-10-08',
  adjust: 'raw',
  extendedHours: false,
};

function rig(script: Partial<HistoryScript> = {}) {
  const clock = new ManualClock(NOON / 1000);
  const archive = createMemoryHistory(clock);
  const source = new ScriptedHistory({ quality: SIP, ...script });
  const abort = new AbortController();
  const store = createReadThrough({ archive, source, clock, signal: abort.signal });
  const asked = (): unknown => source.asked.map(({ symbol, from, to }) => [symbol, from, to]);
  return { clock, archive, source, store, asked, abort };
}

const opens = (date: string): number => newYork(date, 9, 30);
const closes = (date: string): number => newYork(date, 16);

describe('a store that reads through', () => {
  it('asks for what is missing in one request, nights included, and never again', async () => {
    const { store, asked } = rig();
    expect((await store.load(QUERY)).length).toBe(2 * 390);
    expect((await store.load(QUERY)).length).toBe(2 * 390);
    expect(asked()).toEqual([['SPY', opens('2013-10-07'), closes('2013-10-08')]]);
  });

  it('asks for exactly the stretches that nobody has told', async () => {
    const { store, archive, asked } = rig();
    const told = { from: opens('2013-10-08') + 60 * MINUTE, to: newYork('2013-10-08', 15) };
    await archive.merge('SPY', minuteBars([]), { quality: SIP, covered: [told] });
    await store.load({ ...QUERY, to: '2013-10-09' });
    expect(asked()).toEqual([
      ['SPY', opens('2013-10-07'), told.from],
      ['SPY', told.to, closes('2013-10-09')],
    ]);
  });

  it('answers a hundred askers with one request, and one of another stretch with the rest', async () => {
    const { store, asked } = rig();
    const hundred = Array.from({ length: 100 }, () => store.load(QUERY));
    const longer = store.load({ ...QUERY, to: '2013-10-09' });
    const answers = await Promise.all([...hundred, longer]);
    expect(answers.map(({ length }) => length)).toEqual([...hundred.map(() => 780), 1170]);
    expect(asked()).toEqual([
      ['SPY', opens('2013-10-07'), closes('2013-10-08')],
      ['SPY', opens('2013-10-09'), closes('2013-10-09')],
    ]);
  });

  it('never asks for a bar that is not over, and goes on from there', async () => {
    const { store, clock, asked } = rig();
    const today = { ...QUERY, from: '2013-10-10', to: '2013-10-10' };
    clock.advance(59_999);
    expect((await store.load(today)).length).toBe(150);
    clock.advance(1);
    expect((await store.load(today)).length).toBe(151);
    expect(asked()).toEqual([
      ['SPY', opens('2013-10-10'), NOON],
      ['SPY', NOON, NOON + MINUTE],
    ]);
  });

  it('keeps the pages that came before a failure, and asks for the rest the next time', async () => {
    let isDown = true;
    const beforePage = (page: number): void => {
      if (page === 1 && isDown) throw new PapertapeError('SOURCE_UNAVAILABLE', 'The source is down.');
    };
    const { store, asked } = rig({ beforePage, pageMinutes: 100 });
    const both = [store.load(QUERY), store.load(QUERY)];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    isDown = false;
    expect((await store.load(QUERY)).length).toBe(780);
    expect(asked()).toEqual([
      ['SPY', opens('2013-10-07'), closes('2013-10-08')],
      ['SPY', opens('2013-10-07') + 100 * MINUTE, closes('2013-10-08')],
    ]);
  });

  it('leaves quiet minutes quiet: what the source has told is not asked for again', async () => {
    const { store, source } = rig({ close: (start) => (start % (10 * MINUTE) === 0 ? 5 : undefined) });
    expect((await store.load(QUERY)).length).toBe(2 * 39);
    await store.load(QUERY);
    expect(source.asked.length).toBe(1);
  });

  it('fetches splits and dividends, and daily closes for dividends, when prices are adjusted', async () => {
    const split = { kind: 'split', symbol: 'SPY', exDate: '2013-10-08', ratio: { to: 2, from: 1 } } as const;
    const dividend = { kind: 'dividend', symbol: 'SPY', exDate: '2013-10-09', cash: '1' } as const;
    const { store, source } = rig({ close: () => 10, actions: [split, dividend] });
    const query = { ...QUERY, adjust: 'all' } as const;
    const [table] = await Promise.all([store.load(query), store.load(query)]);
    if (table.kind !== 'bar') throw new Error('bars were asked for');
    expect([table.close[0], table.close[390]]).toEqual([450_000_000, 900_000_000]);
    expect(source.actionsAsked).toEqual([{ symbol: 'SPY', from: '2013-10-07', to: '2013-10-10' }]);
    expect(source.asked.map(({ timeframe }) => timeframe)).toEqual(['1m', '1d']);
  });

  it('asks nobody about what was known at a time, nor about other feeds', async () => {
    const { store, source, clock } = rig();
    await expect(store.load({ ...QUERY, knownAt: clock.now() })).rejects.toMatchObject({ code: 'DATA_MISSING' });
    await expect(store.load({ ...QUERY, feed: 'vendor/iex' })).rejects.toMatchObject({ code: 'DATA_MISSING' });
    expect(source.asked).toEqual([]);
  });

  it('keeps what one venue shows apart (X6)', async () => {
    const { store, source } = rig({ quality: IEX });
    await expect(store.load(QUERY)).rejects.toMatchObject({ code: 'DATA_MISSING' });
    expect(source.asked).toEqual([]);
    expect((await store.load({ ...QUERY, feed: 'vendor/iex' })).length).toBe(780);
  });

  it('asks by the ticker of today, and not for an instrument whose ticker is another one’s now (X1)', async () => {
    const { store, archive, asked } = rig();
    await archive.putTickers('META', [
      { until: '2013-10-08', ticker: 'FB', exchange: '' },
      { until: '2050-12-31', ticker: 'META', exchange: '' },
    ]);
    expect((await store.load({ ...QUERY, symbols: ['FB'] })).length).toBe(780);
    expect(asked()).toEqual([['META', opens('2013-10-07'), closes('2013-10-08')]]);
    await archive.putTickers('AAA.1', [{ until: '2013-10-08', ticker: 'AAA', exchange: '' }]);
    await archive.putTickers('AAA', [{ until: '2050-12-31', ticker: 'AAA', exchange: '' }]);
    const gone = store.load({ ...QUERY, symbols: ['AAA'] });
    await expect(gone).rejects.toMatchObject({ code: 'SOURCE_SYMBOL_UNKNOWN' });
  });

  it('refuses a page that is not what was asked for', async () => {
    const { archive, clock, abort } = rig();
    const source = new ScriptedHistory({ quality: SIP });
    source.read = async function* read() {
      await Promise.resolve();
      yield { table: minuteBars([]), covered: { from: 0, to: NOON } };
    };
    const store = createReadThrough({ archive, source, clock, signal: abort.signal });
    await expect(store.load(QUERY)).rejects.toMatchObject({ code: 'SOURCE_MESSAGE_INVALID' });
  });
});
