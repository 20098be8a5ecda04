import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../../domain/errors.js';
import { RouterRig } from '../../../test/support/routerRig.js';
import { consolidated, ScriptedHistory } from '../../../test/support/ScriptedFeed.js';
import { soakCount } from '../../../test/soak.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);
const FEEDS = [consolidated('first'), consolidated('second')];
const LIMITS = { silenceRegular: 5_000_000, failback: 10_000_000 };

/** Both sources print every 100 ms from `from` to `to`, as long as they are to be heard; the clock goes along. */
function trade(rig: RouterRig, from: number, to: number, speaking: (ms: number, source: number) => boolean): void {
  for (let ms = from; ms < to; ms += 100) {
    rig.goTo(ms);
    rig.sources.forEach((source, index) => {
      if (!speaking(ms, index)) return;
      source.print({ time: rig.at(ms), price: usd(100), size: 1, id: 1 + ms, exchange: 78 });
      source.quote(0, rig.at(ms), usd(99 - index), usd(101 + index)).send();
    });
  }
}

const sourcesOf = (rows: readonly string[]): string[] =>
  rows.filter((row) => row.startsWith('print')).map((row) => row.slice(row.indexOf('@') + 1));

describe('failover', () => {
  it('F44 a silent socket: stale, the next source takes over in the minute, and back with patience', () => {
    const rig = new RouterRig({ symbols: ['AAA'], feeds: FEEDS, limits: LIMITS });
    trade(rig, 0, 121_000, (ms, source) => source === 1 || ms < 20_000 || ms > 40_000);
    expect(rig.of('source').map(({ from, to, at }) => [from, to, (at - rig.start) / 1000])).toEqual([
      [undefined, 0, -249.999],
      [0, 1, 24_750.001],
      // Well again at 40.1 s, used again ten seconds later, with the next minute.
      [1, 0, 60_000],
    ]);
    expect(rig.of('state').filter(({ stale }) => stale)).toHaveLength(1);
    expect(rig.count('silences')).toBe(1);
    // Rows that came of the second while the first was trusted are missing: at once told, and in the minute.
    expect(rig.of('gap').at(-1)).toEqual({
      kind: 'gap',
      symbolIds: [0],
      since: rig.at(19_900),
      until: rig.at(24_750.001),
      cause: 'failover',
    });
    expect(rig.minutes()).toEqual([
      '0 0 incomplete 100 100 100 100 552 first+second',
      '0 1 complete 100 100 100 100 600 first*',
    ]);
    const used = sourcesOf(rig.rows).join('');
    expect(used).toMatch(/^0+1+0+$/);
    expect(rig.market.states().map(({ symbolsInUse, isStale }) => [symbolsInUse, isStale])).toEqual([
      [1, false],
      [0, false],
    ]);
  });

  it('F44 a closed connection: the next source takes over at once and nothing is lost', () => {
    const rig = new RouterRig({ symbols: ['AAA'], feeds: FEEDS, limits: LIMITS });
    trade(rig, 0, 20_000, () => true);
    const error = new PapertapeError('SOURCE_UNAVAILABLE', 'The feed closed.');
    rig.source.state({ kind: 'waiting', attempt: 1, retryAt: rig.at(21_000), error });
    trade(rig, 20_000, 61_000, (_ms, source) => source === 1);
    expect(sourcesOf(rig.rows)).toHaveLength(607);
    expect(rig.of('gap').filter(({ cause }) => cause === 'failover')).toEqual([]);
    // Whole, but of two feeds: not the bar of either, nor a figure of the market.
    expect(rig.minutes()).toEqual(['0 0 complete 100 100 100 100 600 first+second']);
  });

  it('F44 a source that takes over with a gap of its own leaves the minute incomplete', () => {
    const rig = new RouterRig({ symbols: ['AAA'], feeds: FEEDS, limits: LIMITS });
    trade(rig, 0, 10_000, () => true);
    rig.other(1).state({ kind: 'connecting', attempt: 1 });
    trade(rig, 10_000, 10_100, (_ms, source) => source === 0);
    rig.other(1).live();
    trade(rig, 10_100, 10_200, () => true);
    rig.source.state({ kind: 'connecting', attempt: 1 });
    trade(rig, 10_200, 61_000, (_ms, source) => source === 1);
    expect(rig.minutes()).toEqual(['0 0 incomplete 100 100 100 100 599 first+second']);
    expect(rig.of('gap').at(-1)).toMatchObject({ until: rig.at(10_000), cause: 'failover' });
    // The first is back; the second told of a loss a moment before the first fails again.
    rig.source.live();
    trade(rig, 61_000, 121_100, () => true);
    rig.other(1).gap(rig.at(121_000), rig.at(121_100));
    rig.source.state({ kind: 'connecting', attempt: 1 });
    trade(rig, 121_100, 181_000, (_ms, source) => source === 1);
    expect(rig.of('gap').at(-1)).toMatchObject({ until: rig.at(121_100), cause: 'failover' });
    expect(rig.minutes().at(-1)).toMatch(/^0 2 incomplete /);
  });

  it('F44 with no other source the symbol is dark: its quote is void, its minutes incomplete, its price old', () => {
    const rig = new RouterRig({ symbols: ['AAA'], limits: LIMITS });
    trade(rig, 0, 10_000, () => true);
    expect(rig.market.qualityOf(0)).toMatchObject({ source: 0, isStale: false, age: 300_000 });
    rig.goTo(70_000);
    expect(rig.rows.at(-1)).toBe('quote 14800.001 0 0x0 !1 @255');
    expect(rig.market.qualityOf(0)).toMatchObject({
      source: undefined,
      quality: consolidated('one'),
      isStale: true,
      lastTime: rig.at(9_900),
      age: 60_100_000,
    });
    expect(rig.of('gap').at(-1)).toMatchObject({ since: rig.at(9_900), until: undefined, cause: 'silence' });
    expect(rig.minutes()).toEqual(['0 0 incomplete 100 100 100 100 100 one']);
    trade(rig, 70_000, 71_000, () => true);
    expect(rig.of('gap').at(-1)).toMatchObject({ since: rig.at(9_900), until: rig.at(70_000), cause: 'silence' });
    expect(rig.market.qualityOf(0).isStale).toBe(false);
    expect(rig.rows.findLast((row) => row.startsWith('quote'))).toMatch(/ 99x101 @0$/);
  });

  it('F45 stays as it is through 500 reconnects: nothing gathers, and all that is wanted was said once', async () => {
    const history = new ScriptedHistory(consolidated('history'));
    const rig = new RouterRig({ symbols: ['AAA', 'BBB'], history });
    const error = new PapertapeError('SOURCE_UNAVAILABLE', 'The feed closed.');
    for (let cycle = 0; cycle < 500; cycle += 1) {
      const ms = rig.nowMs;
      rig.source.print({ time: rig.at(ms), price: usd(100), id: cycle + 1 }).send();
      rig.source.state({ kind: 'waiting', attempt: 1, retryAt: rig.clock.now(), error });
      rig.goTo(ms + 1_000);
      rig.source.state({ kind: 'connecting', attempt: 1 });
      rig.source.live();
      rig.source.gap(rig.at(ms), rig.clock.now());
      rig.goTo(ms + 2_000);
      await Promise.resolve();
      expect([rig.clock.pending, rig.count('queuedRows') < 10]).toEqual([1, true]);
    }
    expect(rig.source.wanted).toEqual([['AAA', 'BBB']]);
    expect(rig.rows.filter((row) => row.startsWith('print'))).toHaveLength(500);
    // Thousand seconds of gaps, asked for five minutes at a time.
    expect(
      history.requests.map(({ symbol, from, to }) => [symbol, (from - rig.start) / 60e6, (to - rig.start) / 60e6]),
    ).toEqual([0, 5, 10].flatMap((minute) => ['AAA', 'BBB'].map((symbol) => [symbol, minute, minute + 5])));
    expect(rig.count('gaps')).toBe(500);
  });

  it('gives a refused symbol to the next source, and others not', () => {
    const rig = new RouterRig({ feeds: FEEDS });
    rig.source.listener.onSymbol('BBB', 'refused', 'not in the plan');
    const quality = (id: number): string | undefined => rig.market.qualityOf(id).quality?.source;
    expect([quality(0), quality(1)]).toEqual(['first', 'second']);
    expect(rig.of('symbol').at(-1)).toMatchObject({ symbolId: 1, state: 'refused', reason: 'not in the plan' });
  });

  it('keeps one-venue and sampled prices apart from figures of the market', () => {
    const feeds = [
      { source: 'alpaca/iex', coverage: 'venue', delay: 0 },
      { source: 'twelvedata', coverage: 'sampled', delay: 0 },
    ] as const;
    const rig = new RouterRig({ symbols: ['AAA'], feeds });
    rig.source.print({ time: rig.at(0), price: usd(100), id: 1 }).send();
    rig.goTo(60_500);
    rig.source.send();
    rig.source.state({ kind: 'connecting', attempt: 1 });
    rig
      .other(1)
      .print({ time: rig.at(60_450), price: usd(100), size: 0, flags: 3 })
      .send();
    // A sampled feed has a window of two seconds.
    rig.goTo(122_500);
    expect(rig.minutes().slice(0, 2)).toEqual([
      '0 0 complete 100 100 100 100 100 alpaca/iex',
      '0 1 complete 100 100 100 100 0 twelvedata',
    ]);
    expect(rig.market.qualityOf(0).quality?.coverage).toBe('sampled');
  });

  it('never mixes two sources in the prints of a symbol, whatever fails when (F44)', () => {
    const change = fc.record({
      after: fc.integer({ min: 100, max: 20_000 }),
      source: fc.integer({ min: 0, max: 1 }),
      isLive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const history = new ScriptedHistory(consolidated('history'));
        const rig = new RouterRig({ symbols: ['AAA'], feeds: FEEDS, limits: LIMITS, history });
        let ms = 0;
        const live = [true, true];
        for (const { after, source, isLive } of changes) {
          trade(rig, ms, ms + after, (_ms, index) => live[index] === true);
          ms += Math.ceil(after / 100) * 100;
          live[source] = isLive;
          if (isLive) rig.other(source).state({ kind: 'live', since: rig.clock.now() });
          else rig.other(source).state({ kind: 'connecting', attempt: 1 });
        }
        trade(rig, ms, ms + 61_000, (_ms, index) => live[index] === true);
        const prints = rig.rows.filter((row) => row.startsWith('print'));
        const times = prints.map((row) => Number(row.split(' ')[1]));
        expect(new Set(times).size).toBe(times.length);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        // Each stretch of one source is one that an event announced.
        const switches = rig.of('source').filter(({ to }) => to !== undefined);
        for (const row of prints) {
          const [, time = '', source = ''] = /^print (\S+) .*@(\d)$/.exec(row) ?? [];
          const inForce = switches.findLast(({ at }) => at <= rig.at(Number(time)));
          expect(`${inForce?.to}`).toBe(source);
        }
        // A minute without a gap or a change has all its prints.
        for (const minute of rig.minutes()) {
          if (minute.includes(' complete ')) expect(minute).toMatch(/ 600 \S+$/);
        }
      }),
      { numRuns: soakCount(25, 1_000) },
    );
  });
});
