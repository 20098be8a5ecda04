/** Every risk check: allow, shrink and deny, with the figure measured and the limit stored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DenialReason } from '../domain/refusals.js';
import { RISK_CHECKS, RiskAnswer } from '../domain/risk.js';
import type { RiskCheck, RiskLimits } from '../domain/risk.js';
import { SECOND } from '../domain/timeframe.js';
import { DOLLAR, SHARE, notional } from '../domain/units.js';
import { RiskChecks } from './riskChecks.js';
import type { RiskInput } from './riskChecks.js';

/** A buy of 100 shares at $50 on an account of $100,000 that holds nothing. */
function input(change: Partial<RiskInput> = {}): RiskInput {
  return {
    now: 1000 * SECOND,
    symbolId: 0,
    side: 'buy',
    orderType: 'market',
    quantity: 100 * SHARE,
    limitPrice: 0,
    stopPrice: 0,
    lastPrice: 50 * DOLLAR,
    lastPriceTime: 999 * SECOND,
    position: 0,
    workingBuy: 0,
    workingSell: 0,
    equity: 100_000 * DOLLAR,
    grossExposure: 0,
    workingExposure: 0,
    buyingPower: 100_000 * DOLLAR,
    fees: DOLLAR,
    dailyPnl: 0,
    phase: 'regular',
    halted: false,
    duplicate: false,
    mayShrink: true,
    flatten: false,
    mayCross: false,
    carried: false,
    sizedAtFill: false,
    ...change,
  };
}

type Outcome = 'allow' | 'deny' | number;
interface Row {
  readonly name: string;
  readonly check: RiskCheck;
  readonly limits?: RiskLimits;
  readonly change?: Partial<RiskInput>;
  /** `allow`, `deny`, or the shares that are left. */
  readonly outcome: Outcome;
  readonly reason?: DenialReason;
  readonly measured: number;
  readonly limit: number;
}

