import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../calendar/TradingCalendar.js';
import { sessionOf } from '../../calendar/sessions.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';
import { soakCount } from '../../../test/soak.js';
import { mulDiv } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import { LuldBands } from './LuldBands.js';
import type { LuldTier } from './luldRules.js';
import { bandsAround, luldNotes } from './luldWidths.js';
import { TrailingMean } from './TrailingMean.js';

const SCALE = 1_000_000;
const price = (dollars: number): number => Math.round(dollars * SCALE);

function sessionOn(date: string): Session {
  return required(sessionOf(parseDate(date)), 'session');
}

/** Bands that began a day, and the time of a wall-clock reading `HH:MM:SS` of it. */
function rig(
  date: string,
  previousClose: number,
  tier: LuldTier | undefined = 1,
  leverage = 100,
): { bands: LuldBands; at: (clock: string) => number } {
  const session = sessionOn(date);
  const bands = new LuldBands();
  bands.startDay(session, { tier, previousClose: price(previousClose), leverage, priceScale: SCALE });
  const at = (clock: string): number => {
    const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number);
    return session.open + (hour * 60 + minute - 570) * MINUTE + second * SECOND;
  };
  return { bands, at };
}

const dollars = ({ lower, upper }: { lower: number; upper: number }): number[] => [lower / SCALE, upper / SCALE];

describe('LULD band widths (R6, R7)', () => {
  const date = parseDate('2022-03-01');
  it.each([
    // tier, previous close, leverage, doubled, reference, lower, upper
    [1, 100, 100, false, 100, 95, 105],
    [1, 100, 100, true, 100, 90, 110],
    [2, 100, 100, false, 100, 90, 110],
    [undefined, 100, 100, false, 100, 90, 110], // unknown tier: tier 2
    [1, 3, 100, false, 3, 2.4, 3.6], // $3.00 belongs to the 20 %
    [1, 3.01, 100, false, 3.01, 2.86, 3.16], // 2.8595, 3.1605 to the cent
    [2, 0.75, 100, false, 0.75, 0.6, 0.9],
    [2, 0.74, 100, false, 0.74, 0.59, 0.89], // $0.15 is less than 75 %
    [2, 0.1, 100, false, 0.1, 0.02, 0.18], // 75 % is less: 0.025 and 0.175, halves to even
    [2, 0.5, 100, true, 0.5, 0.2, 0.8], // doubled: $0.30
    [2, 0.1, 100, true, 0.1, 0, 0.25], // 150 % leaves no lower band
    [2, 50, 200, false, 50, 40, 60], // a 2x fund
    [2, 50, 300, true, 50, 20, 80], // 10 % × 3 × 2
    [1, 50, 300, false, 50, 47.5, 52.5], // the factor is for tier 2
    [1, 123.45, 100, false, 123.47, 117.3, 129.64], // 117.2965, 129.6435
  ] as const)(
    'tier %s, close %d, factor %d, doubled %s, around %d: %d to %d',
    (tier, close, leverage, doubled, reference, lower, upper) => {
      const stock = { tier, previousClose: price(close), leverage, priceScale: SCALE };
      expect(dollars(bandsAround(price(reference), stock, date, doubled, { lower: 0, upper: 0 }))).toEqual([
        lower,
        upper,
      ]);
    },
  );

  it('does the same at another scale', () => {
    const stock = { tier: 1, previousClose: 12_345, leverage: 100, priceScale: 100 } as const;
    expect(bandsAround(12_347, stock, date, false, { lower: 0, upper: 0 })).toEqual({ lower: 11_730, upper: 12_964 });
  });
});

