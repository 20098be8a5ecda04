import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../../domain/errors.js';
import { RouterRig } from '../../../test/support/routerRig.js';
import { consolidated, ScriptedHistory } from '../../../test/support/ScriptedFeed.js';

const usd = (dollars: number): number => Math.round(dollars * 1_000_000);
const BAR = { open: usd(100), high: usd(104), low: usd(98), close: usd(101), volume: 12_345 };

/** Lets what asynchronous history has to say come in. */
async function answered(rig: RouterRig, history: ScriptedHistory, requests: number): Promise<void> {
  for (let turn = 0; turn < 100 && history.requests.length < requests; turn += 1) await Promise.resolve();
  expect(history.requests).toHaveLength(requests);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  rig.read();
}

function rigWithHistory(symbols: readonly string[] = ['AAA']): { rig: RouterRig; history: ScriptedHistory } {
  const history = new ScriptedHistory(consolidated('history'));
  return { rig: new RouterRig({ symbols, history }), history };
}

/** A print every second from one second to another. */
function trade(rig: RouterRig, from: number, to: number): void {
  for (let second = from; second < to; second += 1) {
    rig.goTo(second * 1000);
    rig.source.print({ time: rig.at(second * 1000), price: usd(100), size: 1, id: second + 1 }).send();
  }
}

describe('gaps', () => {
  it('F46 mark their minutes, are filled from history once it has them, and are told', async () => {
    const { rig, history } = rigWithHistory();
    history.bars.set('AAA', [
      { start: rig.at(0), ...BAR },
      { start: rig.at(60_000), ...BAR },
    ]);
    trade(rig, 0, 50);
    rig.source.state({ kind: 'connecting', attempt: 1 });
    rig.goTo(70_000);
    expect(rig.minutes()).toEqual(['0 0 incomplete 100 100 100 100 50 one']);
    rig.source.live();
    rig.source.gap(rig.at(49_000), rig.at(70_000));
    trade(rig, 70, 125);
    expect(
      rig
        .of('gap')
        .map(({ since, until, cause }) => [since, until, cause])
        .slice(-3),
    ).toEqual([
      [rig.at(49_000), undefined, 'noSource'],
      [rig.at(49_000), rig.at(70_000), 'noSource'],
      [rig.at(49_000), rig.at(70_000), 'source'],
    ]);
    expect(history.requests).toEqual([]);
    trade(rig, 125, 136);
    await answered(rig, history, 1);
    expect(history.requests[0]).toEqual({
      symbol: 'AAA',
      kind: 'bar',
      timeframe: '1m',
      from: rig.at(0),
      to: rig.at(120_000),
      priority: 'live',
    });
    expect(rig.minutes()).toEqual([
      '0 0 backfilled 100 104 98 101 12345 history*',
      '0 1 backfilled 100 104 98 101 12345 history*',
    ]);
    const [first] = rig.of('revision');
    expect(first).toMatchObject({ reason: 'backfill', before: { state: 'incomplete', figures: { volume: 50 } } });
    trade(rig, 136, 185);
    expect(rig.minutes().at(-1)).toBe('0 2 complete 100 100 100 100 60 one*');
    expect(history.requests).toHaveLength(1);
  });

  it('F46 in which nothing was traded are filled with nothing', async () => {
    const { rig, history } = rigWithHistory();
    trade(rig, 0, 60);
    rig.source.gap(rig.at(60_000), rig.at(119_000));
    rig.goTo(140_000);
    await answered(rig, history, 1);
    expect(rig.minutes()).toEqual(['0 0 complete 100 100 100 100 60 one*', '0 1 backfilled - history*']);
  });

  it('F46 are asked for again after a fault that may pass, and given up after some', async () => {
    const { rig, history } = rigWithHistory();
    history.fail = new PapertapeError('SOURCE_UNAVAILABLE', 'The history did not answer.');
    trade(rig, 0, 10);
    rig.source.gap(rig.at(1_000), rig.at(2_000));
    for (const [request, second] of [76, 92, 123, 184].entries()) {
      rig.goTo(second * 1000);
      await answered(rig, history, request + 1);
    }
    const [failed, ...others] = rig.of('backfillFailed');
    expect(others).toEqual([]);
    expect(failed).toMatchObject({ symbolId: 0, since: rig.at(0), until: rig.at(60_000), error: history.fail });
    expect(rig.minutes()).toEqual(['0 0 incomplete 100 100 100 100 10 one']);
    rig.goTo(400_000);
    expect(history.requests).toHaveLength(4);
  });

  it('F46 are not asked for again when the history refuses them', async () => {
    const { rig, history } = rigWithHistory();
    history.fail = new PapertapeError('SOURCE_PLAN_REFUSED', 'The plan has no history.');
    rig.source.gap(rig.at(0), rig.at(0) + 1);
    rig.goTo(80_000);
    await answered(rig, history, 1);
    rig.goTo(400_000);
    expect([history.requests.length, rig.of('backfillFailed').length]).toEqual([1, 1]);
  });

  it('of many symbols are told as one and asked for one by one', async () => {
    const symbols = ['AAA', 'BBB', 'CCC'];
    const { rig, history } = rigWithHistory(symbols);
    rig.goTo(5_000);
    rig.source.gap(rig.at(1_000), rig.at(5_000));
    expect(rig.of('gap').at(-1)?.symbolIds).toEqual([0, 1, 2]);
    rig.goTo(80_000);
    await answered(rig, history, 3);
    expect(history.requests.map(({ symbol }) => symbol)).toEqual(symbols);
  });

  it('before the first subscription leave the first minute incomplete', () => {
    const rig = new RouterRig({ symbols: ['AAA'], isLive: false });
    rig.goTo(20_000);
    rig.source.live();
    trade(rig, 20, 122);
    expect(rig.minutes()).toEqual(['0 0 incomplete 100 100 100 100 40 one', '0 1 complete 100 100 100 100 60 one*']);
  });

  it('end with the market: a backfill that runs is abandoned', async () => {
    const { rig, history } = rigWithHistory();
    rig.source.gap(rig.at(0), rig.at(1_000));
    rig.goTo(80_000);
    await rig.market.stop();
    expect(history.requests.length).toBeLessThanOrEqual(1);
    expect(rig.of('backfillFailed')).toEqual([]);
  });
});
