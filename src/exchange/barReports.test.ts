/** When what a bar decided is reported: latency counts in whole bars on the way back, too. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../domain/timeframe.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';
import type { RigOptions } from './testing/ExchangeRig.js';

const MS = 1000;
const BAR = [100, 101, 99, 100] as const;
const ASKS = [100.02, 101.02, 99.02, 100.02] as const;

/** What has been reported so far, in whole milliseconds after a time of the day. */
function reported({ events, now }: ExchangeRig, clock: string): string[] {
  return events.map(({ type, time }) => `${type} ${(time - at(clock)) / MS} by ${(now - at(clock)) / MS}`);
}

/** The rig's events by type, as of its present time. */
function types({ events }: ExchangeRig): string[] {
  return events.map(({ type }) => type);
}

function opened(options: RigOptions = {}): ExchangeRig {
  const rig = new ExchangeRig(options);
  rig.bar('09:31', BAR);
  return rig;
}

describe('the report of what a bar decided', () => {
  it.each(['papertape', 'strict', 'alpaca'])('is there at its end under %s', (preset) => {
    const rig = opened({ preset });
    rig.submit();
    rig.bar('09:32', BAR);
    expect(types(rig)).toEqual(['accepted', 'filled']);
    const [fill] = rig.fills;
    expect(fill?.time).toBe(at('09:32'));
    expect(fill?.reportTime).toBe(at('09:32'));
    expect(fill?.receipt.reportLatency).toBe(0);
  });

  it('is there at the end of a daily bar', () => {
    const rig = new ExchangeRig();
    rig.advance('09:29');
    rig.submit();
    rig.bar('16:00', BAR, 100_000, '1d');
    expect(types(rig)).toEqual(['accepted', 'activated', 'filled']);
    expect(rig.fills[0]?.reportTime).toBe(at('16:00'));
  });

  it('is there at the end of a quote bar that a limit rested through', () => {
    const rig = new ExchangeRig();
    rig.instant('09:31', rig.quoteBarRow(BAR, 500, ASKS, 500));
    rig.submit({ limit: 99.5 });
    rig.instant('09:32', rig.quoteBarRow(BAR, 500, ASKS, 500));
    rig.instant('09:33', rig.quoteBarRow(BAR, 500, ASKS, 500));
    expect(types(rig)).toEqual(['accepted', 'filled']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basis: 'quoteBar', reportLatency: 0 });
  });

  it('is there with that of a stop which the bar elects, and of what else it ends', () => {
    const rig = opened({ overrides: { participationBps: 0 } });
    rig.submit({ stop: 100.5 });
    rig.submit({ limit: 90, timeInForce: 'ioc' });
    rig.bar('09:32', BAR);
    expect(types(rig)).toEqual(['accepted', 'accepted', 'canceled', 'triggered', 'filled']);
  });

  it('is there for the exits that look at the bar of their entry, and what their end means for the group', () => {
    const rig = opened({ overrides: { participationBps: 0 } });
    rig.submit({ profit: 102, loss: 99.5 });
    rig.bar('09:32', BAR);
    const expected = ['accepted', 'held', 'held', 'filled', 'accepted', 'accepted', 'triggered', 'filled', 'canceled'];
    expect(types(rig)).toEqual(expected);
    expect(rig.fills.map(({ receipt }) => receipt.reportLatency)).toEqual([0, 0]);
  });

  it('is there for the last close of a session that stands for the closing auction', () => {
    const rig = new ExchangeRig();
    rig.bar('15:40', BAR);
    rig.submit({ timeInForce: 'cls' });
    rig.bar('15:59', BAR);
    rig.instant('16:00');
    expect(types(rig)).toEqual(['accepted', 'filled']);
  });

  it('comes the latency after the start of the bar, where that is longer', () => {
    const rig = opened({ overrides: { reportLatency: 90 * SECOND } });
    rig.submit();
    rig.bar('09:32', BAR);
    rig.advance('09:32:30.039');
    expect(types(rig)).toEqual([]);
    rig.advance('09:32:30.040');
    // That of the acceptance, 40 ms after 09:31, comes before: at 09:32:30.040.
    expect(reported(rig, '09:31')).toEqual(['accepted 40 by 90040', 'filled 60000 by 90040']);
    expect(rig.fills[0]?.receipt.reportLatency).toBe(30_040 * MS);
  });

  it('comes its latency after the start of the bar, where no other report is before it', () => {
    const rig = opened({ overrides: { orderLatency: 0, reportLatency: 90 * SECOND } });
    rig.submit({ limit: 99.5 });
    rig.bar('09:35', [100, 101, 99.9, 100]);
    rig.bar('09:36', BAR);
    rig.advance('09:36:29.999');
    expect(types(rig)).toEqual(['accepted']);
    rig.advance('09:36:30');
    expect(types(rig)).toEqual(['accepted', 'filled']);
    expect(rig.fills[0]?.receipt.reportLatency).toBe(30 * SECOND);
  });

  it('overtakes none that was sent before it', () => {
    const rig = opened();
    rig.submit();
    rig.advance('09:31:59.950');
    rig.submit({ limit: 90 });
    rig.bar('09:32', BAR);
    // The limit was accepted at 09:31:59.990, which is known 40 ms later.
    expect(types(rig)).toEqual(['accepted']);
    rig.advance('09:32:00.030');
    expect(types(rig)).toEqual(['accepted', 'accepted', 'filled']);
    expect(rig.fills[0]?.receipt.reportLatency).toBe(30 * MS);
  });

  it('is due at the same time after a restart, that of a quote too', () => {
    const rig = opened({ overrides: { reportLatency: 90 * SECOND } });
    rig.submit();
    rig.bar('09:32', BAR);
    for (const write of [
      (copy: ExchangeRig['exchange']) => copy.restore(JSON.parse(JSON.stringify(rig.exchange.snapshot()))),
      (copy: ExchangeRig['exchange']) => {
        copy.restore(JSON.parse(JSON.stringify(rig.exchange.snapshot())));
        copy.restoreWorking(JSON.parse(JSON.stringify(rig.exchange.workingState())));
      },
    ]) {
      const copy = rig.sibling();
      write(copy);
      expect(copy.reports.listDues()).toEqual(rig.exchange.reports.listDues());
      expect(copy.reports.due).toBe(at('09:32:30.040'));
    }
  });
});