describe('LULD hours (R6)', () => {
  it.each([
    // date, tier, time, lower band of a $100 stock that opened at 100
    ['2013-04-05', 1, '12:00:00', 0], // not yet
    ['2013-04-08', 1, '09:44:59', 0], // phase I: 09:45 to 15:30
    ['2013-04-08', 1, '09:45:00', 95],
    ['2013-04-08', 1, '15:29:59', 95],
    ['2013-04-08', 1, '15:30:00', 0],
    ['2013-04-08', 2, '12:00:00', 0], // tier 2 from 2013-08-05
    ['2013-08-05', 2, '12:00:00', 90],
    ['2013-10-07', 1, '09:30:00', 90], // doubled after the open
    ['2013-10-07', 1, '09:45:00', 95],
    ['2013-10-07', 1, '15:35:00', 90],
    ['2013-10-07', 1, '15:44:59', 90],
    ['2013-10-07', 1, '15:45:00', 0],
    ['2014-02-24', 1, '15:59:59', 90],
    ['2014-02-24', 1, '16:00:00', 0],
    ['2020-02-21', 1, '09:30:00', 90],
    ['2020-02-24', 1, '09:30:00', 95], // amendment 18
    ['2020-02-24', 1, '15:35:00', 90],
    ['2020-02-24', 2, '15:35:00', 90], // tier 2 above $3.00 is no longer doubled
    ['2019-02-25', 2, '15:35:00', 80],
    ['2026-11-27', 1, '12:34:59', 95], // early close: doubled from 12:35
    ['2026-11-27', 1, '12:35:00', 90],
  ] as const)('%s tier %d at %s: lower band %d', (date, tier, clock, lower) => {
    const { bands, at } = rig(date, 100, tier);
    bands.onOpening(at('09:30:00'), price(100));
    bands.advance(at(clock));
    expect(bands.lower / SCALE).toBe(lower);
    expect(bands.state).toBe(lower === 0 ? 'none' : 'normal');
  });

  it('doubles tier 2 stocks up to $3.00 before the close after amendment 18', () => {
    const { bands, at } = rig('2022-03-01', 3, 2);
    bands.advance(at('15:35:00'));
    expect(dollars(bands)).toEqual([1.8, 4.2]);
  });

  it('has no bands where the previous close is not known, and tells of a tier that is not', () => {
    const { bands, at } = rig('2022-03-01', 0);
    bands.onPrint(at('10:00:00'), price(10));
    expect([bands.state, bands.allows(price(1))]).toEqual(['none', true]);
    expect(luldNotes(parseDate('2022-03-01'), undefined)).toContain('taken as tier 2');
    expect(luldNotes(parseDate('2013-12-16'), 1)).not.toContain('not verified');
    expect(luldNotes(parseDate('2012-03-01'), 1)).toBe('');
  });
});

describe('LULD reference price (R7)', () => {
  it('is the opening price, then the mean of five minutes once it moved 1 % and the old one stood 30 s', () => {
    const { bands, at } = rig('2022-03-01', 98);
    bands.advance(at('09:30:00'));
    expect(bands.reference).toBe(price(98)); // before the opening print: previous close
    bands.onOpening(at('09:30:01'), price(100));
    expect(bands.reference).toBe(price(100));
    bands.onPrint(at('09:30:10'), price(103)); // mean 103, but the reference is 9 s old
    bands.onPrint(at('09:30:20'), price(101)); // mean (103 + 101) / 2 = 102
    expect(bands.reference).toBe(price(100));
    bands.advance(at('09:30:31')); // 30 s
    expect(bands.reference).toBe(price(102));
    expect(dollars(bands)).toEqual([96.9, 107.1]);
    bands.onPrint(at('09:31:30'), price(102.9)); // mean 102.3, moved 0.29 %
    expect(bands.reference).toBe(price(102));
    bands.onPrint(at('09:35:15'), price(104.5)); // 103 left at 09:35:10: (101 + 102.9 + 104.5) / 3
    expect(bands.reference).toBe(price(102)); // 102.8, moved 0.78 %
    bands.advance(at('09:35:20')); // 101 leaves: (102.9 + 104.5) / 2 = 103.7, moved 1.67 %
    expect(bands.reference).toBe(price(103.7));
    bands.advance(at('10:30:00')); // no prints for five minutes: the reference stays
    expect(bands.reference).toBe(price(103.7));
  });

  it('takes the mean of the first five minutes if the primary has not opened, whatever the move', () => {
    const { bands, at } = rig('2022-03-01', 100);
    bands.onPrint(at('09:31:00'), price(100.2));
    bands.onPrint(at('09:32:00'), price(100.4));
    bands.advance(at('09:34:59'));
    expect(bands.reference).toBe(price(100));
    bands.advance(at('09:35:00'));
    expect(bands.reference).toBe(price(100.3));
    bands.onOpening(at('09:36:00'), price(105)); // too late to be the reference
    expect(bands.reference).toBe(price(100.3));
  });

  it('keeps the previous close if nothing traded in the first five minutes', () => {
    const { bands, at } = rig('2022-03-01', 100);
    bands.advance(at('09:36:00'));
    expect(bands.reference).toBe(price(100));
  });

  it('equals a naive implementation that looks every second, however seldom it is asked itself', () => {
    const session = sessionOn('2022-03-01');
    const prints = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 9_700, max: 10_300 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(prints, (steps) => {
        const bands = new LuldBands();
        bands.startDay(session, { tier: 2, previousClose: price(100), leverage: 100, priceScale: SCALE });
        bands.onOpening(session.open, price(100));
        let reference = price(100);
        let [second, since] = [0, 0];
        const seen: { second: number; price: number }[] = [];
        const look = (): void => {
          const window = seen.filter((print) => print.second > second - 300).map((print) => print.price);
          if (window.length === 0 || second < since + 30) return;
          const mean = mulDiv(
            window.reduce((sum, value) => sum + value, 0),
            1,
            window.length,
          );
          if (Math.abs(mean - reference) * 100 < reference) return;
          reference = mean;
          since = second;
        };
        for (const [gap, cents] of steps) {
          for (let i = 0; i < gap; i += 1) {
            second += 1;
            look();
          }
          seen.push({ second, price: cents * 10_000 });
          look();
          bands.onPrint(session.open + second * SECOND, cents * 10_000);
          expect(bands.reference).toBe(reference);
        }
      }),
      { numRuns: soakCount(50, 2_000) },
    );
  });

  it('dates what time alone brings exactly: a limit state by narrowing bands, and its pause', () => {
    const { bands, at } = rig('2013-10-07', 100);
    bands.onOpening(at('09:30:00'), price(100));
    bands.onQuote(at('09:44:00'), price(94.8), price(94.9)); // inside 90 to 110, beyond 95 from 09:45
    bands.advance(at('09:47:00'));
    expect([bands.state, bands.pausedAt]).toEqual(['paused', at('09:45:15')]);
  });
});

