/** A session on a live market: its clock, its tape, kills, nights and week-ends, and data that are not good. */
import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { PapertapeError } from '../../src/domain/errors.js';
import { HOUR, MINUTE, SECOND } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import type { HistoryQuery } from '../../src/domain/ports.js';
import { PnlHistory, sessionInfo, strategyViews } from '../../src/host/sessionViews.js';
import { warmUpBars } from '../../src/host/warmUp.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import type { HistoricalCache } from '../../src/cache/historicalCache.js';
import type { MemoryHistory } from '../../src/cache/memoryHistory.js';
import { minuteBars } from '../conformance/historyStore.js';
import { WHOLE_MARKET } from '../support/WrittenSource.js';
import { required } from '../../src/utils/assert.js';
import { removeOldMarkets } from '../../src/host/retention.js';
import { emptyHistory, LIVE_MARKET, LiveRig, MONDAY_MORNING } from '../support/liveRig.js';
import { ManualClock } from '../support/ManualClock.js';
import { order, strategy } from '../support/sessionPlans.js';

const MONDAY = required(sessionOf(parseDate('2026-11-30')), 'the session of the day');
const NOBODY = { on: false, reason: '', user: '', since: null };
const info = (rig: LiveRig) => sessionInfo(rig.session, NOBODY);

/** Prices that wander, the same in every run: both symbols quoted and traded ten times a second. */
const wander =
  (rig: LiveRig) =>
  (step: number): void => {
    const price = 100 + Math.round(Math.sin(step / 40) * 200) / 100;
    rig.source.quote('AAPL', price - 0.01, price + 0.01);
    rig.source.print('AAPL', price, 100);
    rig.source.quote('MSFT', 2 * price - 0.01, 2 * price + 0.01);
    if (step % 3 === 0) rig.source.print('MSFT', 2 * price, 50);
  };

const buy = (symbol = 'AAPL') => order(symbol, 'buy', { quantity: 10 * SHARE });

describe('a session on a live market', () => {
  it('trades at market time, which follows the clock, and can be verified from its tape alone', async () => {
    const rig = await new LiveRig({
      plan: { strategies: [strategy('cross', 'sma-cross', ['AAPL'], { fast: 2, slow: 4, direction: 'longShort' })] },
    }).open();
    rig.pass(5_000, wander(rig));
    expect(rig.session.execute(buy())).toMatchObject({ ok: true });
    rig.pass(15 * 60_000, wander(rig), 1_000);
    const { kernel } = rig.session.composed;
    expect(rig.clock.now() - kernel.now).toBeLessThan(SECOND);
    expect(kernel.tracker.positions()).toMatchObject([{ symbolId: 0 }, {}]);
    expect(rig.records('fill').length).toBeGreaterThan(2);
    expect(info(rig)).toMatchObject({
      feed: 'alpaca',
      feedLabel: 'LIVE',
      simulated: false,
      controllable: false,
      sources: [{ feed: 'alpaca/sip', state: 'live', symbolsInUse: 2 }],
      clock: { tradingDate: '2026-11-30', phase: 'regular', speed: 1, paused: false },
    });
    rig.session.close();
    const report = rig.verify();
    expect(report).toMatchObject({ equal: true, difference: undefined });
    expect(report.counts.marketRows).toBeGreaterThan(3_000);
  });

  it('refuses to pause, to step and to hurry, and says what to do instead', async () => {
    const rig = await new LiveRig().open();
    for (const control of [
      { action: 'pause' },
      { action: 'resume' },
      { action: 'speed', speed: 60 },
      { action: 'step', micros: MINUTE },
    ] as const) {
      expect(() => rig.session.control(control)).toThrow(
        expect.objectContaining({ code: 'REQUEST_INVALID', remedy: expect.stringContaining('kill switch') }),
      );
    }
  });

  it.each([
    [{ source: 'alpaca/iex', coverage: 'venue', delay: 0 }, 'LIVE · ONE VENUE', 'oneVenue'],
    [{ source: 'twelvedata', coverage: 'sampled', delay: 0 }, 'LIVE · SAMPLED', 'sampled'],
    [{ source: 'alpaca/delayed_sip', coverage: 'consolidated', delay: 15 * MINUTE }, 'DELAYED 15 MIN', 'consolidated'],
  ] as const)('says what the data of %o are worth wherever its prices are', async (quality, label, coverage) => {
    const rig = await new LiveRig({ quality }).open();
    // Sampled prices are waited for longer: their times are whole seconds.
    rig.pass(4_000, wander(rig));
    rig.session.execute(buy());
    rig.pass(4_000, wander(rig));
    expect(info(rig).feedLabel).toBe(label);
    const [filled] = rig.records('venue').flatMap(({ event }) => (event.type === 'filled' ? [event] : []));
    expect(filled?.fill.receipt).toMatchObject({ feed: 'alpaca', coverage });
    // A delayed market is traded at its own time.
    const behind = rig.clock.now() - quality.delay - rig.session.composed.kernel.now;
    expect(behind).toBeGreaterThanOrEqual(0);
    expect(behind).toBeLessThan(3 * SECOND);
  });
});

