import { describe, expect, it } from 'vitest';
import { PrintFlag, TradingStatus } from '../../domain/marketTables.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { RouterRig } from '../../../test/support/routerRig.js';
import { consolidated, ScriptedFeed } from '../../../test/support/ScriptedFeed.js';
import { openLiveMarket } from './streamRouter.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);

describe('order', () => {
  it('gives rows after the window, by time, kind and symbol', () => {
    const rig = new RouterRig();
    rig.goTo(1000);
    const { source } = rig;
    source.print({ symbolId: 1, time: rig.at(990), price: usd(101), id: 1 });
    source.print({ symbolId: 0, time: rig.at(990), price: usd(100), id: 1 });
    source.quote(1, rig.at(990), usd(100), usd(102));
    source.status(1, rig.at(990), TradingStatus.HALTED);
    source.print({ symbolId: 0, time: rig.at(980), price: usd(99), id: 2 });
    source.send();
    expect(rig.market.peekTime()).toBe(Infinity);
    rig.clock.advance(235);
    rig.read();
    expect(rig.rows).toEqual(['print 980 0 99 100 @0']);
    rig.goTo(1300);
    expect(rig.rows.slice(1)).toEqual([
      'status 990 1 1',
      'quote 990 1 100x102 @0',
      'print 990 0 100 100 @0',
      'print 990 1 101 100 @0',
    ]);
  });

  it('never splits an instant, and stops where the reader says', () => {
    const rig = new RouterRig();
    for (const time of [100, 100, 100, 200, 300]) {
      rig.source.print({ time: rig.at(time), price: usd(100), id: 1 + rig.source.rows.length });
    }
    rig.source.send();
    rig.clock.advance(1_000);
    const lengths = [rig.market.readUntil(rig.at(250), 2), rig.market.readUntil(rig.at(250), 2)].map(
      ({ length }) => length,
    );
    expect(lengths).toEqual([3, 1]);
    expect(rig.market.peekTime()).toBe(rig.at(300));
    expect(rig.market.readUntil(Infinity, 10).length).toBeGreaterThan(0);
  });

  it('settles at the distance of the window, and never goes back', () => {
    const rig = new RouterRig({ window: 400_000 });
    rig.clock.advance(1_000);
    expect(rig.market.settledTime()).toBe(rig.at(600));
    rig.clock.advance(-500);
    expect(rig.market.settledTime()).toBe(rig.at(600));
    rig.clock.advance(600);
    expect(rig.market.settledTime()).toBe(rig.at(700));
  });

  it('keeps a delayed feed at the distance of its delay', () => {
    const delayed = { ...consolidated('late/sip'), delay: 900_000_000 };
    const rig = new RouterRig({ feeds: [delayed] });
    rig.clock.advance(1_000);
    expect(rig.market.settledTime()).toBe(rig.at(-899_250));
    rig.source.print({ time: rig.at(-899_200), price: usd(100), id: 1 }).send();
    rig.goTo(1_100);
    expect(rig.rows).toEqual(['print -899200 0 100 100 @0']);
    expect(rig.market.states()[0]?.lag).toBeLessThan(250_000);
  });

  it('refuses feeds of different delays, which cannot stand in for one another', () => {
    const feeds = [consolidated('now'), { ...consolidated('late'), delay: 900_000_000 }];
    expect(() => new RouterRig({ feeds })).toThrow(/now \(0 s late\) and late \(900 s late\)/);
  });

  it('goes on after a restart where the session was, and tells what is missing', () => {
    const after = new RouterRig().at(-90_000);
    const rig = new RouterRig({ after });
    rig.source.print({ time: after, price: usd(100), id: 1 });
    rig.source.print({ time: rig.at(-100), price: usd(100), id: 2 }).send();
    rig.goTo(500);
    expect(rig.rows).toEqual(['print -100 0 100 100 @0']);
    expect(rig.of('gap')).toContainEqual({
      kind: 'gap',
      symbolIds: [0],
      since: after,
      until: rig.start,
      cause: 'noSource',
    });
  });

  it('asks sources for the symbols, maps their ids, and counts those that nobody wants', () => {
    const clock = new ManualClock();
    const source = new ScriptedFeed(clock, consolidated('one'), ['ZZZ']);
    const market = openLiveMarket({
      symbols: ['AAA', 'BBB'],
      sources: [{ source, priority: 0 }],
      clock,
      references: [usd(100), usd(100)],
    });
    expect(source.wanted).toEqual([['AAA', 'BBB']]);
    source.live();
    source.symbols.push('BBB');
    source.listener.onSymbol('BBB', 'subscribed', undefined);
    source.print({ symbolId: 0, time: clock.now(), price: usd(100), id: 1 });
    source.print({ symbolId: 1, time: clock.now(), price: usd(100), id: 2 }).send();
    clock.advance(1_000);
    const [, , prints] = market.readUntil(Infinity, 10).tables;
    expect([prints?.length, prints?.symbolId[0]]).toEqual([1, 1]);
    expect(market.counters()['refusedSymbol']).toBe(1);
  });

  it('ends after its last row when it is stopped', async () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 }).send();
    await rig.market.stop();
    expect([rig.source.stopped, rig.clock.pending]).toEqual([true, 0]);
    expect(rig.market.states().map(({ state }) => state.kind)).toEqual(['stopped']);
    expect(rig.of('gap').filter(({ until }) => until === undefined)).toHaveLength(1);
    rig.read();
    expect(rig.rows).toEqual(['print 0 0 100 100 @0']);
    rig.source.print({ time: rig.at(10), price: usd(100), id: 2 }).send();
    rig.clock.advance(1_000);
    expect(rig.market.peekTime()).toBe(Infinity);
  });

  it('says with a heartbeat that the channel lives while nothing comes (R9)', () => {
    const rig = new RouterRig();
    rig.goTo(3_100);
    const beats = rig.count('heartbeats');
    expect(beats).toBe(3);
    rig.source.state({ kind: 'stalled', since: rig.clock.now() });
    rig.goTo(6_000);
    expect(rig.count('heartbeats')).toBe(beats);
  });
});

