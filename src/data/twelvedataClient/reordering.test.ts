import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrintFlag } from '../../domain/marketTables.js';
import { barsOfPrints } from '../../engine/recordedBars.js';
import { createPrintTable, ensureRoom } from '../../domain/tables.js';
import { RouterRig } from '../../../test/support/routerRig.js';
import { TRADE, type ScriptedPrint } from '../../../test/support/ScriptedFeed.js';
import { soakCount } from '../../../test/soak.js';

interface Delivery {
  readonly print: Required<ScriptedPrint>;
  /** Milliseconds after the start at which it comes. */
  readonly arrival: number;
}

const WINDOW_MS = 250;

/** Prints of two symbols over some minutes, many of them at equal times, with steps within the band. */
const day = fc
  .array(
    fc.record({
      symbolId: fc.integer({ min: 0, max: 1 }),
      gap: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }) }, fc.integer({ min: 0, max: 30_000 })),
      move: fc.integer({ min: -300, max: 300 }),
      size: fc.integer({ min: 1, max: 900 }),
      exchange: fc.constantFrom(78, 81),
      flags: fc.constantFrom(TRADE, TRADE, TRADE, PrintFlag.VOLUME, PrintFlag.HIGH_LOW | PrintFlag.VOLUME),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((steps) => {
    let ms = 0;
    const prices = [100_000_000, 100_000_000];
    return steps.map(({ symbolId, gap, move, size, exchange, flags }, index) => {
      ms += gap;
      prices[symbolId] = Math.max(20_000_000, (prices[symbolId] ?? 0) + move * 10_000);
      return { symbolId, ms, price: prices[symbolId] ?? 0, size, exchange, flags, id: index + 1 };
    });
  });

/** How each print comes: how late, and the lateness of its copy if it has one (a copy may come at any time). */
const manners = fc.array(
  fc.record({
    late: fc.integer({ min: 0, max: WINDOW_MS - 1 }),
    copy: fc.option(fc.integer({ min: 0, max: 5_000 }), { freq: 2 }),
  }),
  { minLength: 120, maxLength: 120 },
);

/** The clean stream: every print once, in order of time, symbol and number. */
function inOrder(prints: readonly Required<ScriptedPrint>[]): Required<ScriptedPrint>[] {
  return prints.toSorted((a, b) => a.time - b.time || a.symbolId - b.symbolId || a.id - b.id);
}

/** Minutes by plain arithmetic over the clean stream. */
function naiveMinutes(prints: readonly Required<ScriptedPrint>[], start: number): string[] {
  const bars = new Map<string, { open: number; high: number; low: number; close: number }>();
  const volumes = new Map<string, number>();
  for (const { symbolId, time, price, size, flags } of inOrder(prints)) {
    const key = `${symbolId} ${Math.floor((time - start) / 60_000_000)}`;
    const bar = bars.get(key);
    volumes.set(key, (volumes.get(key) ?? 0) + ((flags & PrintFlag.VOLUME) === 0 ? 0 : size));
    if ((flags & PrintFlag.HIGH_LOW) === 0) continue;
    if (bar === undefined) {
      bars.set(key, { open: price, high: price, low: price, close: price });
      continue;
    }
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    if ((flags & PrintFlag.LAST) !== 0) bar.close = price;
  }
  return [...bars].map(([key, { open, high, low, close }]) => {
    const prices = [open, high, low, close].map((price) => price / 1_000_000).join(' ');
    return `${key} complete ${prices} ${volumes.get(key)} one*`;
  });
}

function deliver(rig: RouterRig, deliveries: readonly Delivery[]): void {
  for (const { print, arrival } of deliveries.toSorted((a, b) => a.arrival - b.arrival)) {
    rig.goTo(arrival);
    rig.source.print(print).send();
  }
  rig.goTo(rig.nowMs + 61_000);
}