describe('what a live session begins with and leaves', () => {
  const FRIDAY = required(sessionOf(parseDate('2026-11-27')), 'the session before');

  /** A cache with ten minutes before the early close of the Friday, and of this morning up to the present one. */
  async function withHistory(clock: ManualClock): Promise<MemoryHistory> {
    const history = createMemoryHistory(clock);
    const morning = clock.now() - (clock.now() % MINUTE);
    const starts = [FRIDAY.close - 10 * MINUTE, morning - 4 * MINUTE].flatMap((from, part) =>
      Array.from({ length: part === 0 ? 10 : 5 }, (_, minute) => from + minute * MINUTE),
    );
    const closes = starts.map((start, index) => [start, (100 + index) * DOLLAR] as const);
    const origin = { quality: WHOLE_MARKET, covered: [] };
    await history.merge('AAPL', minuteBars(closes), origin);
    return history;
  }

  const plan = {
    strategies: [strategy('cross', 'sma-cross', ['AAPL'], { fast: 2, slow: 4, direction: 'longShort' })],
  };

  it('warms its strategies up from the cache, without the minute under way, and is proven from its tape', async () => {
    const clock = new ManualClock(MONDAY_MORNING + 30_000);
    const history = { ...emptyHistory(), ...readable(await withHistory(clock)) };
    let rig = (await new LiveRig({ clock, plan, history }).open()).pass(100);
    const states = (): unknown[] => rig.records('strategy').map(({ state }) => state);
    expect(states()).toEqual(['warmingUp', 'running']);
    const [record] = rig.records('warmUp');
    const [bars] = warmUpBars(required(record, 'the warm-up'));
    const { time, length } = required(bars, 'its bars');
    expect([length, time[length - 1]]).toEqual([14, MONDAY_MORNING * 1_000]);
    rig.pass(3 * 60_000, wander(rig), 1_000);
    // Bars from prints follow those of history: the strategy decides at its first one.
    expect(rig.records('signal').length).toBeGreaterThan(0);
    rig = rig.killed();
    await rig.open();
    rig.pass(60_000, wander(rig), 1_000);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true, difference: undefined });
  });

  it('says whose indicators began with bars of the whole market, for want of those of its feed', async () => {
    const clock = new ManualClock(MONDAY_MORNING + 30_000);
    const history = { ...emptyHistory(), ...readable(await withHistory(clock)) };
    const quality = { ...WHOLE_MARKET, source: 'alpaca-iex', coverage: 'venue' } as const;
    const views = (rig: LiveRig) => strategyViews(rig.session, new PnlHistory(), new Map());
    const text = /^Indicators of AAPL begin with consolidated bars: there are none of alpaca-iex from before the start/;
    let rig = (await new LiveRig({ clock, plan, history, quality }).open()).pass(100);
    const told = rig.session.board.take().flatMap((update) => (update.topic === 'logs' ? update.data.lines : []));
    expect(told.filter(({ level }) => level === 'warn').map((line) => line.text)).toContainEqual(
      expect.stringMatching(text),
    );
    expect(views(rig)).toMatchObject([{ instanceId: 'cross', state: 'running', notice: expect.stringMatching(text) }]);
    // It is known from the tape, as long as the session lasts.
    rig = rig.killed();
    await rig.open();
    expect(views(rig)).toMatchObject([{ notice: expect.stringMatching(text) }]);
    rig.session.close();
    const whole = (await new LiveRig({ clock, plan, history }).open()).pass(100);
    expect(views(whole)).toMatchObject([{ state: 'running', notice: null }]);
    whole.session.close();
  });

  it('begins without history where there is none, and where nobody can be asked', async () => {
    const load: HistoricalCache['load'] = (query) =>
      Promise.reject(new PapertapeError(query.adjust === 'raw' ? 'DATA_MISSING' : 'SOURCE_KEY_REFUSED', 'no history'));
    for (const history of [emptyHistory(), { ...emptyHistory(), load }]) {
      const rig = (await new LiveRig({ plan, history }).open()).pass(100);
      expect(rig.records('warmUp')).toEqual([]);
      expect(rig.records('strategy').map(({ state }) => state)).toEqual(['warmingUp']);
      rig.session.close();
    }
  });

  it('begins anew when it was cut while it waited for history', async () => {
    const clock = new ManualClock(MONDAY_MORNING + 30_000);
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const load: HistoricalCache['load'] = ({ adjust }) => {
      if (adjust !== 'split') return Promise.reject(new PapertapeError('DATA_MISSING', 'no history'));
      begin();
      return new Promise(() => undefined);
    };
    const waiting = new LiveRig({ clock, plan, history: { ...emptyHistory(), load } });
    void waiting.open();
    await begun;
    const history = { ...emptyHistory(), ...readable(await withHistory(clock)) };
    const rig = (await new LiveRig({ clock, plan, history, disk: waiting.disk.copy() }).open()).pass(100);
    expect(rig.records('strategy').map(({ state }) => state)).toEqual(['warmingUp', 'running']);
    rig.session.close();
  });

  it('leaves the minutes that it saw in the cache', async () => {
    const clock = new ManualClock(MONDAY_MORNING + 30_000);
    const memory = createMemoryHistory(clock);
    const rig = await new LiveRig({ clock, history: { ...emptyHistory(), ...readable(memory) } }).open();
    rig.pass(4 * 60_000, wander(rig), 1_000);
    await rig.session.live?.market.stop();
    await rig.session.live?.seen.close();
    const series = { symbol: 'AAPL', kind: 'bar', timeframe: '1m', feed: undefined } as const;
    const starts = [...(await memory.times(series, MONDAY.open, MONDAY.close))];
    const first = MONDAY_MORNING * 1_000;
    // The minute in which the session began was not seen from its beginning.
    expect(starts).toEqual([1, 2, 3].map((minute) => first + minute * MINUTE));
    expect(await memory.stretches(series)).toMatchObject([{ from: first + MINUTE, to: first + 4 * MINUTE }]);
    rig.session.close();
  });
});