describe('LULD limit states and pauses (R7)', () => {
  it('pauses after 15 seconds with the best offer at the lower band, and resumes at the reopening print', () => {
    const { bands, at } = rig('2022-03-01', 100);
    bands.onOpening(at('09:30:00'), price(100));
    bands.onQuote(at('10:00:00'), price(94.9), price(95));
    expect([bands.state, bands.limitSince]).toEqual(['limit', at('10:00:00')]);
    expect([bands.allows(price(95)), bands.allows(price(94.99))]).toEqual([true, false]);
    bands.advance(at('10:00:14'));
    expect(bands.state).toBe('limit');
    bands.advance(at('10:00:15'));
    expect([bands.state, bands.pausedAt, bands.pauseEnds]).toEqual(['paused', at('10:00:15'), at('10:05:15')]);
    expect(bands.allows(price(95))).toBe(false);
    bands.onQuote(at('10:03:00'), price(97), price(98)); // quotes do not end a pause
    expect(bands.state).toBe('paused');
    bands.onReopening(at('10:05:16'), price(92));
    // The quote of before is void, the reopening price is the reference: 92 ± 5 %.
    expect([bands.state, ...dollars(bands)]).toEqual(['normal', 87.4, 96.6]);
  });

  it('is left when the quote leaves the band, and begins anew', () => {
    const { bands, at } = rig('2022-03-01', 100);
    bands.onOpening(at('09:30:00'), price(100));
    bands.onQuote(at('10:00:00'), price(105), price(105.01));
    bands.onQuote(at('10:00:14'), price(104.99), price(105.01));
    expect(bands.state).toBe('straddle'); // the offer lies above the upper band
    bands.onQuote(at('10:00:20'), price(105), price(105.01));
    bands.advance(at('10:00:34'));
    expect(bands.state).toBe('limit');
    bands.onQuote(at('10:00:34'), price(104.5), price(104.6));
    expect(bands.state).toBe('normal');
  });

  it('keeps bands still in a limit state: neither prints nor a doubling move them', () => {
    const { bands, at } = rig('2022-03-01', 100);
    bands.onOpening(at('09:30:00'), price(100));
    bands.onQuote(at('15:34:50'), price(94.9), price(95));
    bands.onPrint(at('15:34:55'), price(95));
    bands.advance(at('15:35:01'));
    expect([bands.state, ...dollars(bands)]).toEqual(['limit', 95, 105]);
    bands.onQuote(at('15:35:02'), price(95.01), price(95.02));
    // Left: the print of 95 is the mean of the window and now the reference; doubled to 10 %.
    expect([bands.state, ...dollars(bands)]).toEqual(['normal', 85.5, 104.5]);
  });

  it('prolongs a pause without a reopening by five minutes', () => {
    const { bands, at } = rig('2022-03-01', 100);
    bands.onQuote(at('10:00:00'), price(94.9), price(95));
    bands.advance(at('10:12:00'));
    expect(bands.pauseEnds).toBe(at('10:15:15'));
  });

  it.each([
    ['2022-03-01', '15:44:40', '15:49:55'], // ends before 15:50
    ['2022-03-01', '15:45:00', '16:00:00'], // would be in force at 15:50: closing auction
    ['2022-03-01', '15:55:00', '16:00:00'],
    ['2026-11-27', '12:45:30', '13:00:00'], // early close
  ])('on %s a limit state from %s pauses until %s', (date, from, until) => {
    const { bands, at } = rig(date, 100);
    bands.onOpening(at('09:30:00'), price(100));
    bands.advance(at(from));
    bands.onQuote(at(from), bands.lower - 10_000, bands.lower);
    bands.advance(at(from) + 15 * SECOND);
    expect([bands.state, bands.pauseEnds]).toEqual(['paused', at(until)]);
    bands.onReopening(at('16:00:01'), price(90)); // the closing auction ends it
    expect(bands.state).toBe('none');
  });

  it('goes on the same after list and restore', () => {
    const one = rig('2022-03-01', 100);
    one.bands.onOpening(one.at('09:30:00'), price(100));
    for (let second = 0; second < 100; second += 1) {
      one.bands.onPrint(one.at('09:40:00') + second * SECOND, price(100 + second / 50));
    }
    const other = rig('2022-03-01', 100);
    other.bands.restore(one.bands.list());
    for (const { bands, at } of [one, other]) {
      bands.onPrint(at('09:41:45'), price(103));
      bands.onQuote(at('09:41:50'), bands.upper, bands.upper + 10_000);
      bands.advance(at('09:42:10'));
    }
    expect(other.bands.list()).toEqual(one.bands.list());
    expect(one.bands.state).toBe('paused');
  });
});

