import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { PrintFlag } from '../domain/marketTables.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable, createPrintTable } from '../domain/tables.js';
import { HOUR, MINUTE, SECOND, TIMEFRAME_DURATION, timeframeCode, type Timeframe } from '../domain/timeframe.js';
import { StreamRouter } from './StreamRouter.js';

const OPEN = fromNewYork(parseDate('2013-10-07'), 9.5 * HOUR);

/** Builds what was asked for of bars of one timeframe, one after another; gives what came out as text. */
function build(wanted: readonly Timeframe[], native: readonly Timeframe[], minutes: number, withPrints = false) {
  const built: string[] = [];
  const router = new StreamRouter(1, (table, row) => {
    const minute = ((table.start[row] ?? 0) - OPEN) / MINUTE;
    const prices = [table.open[row], table.high[row], table.low[row], table.close[row]].join(' ');
    built.push(`${table.timeframe} ${minute}: ${prices} x ${table.volume[row]}`);
  });
  for (const timeframe of wanted) router.subscribe(0, timeframe);
  const bar = createBarTable('1s', 1);
  const print = createPrintTable(1);
  for (let second = 1; second <= minutes * 60; second += 1) {
    const time = OPEN + second * SECOND;
    router.closePrintBars(time);
    if (withPrints) {
      print.time[0] = time - 1;
      print.price[0] = second;
      print.size[0] = 5;
      print.flags[0] = PrintFlag.HIGH_LOW | PrintFlag.LAST | PrintFlag.VOLUME;
      router.onPrint(print, 0);
    }
    for (const timeframe of native) {
      const length = TIMEFRAME_DURATION[timeframe];
      if ((second * SECOND) % length !== 0) continue;
      bar.start[0] = time - length;
      for (const column of [bar.open, bar.high, bar.low, bar.close]) column[0] = second;
      bar.volume[0] = 2;
      router.onBar(timeframeCode(timeframe), bar, 0);
    }
    router.closeAggregates(time);
    router.clear();
  }
  return built;
}

describe('bars that a strategy asks for', () => {
  it('are built of shorter ones up to a minute too, each row counted once', () => {
    expect(build(['1m'], ['1s'], 2)).toEqual(['1m 0: 1 60 1 60 x 120', '1m 1: 61 120 61 120 x 120']);
    expect(build(['15s'], ['5s'], 1)[0]).toBe('15s 0: 5 15 5 15 x 6');
    expect(build(['5m'], ['1s'], 5).at(-1)).toBe('5m 0: 1 300 1 300 x 600');
    expect(build(['1m', '15s'], ['1s'], 1).filter((text) => text.startsWith('1m'))).toEqual(['1m 0: 1 60 1 60 x 120']);
  });

  it('are those of the stream where it brings them', () => {
    expect(build(['1m'], ['1s', '1m'], 2)).toEqual([]);
    expect(build(['1m'], ['1m'], 2)).toEqual([]);
  });

  it('are made of prints alone where there are some', () => {
    expect(build(['1m'], ['1s'], 2, true)).toEqual(build(['1m'], [], 2, true));
  });

  it('leave the quick way to bars of the only symbol that the stream is known to bring', () => {
    const minutes = timeframeCode('1m');
    const bar = createBarTable('1m', 1);
    bar.start[0] = OPEN + MINUTE;
    const router = new StreamRouter(1, undefined);
    router.subscribe(0, '1m');
    expect(router.closeAfter(minutes, OPEN)).toBeUndefined();
    router.onBar(minutes, bar, 0);
    expect(router.closeAfter(minutes, OPEN)).toBe(Infinity);
    router.subscribe(0, '5m');
    expect(router.closeAfter(minutes, OPEN + 2 * MINUTE)).toBe(OPEN + 5 * MINUTE);
    expect(router.closeAfter(minutes, OPEN + 5 * MINUTE)).toBe(OPEN + 10 * MINUTE);
    router.onBar(minutes, bar, 0);
    expect(router.closeAfter(minutes, OPEN + 5 * MINUTE)).toBe(OPEN + 5 * MINUTE);
  });

  it('are the same where many shorter ones are taken at once, up to the close of the next', () => {
    const minute = fc.tuple(fc.constantFrom(1, 1, 1, 2, 7, 50, 400), fc.integer({ min: 1, max: 9 }));
    const longer = fc.subarray<Timeframe>(['1m', '2m', '3m', '5m', '15m', '1h', '1d'], { minLength: 1 });
    fc.assert(
      fc.property(fc.array(minute, { minLength: 1, maxLength: 300 }), longer, (minutes, wanted) => {
        const table = minutesOf(minutes);
        expect(buildInRuns(table, wanted, true)).toEqual(buildInRuns(table, wanted, false));
      }),
    );
  });
});

/** Minutes from before the open on: how many lie between the starts of two, and the price and volume of each. */
function minutesOf(minutes: readonly (readonly [step: number, price: number])[]): BarTable {
  const table = createBarTable('1m', minutes.length);
  let start = OPEN - 20 * MINUTE;
  for (const [row, [step, price]] of minutes.entries()) {
    table.start[row] = start;
    table.time[row] = start + MINUTE;
    table.open[row] = price;
    table.high[row] = price + (step % 3);
    table.low[row] = price - (step % 2);
    table.close[row] = price + (step % 2);
    table.volume[row] = 10 * price + step;
    start += step * MINUTE;
  }
  table.length = minutes.length;
  return table;
}

/** What is built of the rows of a table, and when. */
function buildInRuns(table: BarTable, wanted: readonly Timeframe[], takesRuns: boolean): string[] {
  const built: string[] = [];
  let now = 0;
  const router = new StreamRouter(1, (bars, row) => {
    const figures = [bars.start, bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume];
    built.push(`${now} ${bars.timeframe} ${figures.map((column) => column[row]).join(' ')}`);
  });
  for (const timeframe of wanted) router.subscribe(0, timeframe);
  const code = timeframeCode('1m');
  let row = 0;
  while (row < table.length) {
    const begun = row;
    const close = takesRuns ? router.closeAfter(code, table.start[row] ?? 0) : undefined;
    while (close !== undefined && row < table.length && (table.time[row] ?? 0) < close) row += 1;
    router.observeRun(code, table, begun, row);
    if (row === table.length) break;
    now = table.time[row] ?? 0;
    // A bar whose period has no last minute ends before the next one comes.
    while (router.nextClose < now) {
      const late = router.nextClose;
      router.closePrintBars(late);
      router.closeAggregates(late);
      router.clear();
    }
    router.onBar(code, table, row);
    router.closeAggregates(now);
    router.clear();
    row += 1;
  }
  return built;
}