/** What of a store a session uses. */
function readable(history: MemoryHistory) {
  return {
    load: (query: HistoryQuery) => history.load(query),
    append: (...args: Parameters<MemoryHistory['append']>) => history.append(...args),
  };
}

describe('F01, I-14, I-15: a live session that is killed', () => {
  it('replays its rows, applies what was decided, marks the gap and goes on live', async () => {
    const plan = {
      strategies: [strategy('cross', 'sma-cross', ['AAPL'], { fast: 2, slow: 4, direction: 'longShort' })],
    };
    let rig = await new LiveRig({ plan }).open();
    rig.pass(6 * 60_000, wander(rig), 1_000);
    for (let life = 0; life < 4; life += 1) {
      expect(rig.session.execute(buy('MSFT'))).toMatchObject({ ok: true });
      rig.pass(2_500 + life * 330, wander(rig));
      const { kernel } = rig.session.composed;
      const before = { orders: rig.records('order').length, seq: rig.durable.at(-1)?.seq ?? 0, now: kernel.now };
      const positions = JSON.stringify(kernel.tracker.positions().map(({ quantity }) => quantity));
      rig = rig.killed();
      rig.clock.advance(20_000);
      await rig.open();
      // Everything durable is there again, and nothing was decided twice.
      expect(rig.recovered.at(-1)?.seq).toBeGreaterThanOrEqual(before.seq);
      expect(rig.session.composed.kernel.now).toBeLessThanOrEqual(before.now);
      expect(rig.records('order')).toHaveLength(before.orders);
      rig.pass(3_000, wander(rig));
      const gap = rig.records('marketNote').findLast(({ note }) => note.kind === 'gap' && note.cause === 'stopped');
      expect(gap?.note).toMatchObject({ symbolIds: [] });
      if (gap?.note.kind === 'gap') {
        expect(gap.note.until - gap.note.since).toBeGreaterThan(19 * SECOND);
        expect(gap.note.until - gap.note.since).toBeLessThan(24 * SECOND);
      }
      expect(JSON.stringify(rig.session.composed.kernel.tracker.positions().map(({ quantity }) => quantity))).toBe(
        positions,
      );
    }
    rig.pass(4 * 60_000, wander(rig), 1_000);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true, difference: undefined });
    const ids = rig.records('order').map(({ order: { clientOrderId } }) => clientOrderId);
    expect(new Set(ids.filter((id) => id.startsWith('mine-'))).size).toBe(4);
  });

  it('is refused with other symbols on the same day, and begins anew with --fresh', async () => {
    const rig = await new LiveRig().open();
    rig.pass(1_000, wander(rig));
    const market = { ...LIVE_MARKET, symbols: ['AAPL', 'TSLA'] };
    const other = new LiveRig({ clock: rig.clock, disk: rig.disk.copy(), plan: { market } });
    await expect(other.open()).rejects.toThrow(/has no TSLA/);
    const fresh = new LiveRig({ clock: rig.clock, disk: rig.disk.copy(), plan: { market, fresh: true } });
    expect((await fresh.open()).session.header.config.symbols).toEqual(['AAPL', 'TSLA']);
  });
});

