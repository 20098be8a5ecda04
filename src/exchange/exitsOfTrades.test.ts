/** Exits that are for what is left of what their entry opened (`Preset.exitsClose`), where orders fill in parts. */
import { describe, expect, it } from 'vitest';
import { ExchangeRig } from './testing/ExchangeRig.js';

const FLAT = [100, 100.5, 99.5, 100] as const;
const UP = [100, 111, 99.5, 110] as const;
const DOWN = [100, 100.5, 89, 90] as const;
const GTC = { timeInForce: 'gtc' } as const;
const BRACKET = { ...GTC, profit: 110, loss: 90 };

function rigOf(exitsClose: 'position' | 'ownTrade', participationBps = 0): ExchangeRig {
  return new ExchangeRig({ preset: 'backtesting.py', cash: 1e6, overrides: { exitsClose, participationBps } });
}

describe('exits of an entry', () => {
  it.each([
    ['ownTrade', ['100 @ 100', '100 @ 100']],
    ['position', ['100 @ 100', '100 @ 100', '100 @ 90']],
  ] as const)('for %s: a stop loss after another order has closed all', (exitsClose, fills) => {
    const rig = rigOf(exitsClose);
    rig.bar('09:31', FLAT);
    rig.submit({ ...BRACKET, shares: 100 });
    rig.bar('09:32', FLAT);
    rig.submit({ ...GTC, side: 'sell', shares: 100 });
    rig.bar('09:33', FLAT);
    rig.bar('09:34', DOWN);
    expect(rig.fillList).toEqual(fills);
  });

  it('stay where another owner trades against them', () => {
    const rig = rigOf('ownTrade');
    rig.bar('09:31', FLAT);
    rig.submit({ ...BRACKET, shares: 100 });
    rig.bar('09:32', FLAT);
    rig.submit({ ...GTC, side: 'sell', shares: 60, source: { kind: 'strategy', instanceId: 'other' } });
    rig.bar('09:33', FLAT);
    rig.bar('09:34', UP);
    // The account holds 40 by then: the exit leaves the other owner's 60 short.
    expect(rig.fillList).toEqual(['100 @ 100', '60 @ 100', '40 @ 110', '60 @ 110']);
  });

  it('follow an entry that fills in parts while another order closes some of it', () => {
    const rig = rigOf('ownTrade', 1000);
    rig.bar('09:31', FLAT, 400);
    const entry = rig.submit({ ...BRACKET, shares: 100 });
    rig.bar('09:32', FLAT, 1000);
    rig.submit({ ...GTC, side: 'sell', shares: 30 });
    rig.bar('09:33', FLAT, 10_000);
    rig.bar('09:34', UP, 10_000);
    expect(rig.types(entry)).toContain('filled');
    expect(rig.fillList).toEqual(['40 @ 100', '60 @ 100', '30 @ 100', '70 @ 110']);
  });

  it('are of the entry that took the place of one that had filled in part', () => {
    const rig = rigOf('ownTrade', 1000);
    rig.bar('09:31', FLAT, 400);
    const entry = rig.submit({ ...BRACKET, shares: 100, limit: 100 });
    rig.bar('09:32', FLAT, 400);
    rig.replace(entry, { limit: 101 });
    rig.bar('09:33', FLAT, 600);
    rig.submit({ ...GTC, side: 'sell', shares: 30 });
    rig.bar('09:34', FLAT, 10_000);
    rig.bar('09:35', UP, 10_000);
    expect(rig.fillList).toEqual(['40 @ 100', '60 @ 100', '30 @ 100', '70 @ 110']);
  });
});