describe('prints that come twice and out of order', () => {
  it('F47 give the stream, bars and last prices of the clean stream', () => {
    fc.assert(
      fc.property(day, manners, (prints, ways) => {
        const rig = new RouterRig();
        const clean = prints.map(({ ms, ...print }) => ({ ...print, time: rig.at(ms) }));
        const deliveries = clean.flatMap((print, index) => {
          const { late, copy } = ways[index] ?? { late: 0, copy: null };
          const ms = (print.time - rig.start) / 1000;
          const first = { print, arrival: ms + late };
          return copy === null ? [first] : [first, { print, arrival: ms + late + copy }];
        });
        deliver(rig, deliveries);
        expect(rig.rows).toEqual(
          inOrder(clean).map(
            ({ time, symbolId, price, size }) =>
              `print ${(time - rig.start) / 1000} ${symbolId} ${price / 1_000_000} ${size} @0`,
          ),
        );
        expect(rig.minutes().toSorted()).toEqual(naiveMinutes(clean, rig.start).toSorted());
        for (const symbolId of [0, 1]) {
          const last = inOrder(clean).findLast(
            (print) => print.symbolId === symbolId && (print.flags & PrintFlag.LAST) !== 0,
          );
          expect(rig.market.qualityOf(symbolId).lastTime).toBe(last?.time);
        }
        expect(rig.count('duplicates')).toBe(deliveries.length - clean.length);
        expect(rig.count('latePrints')).toBe(0);
        expect(rig.of('revision')).toEqual([]);
      }),
      { numRuns: soakCount(60, 3_000) },
    );
  });

  it('F47 give the same volume in bars as the clean stream, read by the kernel’s own bar code', () => {
    fc.assert(
      fc.property(day, manners, (prints, ways) => {
        const rig = new RouterRig();
        const only = prints.filter(({ symbolId, flags }) => symbolId === 0 && flags === TRADE);
        const clean = only.map(({ ms, ...print }) => ({ ...print, time: rig.at(ms) }));
        deliver(
          rig,
          clean.map((print, index) => ({ print, arrival: (print.time - rig.start) / 1000 + (ways[index]?.late ?? 0) })),
        );
        const table = createPrintTable(clean.length);
        for (const { time, price, size, flags } of inOrder(clean)) {
          ensureRoom(table);
          const row = table.length;
          table.time[row] = time;
          table.price[row] = price;
          table.size[row] = size;
          table.flags[row] = flags;
          table.length = row + 1;
        }
        const bars = barsOfPrints(table, '1m');
        const expected = Array.from({ length: bars.length }, (_, row) => {
          const figures = [bars.open, bars.high, bars.low, bars.close].map((column) => (column[row] ?? 0) / 1_000_000);
          const minute = ((bars.start[row] ?? 0) - rig.start) / 60_000_000;
          return `0 ${minute} complete ${figures.join(' ')} ${bars.volume[row]} one*`;
        });
        expect(rig.minutes()).toEqual(expected);
      }),
      { numRuns: soakCount(40, 2_000) },
    );
  });

  it('F47 give the same rows in whatever portions they are read, whole instants only', () => {
    const portions = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(day, manners, portions, (prints, ways, reads) => {
        const [all, some] = [new RouterRig(), new RouterRig()];
        for (const rig of [all, some]) {
          let reading = 0;
          prints
            .map(({ ms, ...print }, index) => ({ print, ms, arrival: ms + (ways[index]?.late ?? 0) }))
            .toSorted((a, b) => a.arrival - b.arrival)
            .forEach(({ print, ms, arrival }) => {
              rig.clock.advance(Math.max(0, arrival - rig.nowMs));
              rig.source.print({ ...print, time: rig.at(ms) }).send();
              if (rig === all) return;
              const [until = 0, maxEvents = 1] = reads[reading++ % reads.length] ?? [];
              const batch = rig.market.readUntil(rig.at(rig.nowMs - until), maxEvents);
              rig.rows.push(...rig.textsOf(batch));
              const last = Math.max(...batch.tables.map((table) => table.time[table.length - 1] ?? 0));
              expect(rig.market.peekTime()).toBeGreaterThan(last);
              expect(last).toBeLessThanOrEqual(rig.market.settledTime());
            });
          rig.goTo(rig.nowMs + 1_000);
        }
        expect(some.rows).toEqual(all.rows);
        expect(some.rows).toHaveLength(prints.length);
      }),
      { numRuns: soakCount(40, 2_000) },
    );
  });

  it('F48 X8 that come far too late, are taken back or put right end in the minutes of what is true', () => {
    const fate = fc.record({
      late: fc.oneof(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 300, max: 90_000 })),
      change: fc.option(fc.integer({ min: 0, max: 20_000 }), { freq: 3 }),
      isCancel: fc.boolean(),
    });
    fc.assert(
      fc.property(day, fc.array(fate, { minLength: 120, maxLength: 120 }), (prints, fates) => {
        const rig = new RouterRig();
        const truth: Required<ScriptedPrint>[] = [];
        const acts: { at: number; act: () => void }[] = [];
        for (const [index, { ms, ...rest }] of prints.entries()) {
          const print = { ...rest, time: rig.at(ms) };
          const { late = 0, change = null, isCancel = false } = fates[index] ?? {};
          acts.push({ at: ms + late, act: () => rig.source.print(print).send() });
          // The corrected print keeps its place in time, under a number that sorts as the original does.
          const corrected = { ...print, price: print.price + 10_000, size: print.size + 1 };
          if (change === null) truth.push(print);
          else {
            if (!isCancel) truth.push(corrected);
            const { symbolId, time, price, size, id, flags } = print;
            const base = { symbolId, time, price, size, printId: id };
            const terms = { printId: id, price: corrected.price, size: corrected.size, flags };
            acts.push({
              at: ms + late + change,
              act: () =>
                rig.source.correct(
                  isCancel ? { ...base, kind: 'cancel' } : { ...base, kind: 'correct', corrected: terms },
                ),
            });
          }
        }
        for (const { at, act } of acts.toSorted((a, b) => a.at - b.at)) {
          rig.goTo(at);
          act();
        }
        rig.goTo(rig.nowMs + 61_500);
        const known = rig.minutes().filter((text) => !text.includes(' - '));
        expect(known.toSorted()).toEqual(naiveMinutes(truth, rig.start).toSorted());
        expect(rig.count('unmatchedCorrections')).toBe(0);
      }),
      { numRuns: soakCount(40, 2_000) },
    );
  });

  it('F47 without numbers are known by time, price and size', () => {
    const rig = new RouterRig();
    rig.goTo(1_000);
    const once = { time: rig.at(990), price: 100_000_000, size: 10 };
    rig.source
      .print(once)
      .print({ ...once, size: 11 })
      .print(once)
      .print({ ...once, time: rig.at(980) });
    rig.source.send();
    rig.goTo(1_300);
    expect(rig.rows).toEqual(['print 980 0 100 10 @0', 'print 990 0 100 10 @0', 'print 990 0 100 11 @0']);
    expect(rig.count('duplicates')).toBe(1);
  });
});