describe('the days of a live session', () => {
  it('ends with the close of after hours, and the next one carries on the account', async () => {
    const rig = await new LiveRig().open();
    rig.pass(2_000, wander(rig));
    rig.session.execute(buy());
    rig.session.execute(
      order('MSFT', 'buy', { orderType: 'limit', limitPrice: 190 * DOLLAR, timeInForce: 'gtc', quantity: SHARE }),
    );
    rig.pass(3_000, wander(rig));
    rig.clock.advance((MONDAY.afterHoursClose - rig.clock.now()) / 1_000 - 2_000);
    rig.pass(1_000, wander(rig));
    expect(rig.session.ended).toBe(false);
    rig.pass(3_000, wander(rig));
    expect(rig.session.ended).toBe(true);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true, difference: undefined });

    await rig.open();
    const { config, market, follows } = rig.session.header;
    expect([market.date, follows, rig.names.length]).toEqual(['2026-12-01', rig.names[0], 2]);
    expect(info(rig).clock).toMatchObject({ phase: 'closed', nextPhase: 'premarket' });
    expect(rig.session.composed.kernel.tracker.positions()).toMatchObject([{ quantity: 10 * SHARE }]);
    // Through the night next to nothing is written, and the market is there in the morning.
    const written = rig.disk.usedBytes;
    rig.pass(7 * 3_600_000, () => undefined, 10_000);
    expect(rig.disk.usedBytes - written).toBeLessThan(2_000_000);
    rig.clock.advance((config.startTime + 13 * HOUR + 40 * MINUTE - rig.clock.now()) / 1_000);
    // What was to work on enters with the first price of its symbol, once, however often the session is started.
    expect(rig.session.composed.kernel.manager.openOrders()).toEqual([]);
    rig.session.close();
    await rig.open();
    rig.pass(3_000, wander(rig));
    rig.session.close();
    await rig.open();
    rig.pass(3_000, wander(rig));
    const gtc = { symbolId: 1, timeInForce: 'gtc', limitPrice: 190 * DOLLAR };
    expect(rig.session.composed.kernel.manager.openOrders()).toMatchObject([gtc]);
    expect(info(rig).clock).toMatchObject({ tradingDate: '2026-12-01', phase: 'regular' });
    expect(rig.session.execute(buy())).toMatchObject({ ok: true });
    rig.pass(3_000, wander(rig));
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true, difference: undefined });
  });

  it('keeps the kill switch of the day before on, also when it was cut before it could say so', async () => {
    let rig = await new LiveRig().open();
    rig.session.execute({ type: 'killSwitch', user: 'ann', on: true, flatten: false, reason: 'enough' });
    rig.clock.advance((MONDAY.afterHoursClose - rig.clock.now()) / 1_000 - 2_000);
    rig.pass(4_000, wander(rig));
    rig.session.close();
    // The process ends when the new tape has its first record and nothing else.
    rig.durable.push = () => {
      throw new Error('killed');
    };
    await expect(rig.open()).rejects.toThrow('killed');
    expect(rig.names).toHaveLength(2);
    for (let life = 0; life < 2; life += 1) {
      rig = rig.killed();
      await rig.open();
      expect(rig.session.composed.kernel.checks.killSwitchOn).toBe(true);
    }
    rig.pass(1_000);
    expect(rig.records('command')).toHaveLength(1);
    rig.session.close();
  });

  it('waits through a week-end and a holiday, and says so', async () => {
    // Friday, 2027-01-15, after the close of after hours; Monday is Martin Luther King Day.
    const clock = new ManualClock(Date.UTC(2027, 0, 16, 2));
    const rig = await new LiveRig({ clock }).open();
    rig.pass(1_000);
    expect(rig.session.header.market.date).toBe('2027-01-19');
    const lines = rig.session.board.take().flatMap((update) => (update.topic === 'logs' ? update.data.lines : []));
    expect(lines.map(({ text }) => text).join('\n')).toContain(
      'The market is closed. The next session begins with premarket on 2027-01-19 04:00:00 New York time.',
    );
    expect(info(rig).clock).toMatchObject({ phase: 'closed', nextPhase: 'premarket' });
  });

  it('ends a day that was not seen to its end, marks what is missing, and goes on with the next', async () => {
    const rig = await new LiveRig().open();
    rig.pass(2_000, wander(rig));
    rig.session.execute(buy());
    rig.pass(3_000, wander(rig));
    const next = rig.killed();
    next.clock.advance(24 * 3_600_000);
    await next.open();
    expect(next.names).toEqual(['live-2026-11-30-0001', 'live-2026-12-01-0002']);
    expect(next.records('position', next.names[0]).at(-1)).toMatchObject({ ended: true });
    const gap = next.records('marketNote', next.names[0]).findLast(({ note }) => note.kind === 'gap');
    expect(gap?.note).toMatchObject({ until: MONDAY.afterHoursClose, cause: 'stopped' });
    expect(next.verify(next.names[0])).toMatchObject({ equal: true });
    expect(next.session.composed.kernel.tracker.positions()).toMatchObject([{ quantity: 10 * SHARE }]);
  });
});