describe('rows that come late', () => {
  it('F48 prints stay out of the stream and are told as a correction of their minute', () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 }).send();
    rig.goTo(59_000);
    rig.source.print({ time: rig.at(59_000), price: usd(101), id: 2 }).send();
    rig.goTo(61_000);
    rig.source.print({ time: rig.at(30_000), price: usd(105), size: 7, id: 3 });
    rig.source.print({ time: rig.at(40_000), price: usd(99), size: 1, id: 4, flags: PrintFlag.VOLUME }).send();
    rig.goTo(62_000);
    expect(rig.rows).toHaveLength(2);
    expect(rig.count('latePrints')).toBe(2);
    expect(rig.of('late')).toEqual([
      { kind: 'late', symbolId: 0, prints: 2, earliest: rig.at(30_000), latest: rig.at(40_000) },
    ]);
    const [revision, ...others] = rig.of('revision');
    expect(others).toEqual([]);
    expect(revision).toMatchObject({
      reason: 'late',
      before: { figures: { open: usd(100), high: usd(101), low: usd(100), close: usd(101), volume: 200 } },
      minute: { figures: { open: usd(100), high: usd(105), low: usd(100), close: usd(101), volume: 208 } },
    });
    expect(revision?.minute).toMatchObject({ state: 'complete', isMarketWide: true, start: rig.start });
  });

  it('F48 a print that is late for the stream but not for its minute revises the minute when it is over', () => {
    const rig = new RouterRig();
    rig.goTo(10_000);
    rig.source.print({ time: rig.at(10_000), price: usd(100), id: 1 }).send();
    rig.goTo(20_000);
    rig.source.print({ time: rig.at(11_000), price: usd(102), id: 2 }).send();
    rig.goTo(59_000);
    expect(rig.of('revision')).toEqual([]);
    rig.source.send();
    rig.goTo(61_000);
    expect(
      rig.events.flatMap((event) => (event.kind === 'minute' || event.kind === 'revision' ? [event.kind] : [])),
    ).toEqual(['minute', 'revision']);
    expect(rig.minutes()).toEqual(['0 0 complete 100 102 100 102 200 one*']);
  });

  it('a late quote stands from now on if it is the newest, else it says nothing', () => {
    const rig = new RouterRig();
    rig.goTo(1_000);
    rig.source.quote(0, rig.at(900), usd(99), usd(101)).send();
    rig.goTo(2_000);
    rig.source.quote(0, rig.at(1_000), usd(98), usd(102));
    rig.source.quote(0, rig.at(800), usd(97), usd(103)).send();
    rig.goTo(2_500);
    expect(rig.rows).toEqual(['quote 900 0 99x101 @0', 'quote 1750.001 0 98x102 @0']);
    expect([rig.count('lateQuotes'), rig.count('restampedQuotes')]).toEqual([2, 1]);
  });

  it('a late halt is in force from now on, and the same halt of another source is no second one', () => {
    const rig = new RouterRig({ feeds: [consolidated('one'), consolidated('two')] });
    rig.goTo(2_000);
    rig.source.status(0, rig.at(500), TradingStatus.LULD_PAUSE).send();
    rig.other(1).status(0, rig.at(500), TradingStatus.LULD_PAUSE).send();
    rig.goTo(3_000);
    rig.other(1).status(0, rig.at(2_990), TradingStatus.TRADING).send();
    rig.source.status(0, rig.at(2_980), TradingStatus.HALTED).send();
    rig.goTo(4_000);
    expect(rig.rows).toEqual(['status 1750.001 0 2', 'status 2990 0 0']);
    expect([rig.count('duplicates'), rig.count('restampedStatuses')]).toEqual([1, 1]);
  });

  it('drops what is from the future or too old', () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(60_000), price: usd(100), id: 1 });
    rig.source.print({ time: rig.at(60_001), price: usd(100), id: 2 });
    rig.source.print({ time: rig.at(-16 * 60_000), price: usd(100), id: 3 }).send();
    expect([rig.count('fromFuture'), rig.count('tooOld')]).toEqual([1, 1]);
    rig.goTo(61_000);
    expect(rig.rows).toEqual(['print 60000 0 100 100 @0']);
  });
});