describe('the report of what no bar decided takes its latency', () => {
  it('on quotes', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 100, 500, 100.02, 500);
    rig.submit();
    rig.advance('09:31:00.079');
    expect(types(rig)).toEqual([]);
    rig.advance('09:31:00.080');
    expect(types(rig)).toEqual(['accepted', 'filled']);
    expect(rig.fills[0]?.receipt.reportLatency).toBe(40 * MS);
  });

  it('on prints', () => {
    const rig = new ExchangeRig();
    rig.print('09:31', 100, 500);
    rig.submit();
    rig.print('09:32', 100, 500);
    expect(types(rig)).toEqual(['accepted']);
    rig.advance('09:32:00.040');
    expect(types(rig)).toEqual(['accepted', 'filled']);
  });

  it('on a quote that a stop takes which a bar has elected', () => {
    const rig = new ExchangeRig({ overrides: { participationBps: 0 } });
    rig.quote('09:31', 100, 500, 100.02, 500);
    rig.submit({ stop: 100.5 });
    rig.instant('09:32', rig.barRow(BAR));
    expect(types(rig)).toEqual(['accepted', 'triggered']);
    rig.advance('09:32:00.040');
    expect(types(rig)).toEqual(['accepted', 'triggered', 'filled']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basis: 'nbbo', reportLatency: 40 * MS });
  });

  it('of acceptances and cancels on bars', () => {
    const rig = opened();
    const order = rig.submit({ limit: 90 });
    rig.advance('09:31:30');
    rig.cancel(order);
    rig.advance('09:31:30.079');
    expect(types(rig)).toEqual(['accepted']);
    rig.advance('09:31:30.080');
    expect(types(rig)).toEqual(['accepted', 'canceled']);
  });
});