describe('retention', () => {
  it('K7: takes the market data of old tapes, keeps their decisions, and leaves the latest session whole', async () => {
    const rig = await new LiveRig().open();
    for (let day = 0; day < 3; day += 1) {
      rig.pass(3_000, wander(rig));
      rig.clock.advance(24 * 3_600_000);
      await rig.open();
    }
    const faults: unknown[] = [];
    const remove = (days: number) => removeOldMarkets(rig.disk, '/data', '2026-12-03', days, (e) => faults.push(e));
    expect(remove(30)).toEqual([]);
    expect(remove(2)).toEqual([{ sessionId: rig.names[0], segments: 1 }]);
    expect(remove(2)).toEqual([]);
    expect(remove(0).map(({ sessionId }) => sessionId)).toEqual(rig.names.slice(1, -1));
    expect(faults).toEqual([]);
    expect(rig.records('position', rig.names[0]).at(-1)).toMatchObject({ ended: true });
    // The account goes on all the same.
    rig.pass(3_000, wander(rig));
    rig.session.close();
    await rig.open();
    expect(rig.verify()).toMatchObject({ equal: true });
  });
});

describe('a live market that is not well', () => {
  it('F44: denies orders on stale prices, says which source is silent, keeps resting orders waiting', async () => {
    const rig = await new LiveRig().open();
    rig.pass(3_000, wander(rig));
    rig.session.execute(
      order('AAPL', 'buy', { orderType: 'limit', limitPrice: 99 * DOLLAR, quantity: SHARE, timeInForce: 'day' }),
    );
    rig.pass(64_000, () => undefined, 1_000);
    const denied = rig.session.execute(buy());
    expect(denied).toMatchObject({ ok: false, reason: 'STALE_PRICE' });
    expect(info(rig).sources[0]).toMatchObject({ state: 'stalled' });
    expect(rig.session.composed.kernel.manager.openOrders()).toHaveLength(1);
    rig.pass(2_000, wander(rig));
    expect(rig.session.execute(buy())).toMatchObject({ ok: true });
    expect(info(rig).sources[0]).toMatchObject({ state: 'live' });
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true });
  });

  it('names the reason of a source that failed', async () => {
    const rig = await new LiveRig().open();
    rig.pass(1_000, wander(rig));
    const error = new PapertapeError('SOURCE_KEY_REFUSED', 'alpaca/sip refuses the key.', {
      remedy: 'Make a new one.',
    });
    rig.source.state({ kind: 'failed', error });
    rig.pass(500);
    expect(info(rig).sources[0]).toMatchObject({
      state: 'failed',
      detail: 'does not work: alpaca/sip refuses the key. Make a new one.',
    });
    const lines = rig.session.board.take().flatMap((update) => (update.topic === 'logs' ? update.data.lines : []));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', text: expect.stringContaining('refuses the key') }),
    );
  });

  it('F48: a print that comes late changes no decision; what it changes is on the tape', async () => {
    const rig = await new LiveRig().open();
    rig.pass(70_000, wander(rig), 1_000);
    const inputs = rig.session.composed.kernel.inputSequence;
    rig.source.print('AAPL', 100.5, 700, rig.clock.now() - 30 * SECOND);
    rig.pass(100_000, wander(rig), 1_000);
    const revisions = rig.records('marketNote').filter(({ note }) => note.kind === 'revision');
    expect(revisions[0]?.note).toMatchObject({ symbolId: 0, reason: 'late' });
    expect(rig.session.composed.kernel.inputSequence).toBeGreaterThan(inputs);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true });
  });

  it.each([HOUR, -HOUR, 24 * HOUR])('F53: a clock that is set by %i µs ends no day', async (by) => {
    const clock = new (class extends ManualClock {
      offset = 0;
      override now(): number {
        return super.now() + this.offset;
      }
    })(MONDAY_MORNING);
    const rig = await new LiveRig({ clock }).open();
    const steady = () => MONDAY_MORNING * 1_000 + clock.monotonicMs() * 1_000;
    /** The source tells true times, whatever this machine's clock says. */
    const trade = (): void => {
      rig.source.quote('AAPL', 99.99, 100.01, steady());
      rig.source.print('AAPL', 100, 100, steady());
    };
    rig.pass(2_000, trade);
    clock.offset = by;
    rig.pass(10_000, trade);
    expect(rig.session.ended).toBe(false);
    expect(Math.abs(rig.session.composed.kernel.now - steady())).toBeLessThan(SECOND);
    expect(rig.session.execute(buy())).toMatchObject({ ok: true });
    rig.pass(1_000, trade);
    expect(rig.records('fill')).toHaveLength(1);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true });
  });
});
