import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { sessionOf } from '../../calendar/sessions.js';
import type { Session } from '../../calendar/TradingCalendar.js';
import { MINUTE } from '../../domain/timeframe.js';
import { ROUTER_LIMITS } from '../router/routerLimits.js';
import { RouterRig } from '../../../test/support/routerRig.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);

function session(date: string): Session {
  const found = sessionOf(parseDate(date));
  if (found === undefined) throw new Error(`there is no session on ${date}`);
  return found;
}

/** A rig that watches for silence, closely in regular hours, and starts `before` minutes before a time. */
function rigAt(time: number, before: number): RouterRig {
  const silenceRegular = 15_000_000;
  const { silenceExtended } = ROUTER_LIMITS;
  return new RouterRig({
    symbols: ['AAA'],
    startMs: time / 1000 - before * 60_000,
    limits: { silenceRegular, silenceExtended },
  });
}

/** One print in the middle of each of the minutes, and a message every ten seconds, up to `end`. */
function tradeUntil(rig: RouterRig, end: number): void {
  for (let time = rig.clock.now(); time < end; time += 10_000_000) {
    rig.goTo((time - rig.start) / 1000);
    if (time % MINUTE === 30_000_000) rig.source.print({ time, price: usd(100), size: 1, id: time / 1_000_000 });
    rig.source.send();
  }
}

describe('hours of trading', () => {
  // The days before and after each switch of 2026, an ordinary day, an early close.
  it.each([
    ['2026-03-06', 14.5, 390],
    ['2026-03-09', 13.5, 390],
    ['2026-10-30', 13.5, 390],
    ['2026-11-02', 14.5, 390],
    ['2026-11-27', 14.5, 210],
  ])('F54 %s opens at %f h UTC and has %i regular minutes, all complete', (date, hour, count) => {
    const { open, close } = session(date);
    const rig = rigAt(open, 2);
    tradeUntil(rig, close + 3 * MINUTE);
    rig.goTo((close - rig.start) / 1000 + 3 * 60_000);
    const regular = rig.of('minute').filter(({ minute }) => minute.start >= open && minute.start < close);
    expect((open / 3_600_000_000) % 24).toBe(hour);
    expect(regular.map(({ minute }) => minute.start)).toEqual(
      Array.from({ length: count }, (_, index) => open + index * MINUTE),
    );
    expect(regular.every(({ minute }) => minute.isMarketWide)).toBe(true);
    expect(rig.count('silences')).toBe(0);
    expect(rig.of('gap').every(({ since, until }) => until === undefined || until === since)).toBe(true);
  });

  it.each(['2026-07-02', '2026-11-27'])(
    'F44 silence after the close of %s is soon none: the night is silent',
    (date) => {
      const { close, afterHoursClose, date: day } = session(date);
      expect(formatDate(day)).toBe(date);
      const rig = rigAt(close, 1);
      tradeUntil(rig, close + MINUTE);
      // Two minutes without a word are much in regular hours, and nothing after them.
      rig.goTo((close - rig.start) / 1000 + 3 * 60_000);
      expect(rig.count('silences')).toBe(0);
      tradeUntil(rig, afterHoursClose);
      rig.clock.advance(8 * 3_600_000);
      rig.read();
      expect(rig.count('silences')).toBe(0);
      expect(rig.market.qualityOf(0).isStale).toBe(false);
    },
  );

  it('F44 silence from the open on is noticed, but not before it', () => {
    const { open } = session('2026-03-09');
    const rig = rigAt(open, 4);
    rig.goTo(4 * 60_000 + 14_000);
    expect(rig.count('silences')).toBe(0);
    rig.goTo(4 * 60_000 + 16_000);
    expect(rig.count('silences')).toBe(1);
    expect(rig.market.qualityOf(0).isStale).toBe(true);
  });

  // Over each switch of the clocks, over a holiday, and from an early close on.
  it.each([
    ['2026-03-06', '2026-03-09'],
    ['2026-10-30', '2026-11-02'],
    ['2026-11-25', '2026-11-27'],
    ['2026-11-27', '2026-11-30'],
  ])('F46 F54 nights without a connection from %s to %s are no gap, trading hours are', (from, to) => {
    const friday = session(from);
    const monday = session(to);
    const rig = rigAt(friday.afterHoursClose, 5);
    tradeUntil(rig, friday.afterHoursClose - MINUTE);
    rig.source.state({ kind: 'connecting', attempt: 1 });
    rig.clock.advance((monday.premarketOpen - rig.clock.now()) / 1000 + 2 * 60_000 + 500);
    rig.read();
    rig.source.live();
    rig.goTo(rig.nowMs + 60_000);
    const missing = rig.of('minute').filter(({ minute }) => minute.state === 'incomplete');
    expect(missing.map(({ minute }) => minute.start)).toEqual([
      friday.afterHoursClose - 2 * MINUTE,
      friday.afterHoursClose - MINUTE,
      monday.premarketOpen,
      monday.premarketOpen + MINUTE,
      monday.premarketOpen + 2 * MINUTE,
    ]);
  });

  it('numbers of prints begin anew with a day', () => {
    const { open } = session('2026-03-06');
    const rig = rigAt(open, 0);
    rig.source.print({ time: open, price: usd(100), id: 1 }).send();
    rig.clock.advance(16 * 3_600_000);
    rig.read();
    rig.source.print({ time: rig.clock.now(), price: usd(100), id: 1 }).send();
    rig.goTo(rig.nowMs + 1_000);
    expect(rig.rows).toHaveLength(2);
    expect(rig.count('duplicates')).toBe(0);
  });
});