describe('cancels and corrections (X8)', () => {
  it('change what nobody has read yet', () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 });
    rig.source.print({ time: rig.at(10), price: usd(110), id: 2 }).send();
    rig.source.correct({ kind: 'cancel', symbolId: 0, time: rig.at(10), printId: 2, price: usd(110), size: 100 });
    const corrected = { printId: 3, price: usd(101), size: 50, flags: PrintFlag.HIGH_LOW | PrintFlag.LAST };
    rig.source.correct({
      kind: 'correct',
      symbolId: 0,
      time: rig.at(0),
      printId: 1,
      price: usd(100),
      size: 100,
      corrected,
    });
    rig.goTo(500);
    expect(rig.rows).toEqual(['print 0 0 101 50 @0']);
    expect(rig.of('correction').map(({ wasRead }) => wasRead)).toEqual([false, false]);
  });

  it('revise the minutes of what was read, and are counted', () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 });
    rig.source.print({ time: rig.at(10), price: usd(110), id: 2 });
    rig.source.print({ time: rig.at(20), price: usd(102), id: 0, size: 9 }).send();
    rig.goTo(59_000);
    rig.source.send();
    rig.goTo(61_000);
    const base = { symbolId: 0, price: usd(110), size: 100 };
    rig.source.correct({ ...base, kind: 'cancel', time: rig.at(10), printId: 2 });
    rig.source.correct({ ...base, kind: 'cancel', time: rig.at(20), printId: 0, price: usd(102), size: 9 });
    rig.source.correct({
      ...base,
      kind: 'correct',
      time: rig.at(0),
      printId: 1,
      corrected: { printId: 5, price: usd(101), size: 30, flags: 7 },
    });
    rig.goTo(62_000);
    expect(rig.minutes()).toEqual(['0 0 complete 101 101 101 101 30 one*']);
    expect([rig.count('cancels'), rig.count('corrections'), rig.count('unmatchedCorrections')]).toEqual([2, 1, 0]);
    expect(rig.of('correction').every(({ wasRead }) => wasRead)).toBe(true);
  });

  it('leave the minute incomplete when the print is not known', () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 }).send();
    rig.goTo(59_000);
    rig.source.send();
    rig.goTo(61_000);
    rig.source.correct({ kind: 'cancel', symbolId: 0, time: rig.at(5), printId: 77, price: usd(1), size: 1 });
    rig.goTo(62_000);
    expect(rig.count('unmatchedCorrections')).toBe(1);
    expect(rig.minutes()).toEqual(['0 0 incomplete 100 100 100 100 100 one']);
  });
});

describe('bars of a vendor', () => {
  const bar = { open: usd(100), high: usd(103), low: usd(99), close: usd(101), volume: 5_000 };

  it('are compared with the minutes built, and fill those that miss something', () => {
    const rig = new RouterRig();
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 }).send();
    rig.goTo(20_000);
    rig.source.gap(rig.at(5_000), rig.at(15_000));
    rig.source.send();
    rig.goTo(60_100);
    rig.source.bar({ start: rig.start, ...bar }).send();
    rig.goTo(61_000);
    expect(rig.minutes()).toEqual(['0 0 backfilled 100 103 99 101 5000 one*', '1 0 incomplete - ']);
    rig.source.print({ time: rig.at(61_000), price: usd(100), id: 2 }).send();
    rig.goTo(121_000);
    const flat = { start: rig.at(60_000), open: usd(100), high: usd(100), low: usd(100), close: usd(100), volume: 100 };
    rig.source.bar(flat).send();
    expect([rig.count('barsConfirmed'), rig.count('barsDiffering')]).toEqual([1, 0]);
    rig.source.bar({ ...flat, volume: 400 }).send();
    expect(rig.minutes()[2]).toBe('0 1 complete 100 100 100 100 100 one*');
    rig.source.bar({ ...flat, volume: 400 }, 1).send();
    expect(rig.minutes()[2]).toBe('0 1 complete 100 100 100 100 400 one*');
    expect(rig.count('barsDiffering')).toBe(2);
  });

  it('go to the reader instead where a source is used for them', () => {
    const rig = new RouterRig({ bars: 'stream', window: 2_000_000 });
    rig.goTo(60_900);
    rig.source.bar({ start: rig.start, ...bar }).send();
    rig.goTo(70_000);
    expect(rig.rows).toEqual(['bar 60000 0 101 5000']);
    expect(rig.minutes()).toEqual(['0 0 complete 100 103 99 101 5000 one*']);
  });
});