const rows: readonly Row[] = [
  { name: 'off', check: 'killSwitch', outcome: 'allow', measured: 0, limit: 0 },
  {
    name: 'no loss',
    check: 'dailyLoss',
    limits: { maxDailyLoss: 500 },
    change: { dailyPnl: 9 },
    outcome: 'allow',
    measured: 0,
    limit: 500,
  },
  {
    name: 'a smaller loss',
    check: 'dailyLoss',
    limits: { maxDailyLoss: 500 },
    change: { dailyPnl: -499 },
    outcome: 'allow',
    measured: 499,
    limit: 500,
  },
  {
    name: 'I-24: the limit reached',
    check: 'dailyLoss',
    limits: { maxDailyLoss: 500 },
    change: { dailyPnl: -500 },
    outcome: 'deny',
    reason: 'DAILY_LOSS_LIMIT',
    measured: 500,
    limit: 500,
  },
  {
    name: 'I-24: a sale that reduces',
    check: 'dailyLoss',
    limits: { maxDailyLoss: 500 },
    change: { dailyPnl: -900, side: 'sell', position: 100 * SHARE },
    outcome: 'allow',
    measured: 900,
    limit: 500,
  },
  {
    name: 'closed, orders may wait',
    check: 'sessionOpen',
    change: { phase: 'closed' },
    outcome: 'allow',
    measured: 1,
    limit: Infinity,
  },
  {
    name: 'closed',
    check: 'sessionOpen',
    limits: { requireOpenSession: true },
    change: { phase: 'closed' },
    outcome: 'deny',
    reason: 'SESSION_CLOSED',
    measured: 1,
    limit: 0,
  },
  {
    name: 'market order in the premarket',
    check: 'sessionOpen',
    limits: { requireOpenSession: true },
    change: { phase: 'premarket' },
    outcome: 'deny',
    reason: 'SESSION_CLOSED',
    measured: 1,
    limit: 0,
  },
  {
    name: 'limit order in the premarket',
    check: 'sessionOpen',
    limits: { requireOpenSession: true },
    change: { phase: 'premarket', orderType: 'limit', limitPrice: 50 * DOLLAR },
    outcome: 'allow',
    measured: 0,
    limit: 0,
  },
  {
    name: 'halted',
    check: 'symbolHalted',
    change: { halted: true },
    outcome: 'deny',
    reason: 'SYMBOL_HALTED',
    measured: 1,
    limit: 0,
  },
  {
    name: 'unknown',
    check: 'stalePrice',
    change: { lastPrice: 0 },
    outcome: 'deny',
    reason: 'NO_PRICE',
    measured: Infinity,
    limit: Infinity,
  },
  {
    name: 'old',
    check: 'stalePrice',
    limits: { maxPriceAge: SECOND - 1 },
    outcome: 'deny',
    reason: 'STALE_PRICE',
    measured: SECOND,
    limit: SECOND - 1,
  },
  {
    name: 'old enough to pass',
    check: 'stalePrice',
    limits: { maxPriceAge: SECOND },
    outcome: 'allow',
    measured: SECOND,
    limit: SECOND,
  },
  {
    name: 'twice',
    check: 'duplicateSignal',
    change: { duplicate: true },
    outcome: 'deny',
    reason: 'DUPLICATE_SIGNAL',
    measured: 1,
    limit: 0,
  },
  {
    name: 'far limit',
    check: 'fatFinger',
    limits: { fatFingerFraction: 0.1 },
    change: { orderType: 'limit', limitPrice: 56 * DOLLAR },
    outcome: 'deny',
    reason: 'FAT_FINGER',
    measured: 0.12,
    limit: 0.1,
  },
  {
    name: 'far limit that works on from the session before',
    check: 'fatFinger',
    limits: { fatFingerFraction: 0.1 },
    change: { orderType: 'limit', limitPrice: 56 * DOLLAR, carried: true },
    outcome: 'allow',
    measured: 0.12,
    limit: Infinity,
  },
  {
    name: 'near stop',
    check: 'fatFinger',
    limits: { fatFingerFraction: 0.1 },
    change: { orderType: 'stop', stopPrice: 55 * DOLLAR },
    outcome: 'allow',
    measured: 0.1,
    limit: 0.1,
  },
  {
    name: 'within',
    check: 'positionShares',
    limits: { maxPositionShares: 100 * SHARE },
    outcome: 'allow',
    measured: 100 * SHARE,
    limit: 100 * SHARE,
  },
  {
    name: 'too many',
    check: 'positionShares',
    limits: { maxPositionShares: 150 * SHARE },
    change: { position: 90 * SHARE },
    outcome: 60,
    measured: 190 * SHARE,
    limit: 150 * SHARE,
  },
  {
    name: 'counts what works',
    check: 'positionShares',
    limits: { maxPositionShares: 150 * SHARE },
    change: { workingBuy: 150 * SHARE },
    outcome: 'deny',
    reason: 'MAX_POSITION_SHARES',
    measured: 250 * SHARE,
    limit: 150 * SHARE,
  },
  {
    name: 'of a person is not shrunk',
    check: 'positionShares',
    limits: { maxPositionShares: 50 * SHARE },
    change: { mayShrink: false },
    outcome: 'deny',
    reason: 'MAX_POSITION_SHARES',
    measured: 100 * SHARE,
    limit: 50 * SHARE,
  },
  {
    name: 'too large',
    check: 'positionNotional',
    limits: { maxPositionNotional: 4_020 * DOLLAR },
    outcome: 80,
    measured: 5_000 * DOLLAR,
    limit: 4_020 * DOLLAR,
  },
  {
    name: 'less than a share fits',
    check: 'positionNotional',
    limits: { maxPositionNotional: 49 * DOLLAR },
    outcome: 'deny',
    reason: 'MAX_POSITION_NOTIONAL',
    measured: 5_000 * DOLLAR,
    limit: 49 * DOLLAR,
  },
  {
    name: 'too large a part',
    check: 'positionPercent',
    limits: { maxPositionFraction: 0.02 },
    outcome: 40,
    measured: 0.05,
    limit: 0.02,
  },
  {
    name: 'too small an account',
    check: 'positionPercent',
    limits: { maxPositionFraction: 0.02 },
    change: { equity: 0 },
    outcome: 'deny',
    reason: 'MAX_POSITION_PERCENT',
    measured: Infinity,
    limit: 0.02,
  },
  {
    name: 'with all positions',
    check: 'grossExposure',
    limits: { maxGrossExposureFraction: 1 },
    change: { grossExposure: 98_000 * DOLLAR },
    outcome: 40,
    measured: 1.03,
    limit: 1,
  },
  {
    name: 'with what works',
    check: 'grossExposure',
    limits: { maxGrossExposureFraction: 1 },
    change: { workingExposure: 100_000 * DOLLAR },
    outcome: 'deny',
    reason: 'MAX_GROSS_EXPOSURE',
    measured: 1.05,
    limit: 1,
  },
  {
    name: 'too dear',
    check: 'buyingPower',
    change: { buyingPower: 2_501 * DOLLAR },
    outcome: 50,
    measured: 5_001 * DOLLAR,
    limit: 2_501 * DOLLAR,
  },
  {
    name: 'spent',
    check: 'buyingPower',
    change: { buyingPower: 0 },
    outcome: 'deny',
    reason: 'BUYING_POWER',
    measured: 5_001 * DOLLAR,
    limit: 0,
  },
];

