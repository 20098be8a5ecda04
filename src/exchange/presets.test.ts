import { describe, expect, it } from 'vitest';
import { feePlanOf } from './fees/feePlans.js';
import { PRESETS, presetOf } from './presets.js';
import { versionOf } from './preset.js';
import { at, ExchangeRig, usd } from './testing/ExchangeRig.js';

describe('the presets', () => {
  it.each(Object.keys(PRESETS))('%s is complete: its name and fee plan resolve', (name) => {
    const preset = presetOf(name);
    expect(preset.name).toBe(name);
    expect(feePlanOf(preset.feePlan).data.name).toBe(preset.feePlan);
  });

  it('refuse an unknown name, naming those there are', () => {
    expect(() => presetOf('nobody')).toThrow(expect.objectContaining({ code: 'PRESET_UNKNOWN' }));
    expect(() => presetOf('toString')).toThrow(expect.objectContaining({ code: 'PRESET_UNKNOWN' }));
  });
});

describe('lean', () => {
  const lean = (date = '2013-10-07', feePlan = 'lean-interactive-brokers'): ExchangeRig =>
    new ExchangeRig({ preset: 'lean', feePlan, startTime: at('09:00', date) });

  it('fills market orders at once, on the quote bar that has just ended (rule 3)', () => {
    const rig = lean();
    rig.instant(
      '09:31',
      rig.quoteBarRow([144.7, 144.8, 144.6, 144.77], 100, [144.71, 144.9, 144.7, 144.78], 100),
      rig.barRow([144.75, 144.85, 144.7, 144.76]),
    );
    rig.submit({ shares: 688 });
    expect(rig.events.map((event) => [event.type, event.time])).toEqual([
      ['accepted', at('09:31')],
      ['filled', at('09:31')],
    ]);
    expect(rig.fillList).toEqual(['688 @ 144.78']);
    // 688 × 0.005 = 3.44, above the minimum of 1.00.
    expect(rig.exchange.account('main').fees).toBe(usd(3.44));
    rig.instant(
      '09:32',
      rig.quoteBarRow([144.7, 144.8, 144.6, 144.71], 100, [144.71, 144.9, 144.7, 144.73], 100),
      rig.barRow([144.75, 144.85, 144.7, 144.76]),
    );
    rig.submit({ shares: 688, side: 'sell' });
    expect(rig.fillList.at(-1)).toBe('688 @ 144.71');
  });

  it('fills them at the close of the trade bar where there are no quotes', () => {
    const rig = lean();
    rig.bar('10:00', [144, 146, 143, 145], 1000, '1h');
    rig.submit({ shares: 687 });
    expect(rig.fillList).toEqual(['687 @ 145']);
    expect(rig.exchange.account('main').fees).toBe(usd(3.435));
  });

  it('turns a market order after the close into one for the next open, on daily bars (rule 3, 6)', () => {
    const rig = lean('2013-10-08');
    rig.bar(at('16:00', '2013-10-08'), [144, 146, 143, 143.5], 1000, '1d');
    const order = rig.submit({ shares: 697 });
    rig.bar(at('16:00', '2013-10-09'), [143.7, 145, 143, 144], 1000, '1d');
    expect(rig.fillList).toEqual(['697 @ 143.7']);
    expect(rig.types(order)).toEqual(['accepted', 'filled']);
    expect(rig.fills[0]?.receipt.rule).toBe('session-open');
  });

  it('turns one during the session into one for the close, on daily bars', () => {
    const rig = lean('2013-10-08');
    rig.bar(at('16:00', '2013-10-08'), [144, 146, 143, 143.5], 1000, '1d');
    rig.advance(at('12:00', '2013-10-09'));
    rig.submit({ shares: 10 });
    rig.bar(at('16:00', '2013-10-09'), [143.7, 145, 143, 144], 1000, '1d');
    expect(rig.fillList).toEqual(['10 @ 144']);
  });

  it('fills a stop below the market at the next open (rule 5), with the minimum fee (rule 7)', () => {
    const rig = lean('2021-03-01');
    rig.bar(at('12:00', '2021-03-01'), [386, 389, 385, 388], 1000, '1h');
    rig.submit({ shares: 1, stop: 386 });
    expect(rig.fillList).toEqual([]);
    rig.bar(at('13:00', '2021-03-01'), [388.25, 390, 388, 389], 1000, '1h');
    expect(rig.fillList).toEqual(['1 @ 388.25']);
    expect(rig.exchange.account('main').fees).toBe(usd(1));
  });

  it('fills limits on trade bars from the next one on, although quotes are known (rule 4)', () => {
    const rig = lean();
    rig.instant('09:31', rig.quoteBarRow([99, 99, 99, 99], 100, [99, 99, 99, 99], 100), rig.barRow([99, 99, 99, 99]));
    rig.submit({ limit: 98 });
    rig.instant('09:32', rig.quoteBarRow([97, 97, 97, 97], 100, [97, 97, 97, 97], 100), rig.barRow([98.5, 99, 98, 99]));
    expect(rig.fillList).toEqual([]);
    rig.bar('09:33', [98.5, 99, 97.99, 98]);
    expect(rig.fillList).toEqual(['100 @ 98']);
  });

  it('judges a stop-limit by the far side of whole quote bars: beyond the stop, and the close within the limit', () => {
    const rig = lean();
    const bar = (clock: string, high: number, close: number): void =>
      rig.instant(
        clock,
        rig.quoteBarRow([99, high - 0.5, 98, close - 0.5], 100, [99, high, 98, close], 100),
        rig.barRow([99, 120, 80, 99]),
      );
    bar('09:31', 99, 99);
    const order = rig.submit({ stop: 100, limit: 101 });
    // At the stop is not beyond it; what was traded does not matter.
    bar('09:32', 100, 99.5);
    expect(rig.types(order)).toEqual(['accepted']);
    // Elected, and the close is not within the limit.
    bar('09:33', 103, 101);
    expect(rig.types(order)).toEqual(['accepted', 'triggered']);
    // From then on every bar whose close is: at the limit, or at the high if that is lower.
    bar('09:34', 100.75, 100.25);
    expect(rig.fillList).toEqual(['100 @ 100.75']);
    expect(rig.fills[0]?.receipt).toMatchObject({ rule: 'stop-limit-close', basis: 'quoteBar' });
  });

  it('fills a trailing stop at the worse of stop and close, and lets it follow after it was judged', () => {
    const rig = lean();
    rig.bar('10:00', [100, 100, 100, 100], 1000, '1h');
    rig.submit({ shares: 100 });
    const order = rig.submit({ side: 'sell', trailBy: 1 });
    // Behind the last close: 99. The bar's high moves it to 101 although its close is below that.
    rig.bar('11:00', [100, 102, 99.5, 100.5], 1000, '1h');
    expect(rig.types(order)).toEqual(['accepted']);
    rig.bar('12:00', [101.5, 103, 100.5, 100.75], 1000, '1h');
    expect(rig.fillList.at(-1)).toBe('100 @ 100.75');
    expect(rig.fills.at(-1)?.receipt.rule).toBe('trailing-stop-close');
  });

  it('fills the rest of a trailing stop at the market once it was elected, wherever the price goes', () => {
    const rig = new ExchangeRig({ preset: 'lean+papertape.participation', feePlan: 'zero', cash: 1_000_000 });
    rig.bar('10:00', [100, 100, 100, 100], 100_000, '1h');
    rig.submit({ shares: 1000 });
    rig.bar('11:00', [100, 100, 100, 100], 100_000, '1h');
    const order = rig.submit({ side: 'sell', shares: 1000, trailBy: 1 });
    // A tenth of the volume: 400 shares of the bar that elects it.
    rig.bar('12:00', [100, 100, 98, 98.5], 4000, '1h');
    expect(rig.fillList.at(-1)).toBe('400 @ 98.5');
    // Far above the stop by now; at an open the bar before says how much there is.
    rig.bar('13:00', [105, 106, 104, 105], 100_000, '1h');
    rig.bar('14:00', [106, 107, 106, 107], 100_000, '1h');
    expect(rig.fillList.slice(1)).toEqual(['400 @ 98.5', '400 @ 105', '200 @ 106']);
    expect(rig.types(order).at(-1)).toBe('filled');
  });

  it('lets a changed order look at the bar that has just ended, if that began after the order', () => {
    const rig = lean();
    rig.bar('10:00', [100, 100, 100, 100], 1000, '1h');
    const order = rig.submit({ limit: 98 });
    rig.replace(order, { limit: 99.5 });
    expect(rig.fillList).toEqual([]);
    rig.bar('11:00', [100, 101, 99, 100], 1000, '1h');
    expect(rig.fillList).toEqual(['100 @ 99.5']);
    const next = rig.submit({ limit: 98 });
    rig.bar('12:00', [100, 101, 99, 100], 1000, '1h');
    rig.replace(next, { limit: 99.25 });
    expect(rig.fillList.at(-1)).toBe('100 @ 99.25');
    // It looked at the bar before the change; decided and arrived it has with the change.
    const receipt = rig.fills.at(-1)?.receipt;
    expect([receipt?.decidedAt, receipt?.arrivedAt]).toEqual([at('12:00'), at('12:00')]);
  });

  it('tells the latency of a changed order that fills days later, or keeps its place, as it was', () => {
    const rig = lean();
    rig.bar('10:00', [100, 100, 100, 100], 1000, '1h');
    const order = rig.submit({ limit: 98, timeInForce: 'gtc' });
    rig.bar(at('10:00', '2013-10-10'), [100, 100, 99, 100], 1000, '1h');
    const changed = rig.replace(order, { limit: 98.5 });
    rig.bar(at('11:00', '2013-10-10'), [100, 100, 99, 100], 1000, '1h');
    rig.replace(changed, { shares: 60 });
    rig.bar(at('12:00', '2013-10-11'), [99, 99, 98, 99], 1000, '1h');
    expect(rig.fillList).toEqual(['60 @ 98.5']);
    const receipt = rig.fills.at(-1)?.receipt;
    expect([receipt?.decidedAt, receipt?.arrivedAt]).toEqual([at('10:00', '2013-10-10'), at('10:00', '2013-10-10')]);
  });

  it('moves a trailing stop with a changed distance behind the extreme of the bar that has just ended', () => {
    const rig = lean();
    rig.bar('10:00', [100, 100, 100, 100], 1000, '1h');
    const order = rig.submit({ side: 'sell', trailBy: 5 });
    rig.bar('11:00', [100, 110, 106, 108], 1000, '1h');
    rig.bar('12:00', [108, 109, 106, 108], 1000, '1h');
    // 109 − 3 = 106, not 110 − 3: only the last bar counts.
    const next = rig.replace(order, { trailBy: 3 });
    rig.bar('13:00', [108, 108, 106.5, 108], 1000, '1h');
    expect(rig.fillList).toEqual([]);
    rig.bar('14:00', [108, 108, 106, 107], 1000, '1h');
    expect(rig.fillList).toEqual(['100 @ 106']);
    expect(rig.types(next)).toContain('filled');
  });

  it('never ends what is good till canceled', () => {
    const days = (preset: string): readonly string[] => {
      const rig = new ExchangeRig({ preset, startTime: at('09:00', '2013-01-02') });
      rig.bar(at('16:00', '2013-01-02'), [100, 100, 100, 100], 1000, '1d');
      const order = rig.submit({ limit: 50, timeInForce: 'gtc' });
      rig.bar(at('16:00', '2013-06-03'), [100, 100, 100, 100], 1000, '1d');
      return rig.types(order);
    };
    expect(days('lean')).not.toContain('canceled');
    expect(days('backtesting.py')).not.toContain('canceled');
    expect(days('papertape')).toContain('canceled');
  });

  it('lets one order take the position from long to short', () => {
    const rig = lean();
    rig.bar('10:00', [100, 100, 100, 100], 1000, '1h');
    rig.submit({ shares: 100 });
    rig.submit({ side: 'sell', shares: 250 });
    expect(rig.exchange.account('main').positions()).toMatchObject([{ quantity: -150_000_000, cost: usd(-15_000) }]);
  });
});

