import { describe, expect, it } from 'vitest';
import { PrintFlag, QuoteFlag } from '../../domain/marketTables.js';
import { RouterRig } from '../../../test/support/routerRig.js';
import { consolidated } from '../../../test/support/ScriptedFeed.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);

/** Prints of one symbol, one a second from the first second on; each in a message of its own. */
function prints(rig: RouterRig, dollars: readonly number[], from = 1): void {
  dollars.forEach((price, index) => {
    const ms = (from + index) * 1000;
    rig.goTo(ms);
    rig.source.print({ time: rig.at(ms), price: usd(price), id: from + index }).send();
  });
}

const pricesOf = (rig: RouterRig): (string | undefined)[] => rig.rows.map((row) => row.split(' ')[3]);
const outcomes = (rig: RouterRig): [string, number][] => rig.of('band').map(({ outcome, price }) => [outcome, price]);

describe('spikes', () => {
  it.each([
    ['×100', 10_000],
    ['÷100', 1],
    ['a decimal shift', 10],
    ['−99.97 % for one tick', 0.03],
  ])('F51 %s is held and never reaches the reader', (_name, spike) => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    prints(rig, [100, 100.5, spike, 100.2, 100.3, 100.4, 100.5]);
    rig.goTo(61_000);
    expect(pricesOf(rig)).toEqual(['100', '100.5', '100.2', '100.3', '100.4', '100.5']);
    expect(outcomes(rig)).toEqual([
      ['held', usd(spike)],
      ['discarded', usd(spike)],
    ]);
    expect([rig.count('heldPrints'), rig.count('discardedPrints'), rig.count('confirmedPrints')]).toEqual([1, 1, 0]);
    expect(rig.minutes()).toEqual(['0 0 complete 100 100.5 100 100.5 600 one*']);
    expect(rig.market.qualityOf(0).lastTime).toBe(rig.at(7_000));
  });

  it('F51 a new level is confirmed by the prints that follow it; those before are told as late', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    prints(rig, [100, 150, 151, 150.5, 150.8, 151.2]);
    expect(outcomes(rig)).toEqual([
      ['held', usd(150)],
      ['confirmed', usd(150.8)],
    ]);
    rig.goTo(61_000);
    // The confirming print is in time; what it confirmed had been held for too long to be filled on.
    expect(pricesOf(rig)).toEqual(['100', '150.8', '151.2']);
    expect(rig.count('latePrints')).toBe(3);
    expect(rig.minutes()).toEqual(['0 0 complete 100 151.2 100 151.2 600 one*']);
  });

  it('F51 within the window a confirmed level is as if it had never been held', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    for (const [index, price] of [100, 150, 151, 150.5, 150.8].entries()) {
      rig.source.print({ time: rig.at(index * 10), price: usd(price), id: index + 1 });
    }
    rig.source.send();
    rig.goTo(1_000);
    expect(pricesOf(rig)).toEqual(['100', '150', '151', '150.5', '150.8']);
    expect(rig.count('latePrints')).toBe(0);
  });

  it('F51 a second source confirms at once', () => {
    const rig = new RouterRig({ symbols: ['AAA'], feeds: [consolidated('one'), consolidated('two')] });
    const [one, two] = [rig.source, rig.other(1)];
    const both = (ms: number, price: number): void => {
      rig.goTo(ms);
      two.print({ time: rig.at(ms), price: usd(price), id: ms }).send();
      one.print({ time: rig.at(ms), price: usd(price), id: ms }).send();
    };
    both(1000, 100);
    for (const ms of [1010, 1020, 1030, 1040]) two.print({ time: rig.at(ms), price: usd(130), id: ms });
    two.send();
    one.print({ time: rig.at(1010), price: usd(130), id: 1010 }).send();
    rig.goTo(2_000);
    expect(pricesOf(rig)).toEqual(['100', '130']);
  });

  it('F51 a level is discarded by another level, and after a while', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    prints(rig, [100, 500, 5]);
    rig.goTo(30_000);
    expect(outcomes(rig)).toEqual([
      ['held', usd(500)],
      ['discarded', usd(500)],
      ['held', usd(5)],
    ]);
    rig.goTo(70_000);
    expect(outcomes(rig).at(-1)).toEqual(['discarded', usd(5)]);
    expect(pricesOf(rig)).toEqual(['100']);
  });

  it('F51 a repeated spike confirms nothing, and volume-only or doubtful prints are no spikes', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    prints(rig, [100]);
    for (let copy = 0; copy < 9; copy += 1) rig.source.print({ time: rig.at(1_100), price: usd(900), id: 7 });
    rig.source.print({ time: rig.at(1_100), price: usd(900), id: 8, flags: PrintFlag.VOLUME });
    rig.source.print({ time: rig.at(1_100), price: usd(900), id: 9, flags: 7 | PrintFlag.SUSPICIOUS }).send();
    rig.goTo(2_000);
    expect(rig.of('band')).toHaveLength(1);
    expect(rig.count('duplicates')).toBe(8);
    expect(rig.rows).toHaveLength(3);
    expect(rig.market.qualityOf(0).lastTime).toBe(rig.at(1_000));
  });

  it('F51 a first price without a reference needs witnesses: later prints, or the quote', () => {
    const rig = new RouterRig({ references: [] });
    rig.goTo(1_000);
    rig.source.print({ time: rig.at(1_000), price: usd(50), id: 1 });
    rig.source.quote(1, rig.at(1_000), usd(49.9), usd(50.1));
    rig.source.print({ symbolId: 1, time: rig.at(1_000), price: usd(50), id: 1 }).send();
    rig.goTo(2_000);
    expect(rig.rows).toEqual(['quote 1000 1 49.9x50.1 @0', 'print 1000 1 50 100 @0']);
    expect(rig.of('band').filter(({ symbolId }) => symbolId === 0)).toMatchObject([{ outcome: 'held', reference: 0 }]);
  });

  it('F50 crossed quotes are not firm, locked ones are; quotes beyond the band are doubtful, stubs are not', () => {
    const rig = new RouterRig({ symbols: ['AAA'] });
    prints(rig, [100]);
    const quotes: [number, number][] = [
      [99, 101],
      [101, 99],
      [100, 100],
      [150, 151],
      [10, 11],
      [0.01, 199_999],
      [0, 101],
      [99, 0],
    ];
    quotes.forEach(([bid, ask], index) => rig.source.quote(0, rig.at(1_100 + index), usd(bid), usd(ask)));
    rig.source.send();
    rig.goTo(2_000);
    const { NOT_FIRM, SUSPICIOUS } = QuoteFlag;
    expect(rig.rows.slice(1).map((row) => Number(/!(\d+)/.exec(row)?.[1] ?? 0))).toEqual([
      0,
      NOT_FIRM,
      0,
      SUSPICIOUS,
      SUSPICIOUS,
      0,
      0,
      0,
    ]);
    expect([rig.count('crossedQuotes'), rig.count('implausibleQuotes')]).toEqual([1, 2]);
  });
});
