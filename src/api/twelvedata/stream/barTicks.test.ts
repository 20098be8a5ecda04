import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newYork, minuteBar } from '../../../../test/support/twelvedataHarness.js';
import { FakePaperVenue } from '../../../../test/support/FakePaperVenue.js';
import { newYorkDate } from '../../../calendar/newYorkTime.js';
import { MINUTE } from '../../../domain/timeframe.js';
import type { BarRow } from '../../alpaca/PaperVenue.js';
import { SymbolTape } from './SymbolTape.js';

interface Tick {
  readonly seconds: number;
  readonly price: number;
  readonly dayVolume: number | undefined;
}
type Built = Pick<BarRow, 'start' | 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** Minute bars as a client builds them: volumes are differences of the day's volume, the first tick is a baseline. */
function buildBars(ticks: readonly Tick[]): Built[] {
  const bars: { -readonly [K in keyof Built]: Built[K] }[] = [];
  let [date, before] = [Number.NaN, 0];
  for (const { seconds, price, dayVolume = 0 } of ticks) {
    const day = newYorkDate(seconds * 1e6);
    const gained = day === date ? Math.max(0, dayVolume - before) : 0;
    [date, before] = [day, dayVolume];
    const start = Math.floor(seconds / 60) * MINUTE;
    const bar = bars.at(-1);
    if (bar?.start !== start) {
      bars.push({ start, open: price, high: price, low: price, close: price, volume: gained });
      continue;
    }
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar.volume += gained;
  }
  return bars;
}

const brief = ({ start, open, high, low, close, volume }: Built): Built => ({ start, open, high, low, close, volume });

/** Minutes over two days, with gaps, of any prices and volumes. */
const barsArbitrary = fc
  .array(
    fc.record({
      minute: fc.integer({ min: 0, max: 389 }),
      day: fc.constantFrom('2026-08-03', '2026-08-04'),
      prices: fc.tuple(
        ...([0, 0, 0, 0].map(() => fc.integer({ min: 1, max: 2_000_000 })) as [never, never, never, never]),
      ),
      volume: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000_000 })),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    const bars = new Map<number, BarRow>();
    for (const { minute, day, prices, volume } of rows) {
      const start = newYork(day, '09:30') + minute * MINUTE;
      const [a, b, open, close] = prices as readonly [number, number, number, number];
      const [low, high] = [Math.min(a, b, open, close), Math.max(a, b, open, close)];
      bars.set(start, { ...minuteBar(start, [0, 0, 0, 0], volume, { count: 0 }), open, high, low, close });
    }
    return [...bars.values()].sort((a, b) => a.start - b.start);
  });

/** The ticks that a market of bars alone gives whoever begins to listen after the first `heard` of them. */
async function ticksOf(bars: readonly BarRow[], heard: number): Promise<Tick[]> {
  const venue = new FakePaperVenue();
  const ticks: Tick[] = [];
  const tape = new SymbolTape(0, (_symbolId, seconds, price, dayVolume) => ticks.push({ seconds, price, dayVolume }));
  venue.minuteBars.push(...bars.slice(0, heard));
  venue.now = bars[heard - 1]?.time ?? newYork('2026-08-03', '09:30');
  await tape.load(venue);
  for (const bar of bars.slice(heard)) tape.take(bar);
  return ticks;
}

describe('ticks of bars', () => {
  test('open, extremes in the order of the direction, close; volume after the open', async () => {
    const start = newYork('2026-08-03', '10:00');
    const rising = minuteBar(start, [10, 13, 9, 12], 100, { count: 0 });
    const falling = minuteBar(start + MINUTE, [12, 13, 9, 10], 50, { count: 0 });
    const ticks = await ticksOf([rising, falling], 0);
    const at = (seconds: number): number => start / 1e6 + seconds;
    expect(ticks.map(({ seconds, price, dayVolume }) => [seconds, price / 1e6, dayVolume])).toEqual([
      [at(0), 10, 0],
      [at(19), 9, 33],
      [at(39), 13, 66],
      [at(59), 12, 100],
      [at(60), 12, 100],
      [at(79), 13, 116],
      [at(99), 9, 133],
      [at(119), 10, 150],
    ]);
  });

  test('whoever builds bars of them gets every bar back, wherever they begin', async () => {
    await fc.assert(
      fc.asyncProperty(barsArbitrary, fc.nat(60), async (bars, from) => {
        const heard = Math.min(from, bars.length);
        expect(buildBars(await ticksOf(bars, heard)).map(brief)).toEqual(bars.slice(heard).map(brief));
      }),
    );
  });

  test('bars of prints make no ticks, and prints none where bars came first', async () => {
    const start = newYork('2026-08-03', '10:00');
    const one = { kind: 'print', symbolId: 0, time: start, price: 1, size: 1, flags: 7, exchange: '', id: 1 } as const;
    const seen: number[] = [];
    const tape = new SymbolTape(0, (_symbolId, _seconds, price) => seen.push(price));
    tape.start();
    tape.take(one);
    tape.take(minuteBar(start, [2, 2, 2, 2], 1));
    expect(seen).toEqual([1]);
    const bars = new SymbolTape(0, (_symbolId, _seconds, price) => seen.push(price));
    bars.start();
    bars.take(minuteBar(start, [2, 2, 2, 2], 1, { count: 0 }));
    bars.take(one);
    bars.take(minuteBar(start, [3, 3, 3, 3], 1, { count: 0, restated: true }));
    expect(seen).toEqual([1, 2e6, 2e6, 2e6, 2e6]);
  });
});