describe('a risk check', () => {
  it.each(rows)('$check, $name: $outcome', ({ check, limits, change, outcome, reason, measured, limit }) => {
    const decision = new RiskChecks(limits ?? {}, DOLLAR).decide(input(change));
    const index = RISK_CHECKS.indexOf(check);
    const answer = outcome === 'allow' ? RiskAnswer.ALLOW : outcome === 'deny' ? RiskAnswer.DENY : RiskAnswer.SHRINK;
    expect(decision.answers[index]).toBe(answer);
    expect(decision.measured[index]).toBeCloseTo(measured, 9);
    expect(decision.limits[index]).toBe(limit);
    expect(decision.outcome).toBe(typeof outcome === 'number' ? 'shrink' : outcome);
    expect(decision.reason).toBe(reason);
    expect(decision.quantity).toBe(outcome === 'allow' ? 100 * SHARE : outcome === 'deny' ? 0 : outcome * SHARE);
    expect(decision.requestedQuantity).toBe(100 * SHARE);
    // What comes after a denial is not looked at.
    if (outcome === 'deny')
      expect([...decision.answers.slice(index + 1)].every((code) => code === RiskAnswer.NOT_RUN)).toBe(true);
  });

  it('I-27: nothing passes the kill switch but flattening', () => {
    const checks = new RiskChecks({}, DOLLAR);
    checks.killSwitchOn = true;
    expect(checks.decide(input()).reason).toBe('KILL_SWITCH');
    expect(checks.decide(input({ side: 'sell', position: 100 * SHARE })).reason).toBe('KILL_SWITCH');
    expect(checks.decide(input({ side: 'sell', position: 100 * SHARE, flatten: true })).outcome).toBe('allow');
  });

  it.each([
    ['sells more than is held', { side: 'sell', position: 60 * SHARE }, 'POSITION_OPPOSITE'],
    ['buys more than is short', { position: -60 * SHARE }, 'POSITION_OPPOSITE'],
    ['sells more than is held and may cross', { side: 'sell', position: 60 * SHARE, mayCross: true }, undefined],
    ['is worth more than unchecked buying power', { quantity: 9000 * SHARE, buyingPower: Infinity }, undefined],
    [
      'sells short after a close that works',
      { side: 'sell', position: 60 * SHARE, workingSell: 60 * SHARE },
      undefined,
    ],
    ['asks for nothing', { quantity: 0 }, 'QUANTITY_ZERO'],
  ] as const)('an order that %s', (_name, change, reason) => {
    expect(new RiskChecks({}, DOLLAR).decide(input(change)).reason).toBe(reason);
  });

  it('F43: a runaway strategy is throttled per minute; exits still pass', () => {
    const checks = new RiskChecks({ maxOrdersPerMinute: 3 }, DOLLAR);
    const at = (second: number, change: Partial<RiskInput> = {}): DenialReason | undefined => {
      const decision = checks.decide(input({ now: second * SECOND, lastPriceTime: 0, ...change }));
      if (decision.outcome !== 'deny') checks.countSubmission(second * SECOND);
      return decision.reason;
    };
    expect([at(1000), at(1001), at(1002), at(1003)]).toEqual([
      undefined,
      undefined,
      undefined,
      'MAX_ORDERS_PER_MINUTE',
    ]);
    expect(at(1004, { side: 'sell', position: 100 * SHARE })).toBeUndefined();
    // The first of them leaves the window after a minute, no sooner.
    expect(at(1060 - 1 / 1e6)).toBe('MAX_ORDERS_PER_MINUTE');
    expect(at(1062)).toBeUndefined();
  });

  it('I-25: what passes never exceeds a limit, whatever the account looks like', () => {
    const limits: RiskLimits = {
      maxPositionShares: 500 * SHARE,
      maxPositionNotional: 20_000 * DOLLAR,
      maxPositionFraction: 0.3,
      maxGrossExposureFraction: 0.8,
    };
    const checks = new RiskChecks(limits, DOLLAR);
    const shares = fc.integer({ min: 0, max: 800 }).map((count) => count * SHARE);
    fc.assert(
      fc.property(
        shares,
        shares,
        shares,
        fc.integer({ min: 1, max: 90_000 }),
        fc.boolean(),
        (quantity, position, working, gross, mayShrink) => {
          const decision = checks.decide(
            input({ quantity, position, workingBuy: working, grossExposure: gross * DOLLAR, mayShrink }),
          );
          if (decision.outcome === 'deny') return;
          const after = position + working + decision.quantity;
          expect(after).toBeLessThanOrEqual(500 * SHARE);
          expect(notional(50 * DOLLAR, after, DOLLAR)).toBeLessThanOrEqual(20_000 * DOLLAR);
          expect(gross * DOLLAR + notional(50 * DOLLAR, decision.quantity, DOLLAR)).toBeLessThanOrEqual(
            80_000 * DOLLAR,
          );
          expect(decision.quantity).toBeLessThanOrEqual(quantity);
        },
      ),
    );
  });

  it('limits may change while it runs', () => {
    const checks = new RiskChecks({}, DOLLAR);
    expect(checks.decide(input()).outcome).toBe('allow');
    checks.setLimits({ maxPositionShares: 10 * SHARE });
    expect(checks.decide(input()).quantity).toBe(10 * SHARE);
  });
});
