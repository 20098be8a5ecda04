/** What a kernel notes of its hooks for whoever watches it, on the way of quiet bars and on that of several symbols. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import { PROBE_BEAT, PROBE_WORDS, readProbe } from '../domain/hookProbe.js';
import type { ProbedHook } from '../domain/hookProbe.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { runBacktest } from './Backtester.js';

const BARS = 30;
const { open: OPEN } = nyse.nextSession(dateOf(2024, 3, 1));

/** Bars of a price that stands, one a minute for each symbol. */
function tableOf(symbols: number): BarTable {
  const table = createBarTable('1m', BARS * symbols);
  for (let row = 0; row < BARS * symbols; row += 1) {
    table.symbolId[row] = row % symbols;
    table.start[row] = OPEN + Math.floor(row / symbols) * MINUTE;
    table.time[row] = (table.start[row] ?? 0) + MINUTE;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = 20 * RAW_PRICE_SCALE;
    table.volume[row] = 1_000_000_000_000;
  }
  table.length = BARS * symbols;
  return table;
}

describe.each([
  [1, 1],
  [1, 2],
  [2, 2],
])('a probe of a kernel with %i symbols and %i strategies', (symbols, strategies) => {
  it('says whose hook runs, at which minute, with another beat at every call, and nothing between hooks', () => {
    const probe = new Int32Array(PROBE_WORDS);
    const seen: (ProbedHook & { readonly beat: number; readonly at?: number })[] = [];
    const note = (at?: number): void => {
      const hook = readProbe(probe);
      if (hook === undefined) throw new Error('no hook is noted');
      seen.push({ ...hook, beat: probe[PROBE_BEAT] ?? 0, ...(at === undefined ? {} : { at }) });
    };
    class Watched extends Strategy.with({}) {
      static override readonly subscribe = { timeframe: '1m' };
      readonly noted = note();
      override onStart(): void {
        note();
      }
      override onBar(bar: Bar, ctx: Context): void {
        note(bar.time);
        if (bar.symbol === 'A' && bar.time === OPEN + 3 * MINUTE) {
          ctx.enterLong('A', { reason: 'third', size: { shares: 1 } });
        }
        // What ran meanwhile has left the word to this hook.
        expect(readProbe(probe)).toMatchObject({ place: strategies - 1, hook: 'onBar' });
      }
      override onFill(): void {
        note();
      }
    }
    class Idle extends Strategy.with({}) {}
    const names = ['A', 'B'].slice(0, symbols);
    runBacktest(tableOf(symbols), {
      strategies: [Idle, Watched]
        .slice(2 - strategies)
        .map((strategyClass) => ({ name: strategyClass.name, strategyClass, hash: '', timeframe: '1m' })),
      symbols: names,
      priceScale: RAW_PRICE_SCALE,
      startTime: OPEN,
      engineVersion: 'test',
      createHash: () => createHash('sha256'),
      hookProbe: probe,
    });
    expect(readProbe(probe)).toBeUndefined();
    expect(new Set(seen.map(({ place }) => place))).toEqual(new Set([strategies - 1]));
    const calls = seen.map(({ hook }) => hook);
    expect(calls.slice(0, 3)).toEqual(['constructor', 'onStart', 'onBar']);
    expect(calls.filter((hook) => hook === 'onBar')).toHaveLength(BARS * symbols);
    expect(calls).toContain('onFill');
    for (const { hook, time, at } of seen) if (hook === 'onBar') expect(time).toBe(at);
    expect(seen[0]?.time).toBeUndefined();
    for (let call = 1; call < seen.length; call += 1) expect(seen[call]?.beat).not.toBe(seen[call - 1]?.beat);
  });
});
