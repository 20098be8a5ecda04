/**
 * Random requests of several accounts against a random market over days with corporate actions: the invariants hold
 * after every event (the rig checks), and events with the working state bring a venue back at any moment.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soakCount } from '../../../test/soak.js';
import { SHARE } from '../../domain/units.js';
import { DEFAULT_SETTINGS } from '../../domain/venueDesk.js';
import type { Injection } from '../../domain/venueDesk.js';
import { DeskRig } from '../testing/DeskRig.js';
import type { RigOrder } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

const ACCOUNTS = ['margin', 'cash', 'strict', 'alpaca'];
const DAYS = ['2026-07-30', '2026-07-31', '2026-08-03'];
const CENT = 0.01;

const order: fc.Arbitrary<RigOrder> = fc.record(
  {
    symbolId: fc.constantFrom(0, 1),
    side: fc.constantFrom('buy', 'sell'),
    shares: fc.constantFrom(1, 7, 50, 100, 300, 0.5),
    timeInForce: fc.constantFrom('day', 'gtc', 'ioc'),
    limit: fc.integer({ min: 1500, max: 2500 }).map((cents) => Math.round(cents) * CENT),
  },
  { requiredKeys: ['symbolId', 'side', 'shares'] },
);

const bracket: fc.Arbitrary<RigOrder> = fc.constantFrom('buy', 'sell').map((side) => {
  const [profit, loss] = side === 'buy' ? [26, 14] : [14, 26];
  return {
    side,
    shares: 20,
    orderClass: 'bracket',
    legs: [
      { role: 'takeProfit', limitPrice: usd(profit) },
      { role: 'stopLoss', stopPrice: usd(loss) },
    ],
  } as const;
});

type Step =
  | { readonly kind: 'quote'; readonly symbolId: number; readonly cents: number; readonly size: number }
  | { readonly kind: 'submit'; readonly account: number; readonly order: RigOrder }
  | {
      readonly kind: 'cancel' | 'replace' | 'inject';
      readonly account: number;
      readonly which: number;
      readonly how: number;
    }
  | { readonly kind: 'cancelAll' | 'closeAll' | 'close' | 'bust' | 'reset' | 'configure'; readonly account: number };

const account = fc.nat({ max: ACCOUNTS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('quote' as const),
      symbolId: fc.constantFrom(0, 1),
      cents: fc.integer({ min: 1500, max: 2500 }),
      size: fc.constantFrom(10, 100, 5000),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('submit' as const), account, order: fc.oneof(order, bracket) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel', 'replace', 'inject'),
      account,
      which: fc.nat({ max: 5 }),
      how: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancelAll', 'closeAll', 'close', 'bust', 'reset', 'configure'),
      account,
    }),
  },
);

function rigOf(): DeskRig {
  const rig = new DeskRig({
    startTime: at('09:30', DAYS[0]),
    stockLoans: [{ symbolId: 0, availability: 'easy', annualRatePpm: 40_000 }],
    corporateActions: [
      {
        exDate: DAYS[1] ?? '',
        symbolId: 0,
        action: { kind: 'cashDividend', amount: usd(0.37), payDate: DAYS[2] ?? '' },
      },
      { exDate: DAYS[2] ?? '', symbolId: 0, action: { kind: 'split', newShares: 3, oldShares: 2 } },
      { exDate: DAYS[2] ?? '', symbolId: 1, action: { kind: 'split', newShares: 1, oldShares: 7 } },
    ],
  });
  rig.open('margin', 5000);
  rig.open('cash', 5000, { kind: 'cash' });
  rig.open('strict', 8000, { preset: 'strict', feePlan: 'interactive-brokers-fixed' });
  rig.open('alpaca', 3000, { preset: 'alpaca' });
  return rig;
}

function injection(which: number, orderId: string): Injection {
  const kinds = ['cancel', 'expire', 'reject', 'doneForDay'] as const;
  const kind = kinds[which];
  if (kind !== undefined) return { kind, orderId };
  if (which === 4) return { kind: 'fill', orderId, quantity: SHARE, price: usd(19.5) };
  return { kind: 'delayNext', count: 1, micros: 700_000 };
}

function run(rig: DeskRig, one: Step): void {
  if (one.kind === 'quote') {
    const bid = one.cents * CENT;
    rig.quote(rig.now + 400_000, bid, bid + 2 * CENT, one.size, one.symbolId);
    return;
  }
  const accountId = ACCOUNTS[one.account] ?? '';
  const open = rig.venue.deskOrders(accountId);
  const id = 'which' in one ? (open[one.which % Math.max(1, open.length)]?.id ?? 'v-404') : '';
  switch (one.kind) {
    case 'submit':
      rig.submit(accountId, one.order);
      return;
    case 'cancel':
      rig.request(accountId, { type: 'cancel', orderId: id });
      return;
    case 'replace':
      rig.request(accountId, {
        type: 'replace',
        orderId: id,
        changes: one.how > 2 ? { quantity: (one.how + 1) * 11 * SHARE } : { limitPrice: usd(16 + one.how) },
      });
      return;
    case 'inject':
      rig.request(accountId, { type: 'inject', injection: injection(one.how, id) });
      return;
    case 'cancelAll':
      rig.request(accountId, { type: 'cancelAll' });
      return;
    case 'closeAll':
      rig.request(accountId, {
        type: 'closeAllPositions',
        clientOrderIdPrefix: `all-${rig.record.length}-`,
        cancelOrders: true,
      });
      return;
    case 'close':
      rig.request(accountId, {
        type: 'closePosition',
        symbolId: 0,
        clientOrderId: `close-${rig.record.length}`,
        part: { ppm: 300_000 },
      });
      return;
    case 'bust': {
      const fillId = rig.fills(accountId).at(-1)?.id ?? 'f-0';
      rig.request(accountId, { type: 'inject', injection: { kind: 'bust', fillId } });
      return;
    }
    case 'reset':
      rig.request(accountId, { type: 'resetAccount', startingCash: usd(4000) });
      return;
    case 'configure':
      rig.request(accountId, { type: 'configure', settings: { ...DEFAULT_SETTINGS, washTradeCheck: false } });
  }
}

describe('random accounts', () => {
  it('I-01 to I-18 hold after every event, and K1: a venue comes back from its events at any moment', () => {
    let fills = 0;
    let bookings = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 90 }), fc.nat({ max: 89 }), (steps, cut) => {
        const rig = rigOf();
        rig.quote(rig.now + 1, 19.99, 20.01, 5000, 0);
        rig.quote(rig.now + 1, 19.99, 20.01, 5000, 1);
        steps.forEach((one, index) => {
          if (index > 0 && index % 30 === 0) rig.advance('10:00', DAYS[index / 30]);
          run(rig, one);
          if (index === cut % steps.length) {
            const back = rig.recovered();
            for (const accountId of rig.venue.deskAccounts()) {
              expect(back.accountState(accountId, rig.now)).toEqual(rig.venue.accountState(accountId, rig.now));
              expect(back.deskOrders(accountId)).toEqual(rig.venue.deskOrders(accountId));
            }
            expect(back.workingState()).toEqual(rig.venue.workingState());
          }
        });
        fills += rig.events.filter(({ type }) => type === 'filled').length;
        bookings += rig.events.filter(({ type }) => type === 'booked').length;
      }),
      { numRuns: soakCount(25, 3000) },
    );
    expect(fills).toBeGreaterThan(100);
    expect(bookings).toBeGreaterThan(25);
  }, 120_000);
});
