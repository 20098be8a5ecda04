import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import '../../../test/propertySeed.js';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import { NO_DAY_VOLUME } from './priceValues.js';
import { TickVolume, UNKNOWN_SIZE } from './TickVolume.js';

const MONDAY = parseDate('2026-11-23');
const at = (second: number, day = 0): number => fromNewYork(MONDAY + day, 10 * HOUR) + second * SECOND;
const none = NO_DAY_VOLUME;
const unknown = UNKNOWN_SIZE;

const sizeOf = (volume: TickVolume, symbolId: number, time: number, dayVolume: number): number =>
  volume.sizeOf(symbolId, Float64Array.of(time, 0, dayVolume));

interface Scenario {
  readonly name: string;
  /** Seconds after 10:00, day volume, size; `reconnect` between. */
  readonly ticks: readonly (readonly [number, number, number] | 'reconnect' | 'next day')[];
  readonly falls?: number;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'rises, stands, falls to a new baseline, rises',
    ticks: [
      [1, 1000, unknown],
      [2, 1300, 300],
      [3, 1300, 0],
      [4, 1250, unknown],
      [5, 1400, 150],
    ],
    falls: 1,
  },
  {
    name: 'is missing for a while: the next difference has it all',
    ticks: [
      [1, none, unknown],
      [2, 1000, unknown],
      [3, none, unknown],
      [4, 1100, 100],
    ],
  },
  {
    name: 'what traded during an outage is in no size',
    ticks: [[1, 1000, unknown], [2, 1100, 100], 'reconnect', [90, 5000, unknown], [91, 5010, 10]],
  },
  {
    name: 'a new day begins with a baseline, lower or higher',
    ticks: [
      [1, 1000, unknown],
      [2, 1100, 100],
      'next day',
      [1, 50, unknown],
      [2, 70, 20],
      'next day',
      [1, 90, unknown],
    ],
  },
  {
    name: 'a duplicate adds nothing',
    ticks: [
      [1, 1000, unknown],
      [2, 1100, 100],
      [2, 1100, 0],
      [3, 1150, 50],
    ],
  },
  {
    name: 'overtaken within its minute or its second: counted once',
    ticks: [
      [1, 1000, unknown],
      [3, 1300, 300],
      [2, 1200, 0],
      [3, 1250, 0],
      [4, 1400, 100],
    ],
  },
  {
    name: 'overtaken by a tick of the next minute: nobody knows what was whose',
    ticks: [
      [1, 1000, unknown],
      [61, 1300, 300],
      [59, 1200, unknown],
      [62, 1350, 50],
    ],
  },
  {
    name: 'late, and yet more than was known',
    ticks: [
      [1, 1000, unknown],
      [5, 1100, 100],
      [3, 1200, 100],
      [6, 1250, 50],
    ],
  },
  {
    name: 'nothing traded yet',
    ticks: [
      [1, 0, unknown],
      [2, 0, 0],
      [3, 100, 100],
    ],
  },
];

describe('the size of ticks', () => {
  it.each(SCENARIOS)('$name', ({ ticks, falls }) => {
    const volume = new TickVolume();
    let day = 0;
    const sizes = ticks.map((tick) => {
      if (tick === 'reconnect') return (volume.reconnected(), tick);
      if (tick === 'next day') return ((day += 1), tick);
      const [second, dayVolume] = tick;
      return [second, dayVolume, sizeOf(volume, 3, at(second, day), dayVolume)];
    });
    expect(sizes).toEqual(ticks);
    expect(volume.falls).toBe(falls ?? 0);
  });

  it('leaves a late tick of yesterday out', () => {
    const volume = new TickVolume();
    sizeOf(volume, 0, at(1, 1), 100);
    expect(sizeOf(volume, 0, at(1), 90_000)).toBe(unknown);
    expect(sizeOf(volume, 0, at(2, 1), 130)).toBe(30);
  });

  it('keeps symbols apart, however many', () => {
    const volume = new TickVolume();
    for (let id = 0; id < 5_000; id += 1) expect(sizeOf(volume, id, at(1), id)).toBe(unknown);
    for (let id = 0; id < 5_000; id += 1) expect(sizeOf(volume, id, at(2), id + id)).toBe(id);
  });

  it('F47: adds up to the same in any order within a minute', () => {
    const steps = fc.array(fc.nat(500), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat(1_000_000)), (sizes, noise) => {
        let dayVolume = 10_000;
        const ticks = sizes.map((size, index) => ({ second: Math.min(58, index + 1), dayVolume: (dayVolume += size) }));
        const keys = ticks.map(() => noise.next().value);
        const shuffled = ticks.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
        const volume = new TickVolume();
        const start = Math.floor(at(0) / MINUTE) * MINUTE;
        expect(sizeOf(volume, 0, start, 10_000)).toBe(unknown);
        let sum = 0;
        for (const index of shuffled) {
          const tick = ticks[index];
          if (tick === undefined) continue;
          const repeats = 1 + ((keys[index] ?? 0) % 2);
          for (let i = 0; i < repeats; i += 1) sum += sizeOf(volume, 0, start + tick.second * SECOND, tick.dayVolume);
        }
        expect(sum).toBe(dayVolume - 10_000);
      }),
    );
  });
});
