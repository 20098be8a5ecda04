import { describe, expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import { createSimulatedDay } from '../data/sim/simulatedDay.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { MarketStream } from '../domain/ports.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { streamOfBatches } from './tapeStream.js';

const date = parseDate('2026-11-23');

/** Every event as text, in order. */
function eventsOf(batch: MarketBatch): string[] {
  const next = batch.tables.map(() => 0);
  return [...(batch.order ?? [])].map((index) => {
    const table = batch.tables[index];
    const row = next[index] ?? 0;
    next[index] = row + 1;
    const price = table?.kind === 'print' ? table.price[row] : table?.kind === 'quote' ? table.bid[row] : 0;
    return `${table?.kind ?? ''} ${table?.time[row] ?? 0} ${table?.symbolId[row] ?? 0} ${price ?? 0}`;
  });
}

function read(stream: MarketStream, from: number, until: number, step: number): string[] {
  const events: string[] = [];
  for (let time = from; time <= until; time += step) {
    for (let batch = stream.readUntil(time, 100); batch.length > 0; batch = stream.readUntil(time, 100)) {
      expect(batch.tables.reduce((sum, table) => sum + table.length, 0)).toBe(batch.length);
      events.push(...eventsOf(batch));
    }
    expect(stream.peekTime()).toBeGreaterThan(time);
  }
  return events;
}

describe('a tape as a stream', () => {
  it('gives the recorded events in whatever portions they were written and are read', () => {
    const day = createSimulatedDay({ seed: 3, date });
    const until = day.start + 10 * MINUTE;
    const batches: MarketBatch[] = [];
    for (let time = day.start; time <= until; time += 7 * SECOND) batches.push(day.readUntil(time, 100_000));
    const whole = createSimulatedDay({ seed: 3, date });
    const expected = read(whole, day.start, until, 1.3 * SECOND).slice(0, batches.flatMap(eventsOf).length);
    expect(expected.length).toBeGreaterThan(300);
    const stream = streamOfBatches(day.symbols, batches.values());
    expect(read(stream, day.start, until, 1.3 * SECOND)).toEqual(expected);
    expect(stream.peekTime()).toBe(Infinity);
  });
});