describe('backtesting.py', () => {
  const open = (feePlan: string): ExchangeRig =>
    new ExchangeRig({ preset: 'backtesting.py', feePlan, cash: 10_000, startTime: at('09:00', '2004-11-15') });
  const daily = (rig: ExchangeRig, date: string, price: number): void =>
    rig.bar(at('16:00', date), [price, price + 1, price - 1, price], 1000, '1d');
  const allIn = { shares: 0, sizeAtFill: { fraction: 1 } };

  it('goes all-in at the fill price, commission per unit included, and short the same way', () => {
    const rig = open('relative-20bps');
    daily(rig, '2004-11-16', 170);
    rig.submit({ ...allIn, side: 'sell' });
    daily(rig, '2004-11-17', 169.02);
    // 10,000 ÷ (169.02 × 1.002) = 59.05; commission 59 × 169.02 × 0.002 = 19.94436.
    expect(rig.fillList).toEqual(['59 @ 169.02']);
    expect(rig.exchange.account('main').fees).toBe(usd(19.94436));
    rig.submit({ shares: 59 });
    rig.submit(allIn);
    daily(rig, '2004-11-18', 179.13);
    // Closed first: 10,000 − 59 × 10.11 − 19.94436 − 59 × 179.13 × 0.002 = 9,362.4283.
    // ÷ (179.13 × 1.002) = 52.16.
    expect(rig.fillList).toEqual(['59 @ 169.02', '59 @ 179.13', '52 @ 179.13']);
    expect(rig.fills[1]?.entries.find((entry) => entry.account === 'realisedPnl')?.amount).toBe(usd(596.49));
  });

  it('cancels an all-in order that cannot pay for one unit', () => {
    const rig = open('zero');
    daily(rig, '2004-11-16', 10_001);
    const order = rig.submit(allIn);
    daily(rig, '2004-11-17', 10_001);
    expect(rig.types(order)).toEqual(['accepted', 'activated', 'canceled']);
  });

  it('fills limits that are only touched, at the open if that is better', () => {
    const rig = open('zero');
    daily(rig, '2004-11-16', 100);
    rig.submit({ shares: 10, limit: 98 });
    rig.submit({ shares: 10, limit: 99.123 });
    daily(rig, '2004-11-17', 99);
    expect(rig.fillList).toEqual(['10 @ 98', '10 @ 99']);
  });
});