describe('LULD bands however often they are asked (R7)', () => {
  it('come to the same, asked at every second or at events only, and through list and restore', () => {
    const event = fc.record({
      gap: fc.integer({ min: 0, max: 400 }),
      kind: fc.constantFrom('print', 'quote', 'opening', 'reopening'),
      cents: fc.integer({ min: 8_800, max: 11_200 }),
      spread: fc.integer({ min: 1, max: 300 }),
    });
    const days = fc.constantFrom('2013-04-08', '2013-10-07', '2022-03-01', '2026-11-27');
    const states = new Set<string>();
    fc.assert(
      fc.property(days, fc.array(event, { maxLength: 80 }), fc.integer({ min: 0, max: 250 }), (day, events, late) => {
        const session = sessionOn(day);
        const start = (): LuldBands => {
          const bands = new LuldBands();
          bands.startDay(session, { tier: 1, previousClose: price(100), leverage: 100, priceScale: SCALE });
          return bands;
        };
        const seldom = start();
        let often = start();
        // From before the open, or so late that the close comes in between.
        let time = late < 125 ? session.open - 60 * SECOND : session.close - 45 * MINUTE;
        for (const { gap, kind, cents, spread } of events) {
          for (let i = 0; i < gap; i += 1) often.advance((time += SECOND));
          const restored = start();
          restored.restore(often.list());
          often = restored;
          const isPaused = often.state === 'paused';
          for (const bands of [seldom, often]) {
            if (kind === 'print') bands.onPrint(time, cents * 10_000);
            if (kind === 'quote') bands.onQuote(time, (cents - spread) * 10_000, cents * 10_000);
            if (kind === 'opening') bands.onOpening(time, cents * 10_000);
            if (kind === 'reopening' && isPaused) bands.onReopening(time, cents * 10_000);
          }
          for (const bands of [seldom, often]) bands.advance(time);
          expect(often.list()).toEqual(seldom.list());
          states.add(seldom.state);
        }
      }),
      { numRuns: soakCount(60, 2_000) },
    );
    expect([...states].sort()).toEqual(['limit', 'none', 'normal', 'paused', 'straddle']);
  });
});

describe('TrailingMean', () => {
  it('equals the mean of the prices younger than the window, through every growth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 1e12 })), { maxLength: 400 }),
        (steps) => {
          const mean = new TrailingMean(100);
          const all: { time: number; price: number }[] = [];
          let time = 0;
          for (const [step, value] of steps) {
            time += step;
            mean.add(time, value);
            all.push({ time, price: value });
            const young = all.filter((entry) => entry.time > time - 100);
            const sum = young.reduce((total, entry) => total + BigInt(entry.price), 0n);
            expect(mean.count).toBe(young.length);
            expect(Math.abs(mean.mean - Number(sum) / young.length)).toBeLessThanOrEqual(0.51);
          }
        },
      ),
      { numRuns: soakCount(50, 2_000) },
    );
  });
});
