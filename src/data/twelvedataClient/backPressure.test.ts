import { describe, expect, it } from 'vitest';
import { TradingStatus } from '../../domain/marketTables.js';
import { RouterRig } from '../../../test/support/routerRig.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);
const CAPACITY = 1_000;
/** Heartbeats of the five seconds without reading; they come whatever waits. */
const BEATS = 5;

/** A market whose reader does not come. */
function stalledRig(): RouterRig {
  return new RouterRig({ limits: { queuedRows: CAPACITY } });
}

/** Sends rows of each millisecond in [from, to), as messages of ten. */
function send(rig: RouterRig, from: number, to: number, row: (ms: number) => void): void {
  for (let ms = from; ms < to; ms += 1) {
    row(ms);
    if (ms % 10 === 9 || ms + 1 === to) {
      rig.clock.advance(10);
      rig.source.send();
    }
  }
}

describe('a reader that does not keep up', () => {
  it('costs quotes that were replaced first, and no print, halt or memory without end', () => {
    const rig = stalledRig();
    send(rig, 0, 20_000, (ms) => {
      if (ms % 100 === 0) rig.source.print({ time: rig.at(ms), price: usd(100), id: 1 + ms });
      else rig.source.quote(ms % 2, rig.at(ms), usd(99), usd(101) + ms);
      expect(rig.count('queuedRows')).toBeLessThanOrEqual(CAPACITY);
    });
    rig.clock.advance(1_000);
    rig.read();
    const prints = rig.rows.filter((row) => row.startsWith('print'));
    expect(prints).toHaveLength(200);
    expect(rig.rows.filter((row) => row.startsWith('quote')).at(-1)).toMatch(/^quote 19999 1 /);
    expect(rig.count('conflatedQuotes')).toBeGreaterThan(18_000);
    expect([rig.count('overflowedRows'), rig.of('gap').filter(({ cause }) => cause === 'overload').length]).toEqual([
      0, 0,
    ]);
  });

  it('then costs prints, which is told as a gap; halts still come through, and the newest quote stands', () => {
    const rig = stalledRig();
    rig.source.quote(0, rig.at(0), usd(99), usd(101)).send();
    send(rig, 0, 5_000, (ms) => rig.source.print({ time: rig.at(ms), price: usd(100), id: 1 + ms }));
    rig.source.status(0, rig.at(5_000), TradingStatus.HALTED);
    rig.source.quote(0, rig.at(5_000), usd(98), usd(102)).send();
    const queued = rig.count('queuedRows');
    expect(queued).toBeLessThanOrEqual(CAPACITY + 1 + BEATS);
    expect(queued + rig.count('overflowedRows')).toBe(5_000 + 2 + 1 + BEATS);
    rig.clock.advance(1_000);
    rig.read();
    const overload = rig.of('gap').filter(({ cause }) => cause === 'overload');
    expect(overload).toMatchObject([{ symbolIds: [0, 1], until: rig.at(6_000) }]);
    rig.goTo(6_500);
    expect(rig.rows.filter((row) => row.startsWith('status'))).toEqual(['status 5000 0 1']);
    expect(rig.rows.filter((row) => row.startsWith('quote')).at(-1)).toMatch(/ 98x102 @0$/);
    rig.source.print({ time: rig.at(6_500), price: usd(100), id: 9_999 }).send();
    rig.goTo(61_000);
    expect(rig.rows.at(-1)).toBe('print 6500 0 100 100 @0');
    expect(rig.minutes()[0]).toMatch(/^0 0 incomplete /);
  });

  it('cannot be filled with halts either', () => {
    const rig = stalledRig();
    for (let ms = 0; ms < 5_000; ms += 1) {
      rig.source.status(0, rig.at(ms), ms % 2 === 0 ? TradingStatus.HALTED : TradingStatus.TRADING);
    }
    rig.clock.advance(5_000);
    rig.source.send();
    expect(rig.count('queuedRows')).toBeLessThanOrEqual(CAPACITY * 1.25);
    expect(rig.count('overflowedRows')).toBeGreaterThan(0);
  });
});