describe('a preset with costs behind its name', () => {
  it.each([
    ['cancels', 'would outlive what it opens', 'position', ['4 @ 100']],
    ['carries out by two fills', 'are for what it opens', 'ownTrade', ['4 @ 100', '4 @ 99', '6 @ 99', '6 @ 95']],
  ] as const)('%s an entry that would cross at its fill where its exits %s', (_, __, exitsClose, fills) => {
    const overrides = { exitsClose };
    const rig = new ExchangeRig({ preset: 'backtesting.py', feePlan: 'zero', cash: 100_000, overrides });
    rig.bar('10:00', [100, 101, 99.5, 100]);
    rig.submit({ shares: 4, side: 'sell' });
    const entry = rig.submit({ shares: 10, limit: 99, profit: 104, loss: 95 });
    rig.bar('10:01', [100, 100, 98.5, 99]);
    expect(rig.types(entry)).toContain(exitsClose === 'position' ? 'canceled' : 'filled');
    rig.bar('10:02', [99, 105, 94, 100]);
    expect(rig.fillList).toEqual(fills);
  });

  it('charges its spread on who takes, never beyond a limit', () => {
    const rig = new ExchangeRig({ preset: 'papertape+spread.100bps', feePlan: 'zero', cash: 100_000 });
    rig.bar('10:00', [100, 101, 99.5, 100], 100_000);
    rig.submit({ shares: 100, limit: 99 });
    rig.bar('10:01', [100, 100, 98, 98.5], 100_000);
    rig.advance('10:02');
    expect(rig.fillList).toEqual(['100 @ 99']);
    expect(() => presetOf('papertape+margin.5000bps')).toThrow('No preset');
  });

  it('charges its spread on what opens a position, by notional as by quantity, and on nothing else', () => {
    const rig = new ExchangeRig({ preset: 'backtesting.py+spread.100bps', feePlan: 'zero', cash: 100_000 });
    rig.bar('10:00', [100, 100, 100, 100], 1000, '1h');
    rig.submit({ shares: 0, notional: usd(10_100) });
    rig.bar('11:00', [100, 100, 100, 100], 1000, '1h');
    expect(rig.fillList).toEqual(['100 @ 101']);
    rig.submit({ side: 'sell', shares: 0, notional: usd(5_000) });
    rig.bar('12:00', [100, 100, 100, 100], 1000, '1h');
    expect(rig.fillList.at(-1)).toBe('50 @ 100');
  });

  it('has scenarios of its own', () => {
    const preset = presetOf('backtesting.py+spread.20bps+strict');
    expect(preset.name).toBe('backtesting.py+spread.20bps+strict');
    expect(preset.participationBps).toBe(presetOf('strict').participationBps);
    expect(presetOf('papertape+slippage.5bps').slippage).toEqual({ kind: 'fixedBps', bps: 5 });
    const inDollars = presetOf('papertape+slippage.0.05usd');
    expect(inDollars.slippage).toEqual({ kind: 'fixedAmount', amount: 50_000 });
    expect(inDollars.description).toContain('Taking costs 0.05 dollars a share.');
    const ofSome = presetOf('lean+slippage.SPY,BRK.B.0.05usd+leverage.4');
    expect(ofSome.slippage).toEqual({ kind: 'fixedAmount', amount: 50_000, symbols: ['SPY', 'BRK.B'] });
    expect(ofSome.description).toContain('Taking costs 0.05 dollars a share of SPY, BRK.B.');
    expect(presetOf('lean+slippage.SPY.5bps').slippage).toEqual({ kind: 'fixedBps', bps: 5, symbols: ['SPY'] });
    expect(presetOf('lean+slippage.5bps+participation.1000bps')).toMatchObject({ participationBps: 1000 });
    expect(presetOf('lean+slippage.X2,BRK.B.0.05usd').slippage).toMatchObject({ symbols: ['X2', 'BRK.B'] });
    expect(presetOf('strict+slippage.SPY.5bps').description).toContain('of the price of SPY. Others have no slippage.');
    // One figure would undo the other, whatever both say.
    for (const other of ['slippage.IBM.3bps', 'slippage.0.01usd', 'slippage.volume.250bps.1000bps', 'spread.5bps'])
      expect(() => presetOf(`lean+slippage.SPY.5bps+${other}`)).toThrow('No preset');
    expect(presetOf('lean+slippage.SPY.0.05usd+dearer.2bps+dearer.3bps').slippage).toEqual({
      kind: 'fixedAmount',
      amount: 50_000,
      symbols: ['SPY'],
      besidesBps: 5,
    });
    expect(presetOf('lean+slippage.5bps+dearer.2bps').slippage).toEqual({ kind: 'fixedBps', bps: 7 });
    expect(presetOf('strict+dearer.2bps').slippage).toEqual({ kind: 'fixedBps', bps: 2 });
    expect(() => presetOf('lean+slippage.BRK..5bps')).toThrow('No preset');
    expect(() => presetOf('lean+participation.0bps')).toThrow('No preset');
    expect(() => presetOf('nowhere+spread.20bps+strict')).toThrow('No preset');
  });

  it('lets taking cost what the share in volume makes of it', () => {
    const { name, slippage, description } = presetOf('strict+slippage.volume.250bps.1000bps');
    expect(name).toBe('strict+slippage.volume.250bps.1000bps');
    expect(slippage).toEqual({ kind: 'volumeShare', limitBps: 250, impactBps: 1000 });
    expect(description).toContain(
      'Taking costs 1000 bp of the price times the squared share in volume, at most 2.5 %.',
    );
    expect(presetOf('lean+slippage.volume.3000bps.500bps+leverage.4')).toMatchObject({ leverage: 4 });
    for (const figures of ['0bps.1000bps', '10001bps.1000bps', '250bps']) {
      expect(() => presetOf(`lean+slippage.volume.${figures}`)).toThrow('No preset');
    }
  });

  it('tells the versions of all presets that it is made of', () => {
    const [papertape, strict, lean] = ['papertape', 'strict', 'lean'].map((name) => presetOf(name).version);
    expect(versionOf(presetOf('lean'))).toBe(String(lean));
    expect(versionOf(presetOf('lean+leverage.4+slippage.5bps'))).toBe(String(lean));
    expect(versionOf(presetOf('lean+strict'))).toBe(`${lean}+${strict}`);
    expect(versionOf(presetOf('lean+strict.latency+leverage.4'))).toBe(`${lean}+${strict}`);
    expect(versionOf(presetOf('lean+strict.latency+leverage.4+papertape.spread'))).toBe(
      `${lean}+${strict}+${papertape}`,
    );
  });

  it('sets the leverage of a preset that sizes in margin, and of no other', () => {
    const { name, leverage, version } = presetOf('lean+leverage.1');
    expect([name, leverage, version]).toEqual(['lean+leverage.1', 1, presetOf('lean').version]);
    expect(presetOf('lean+leverage.4+slippage.5bps')).toMatchObject({ leverage: 4, slippage: { bps: 5 } });
    expect(presetOf('lean+slippage.5bps+leverage.4+strict')).toMatchObject({ leverage: 4, participationBps: 500 });
    expect(presetOf('lean')).toMatchObject({ leverage: 2, buyingPower: 'margin', coverLeverage: 1 });
    expect(presetOf('lean+margin.2500bps')).toMatchObject({ leverage: 4, buyingPower: 'margin', coverLeverage: 1 });
    expect(presetOf('lean+leverage.4+unchecked')).toMatchObject({ leverage: 4, buyingPower: 'unchecked' });
    expect(presetOf('lean+unchecked+leverage.4+strict')).toMatchObject({ leverage: 4, buyingPower: 'unchecked' });
    const byNight = { leverage: 4, overnightLeverage: 2, buyingPower: 'margin' };
    expect(presetOf('lean+margin.2500bps.5000bps')).toMatchObject(byNight);
    for (const name of [
      'lean+margin.2500bps.5000bps+margin.2000bps',
      'lean+margin.2500bps.5000bps+leverage.1',
      'lean+margin.5000bps.2500bps',
      'backtesting.py+margin.2500bps.5000bps',
      'lean+margin.0bps',
    ]) {
      expect(() => presetOf(name)).toThrow('No preset');
    }
    for (const other of ['papertape+leverage.2', 'lean+leverage.0', 'lean+leverage.1.5']) {
      expect(() => presetOf(other)).toThrow('No preset');
    }
  });
});
