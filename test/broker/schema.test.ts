/** F42: messages of the broker with a field missing, of another type or with a value nobody knows. */
import { afterEach, describe, expect, it } from 'vitest';
import { PapertapeError } from '../../src/domain/errors.js';
import { readAccount, readOrder, readPositions, readUpdate } from '../../src/broker/alpaca/wire.js';
import { startsWith } from '../support/FaultProxy.js';
import { BrokerRig } from '../support/brokerRig.js';

/** The shapes of the protocol's documentation. */
const ORDER = {
  id: '61e69015-8549-4bfd-b9c3-01e75843f47d',
  client_order_id: 'my-1',
  created_at: '2026-08-03T14:30:00.123456789Z',
  updated_at: '2026-08-03T14:30:00.9Z',
  submitted_at: '2026-08-03T14:30:00.12Z',
  filled_at: '2026-08-03T14:30:00.9Z',
  canceled_at: null,
  replaced_by: null,
  replaces: null,
  asset_id: 'b0b6dd9d-8b9b-48a9-ba46-b9d54906e415',
  symbol: 'AAPL',
  asset_class: 'us_equity',
  notional: null,
  qty: '10',
  filled_qty: '10',
  filled_avg_price: '201.37',
  order_class: '',
  order_type: 'limit',
  type: 'limit',
  side: 'buy',
  time_in_force: 'day',
  limit_price: '201.5',
  stop_price: null,
  status: 'filled',
  extended_hours: false,
  legs: null,
};
const UPDATE = {
  event: 'fill',
  event_id: '01K1ABCDEFGHJKMNPQRSTVWXYZ',
  at: '2026-08-03T14:30:00.123456Z',
  timestamp: '2026-08-03T14:30:00.120000Z',
  execution_id: '5f4e9e0e-0b5b-4b5e-8a43-0f6c0b3d7a11',
  price: '201.37',
  qty: '10',
  position_qty: '10',
  order: ORDER,
};
const ACCOUNT = {
  account_number: 'PA3ABCDEFGHI',
  cash: '100000',
  equity: '100000',
  buying_power: '400000',
  status: 'ACTIVE',
};
const POSITION = { symbol: 'AAPL', qty: '-10', cost_basis: '-2013.7', current_price: '202', side: 'short' };

/** What becomes of a field. */
const MUTATIONS: readonly unknown[] = [
  undefined,
  null,
  '',
  0,
  -1,
  Infinity,
  NaN,
  true,
  'new_value',
  '1e400',
  '12,5',
  '9'.repeat(40),
  '0x10',
  ' 1',
  [],
  {},
  [[]],
  { toString: 'no' },
];

type Fields = Readonly<Record<string, unknown>>;

/** Every variant of an object in which one field is mutated, through JSON as it comes over the wire. */
function variants(shape: Fields): { readonly field: string; readonly value: Fields }[] {
  return Object.keys(shape).flatMap((field) =>
    MUTATIONS.map((mutation) => ({
      field,
      value: JSON.parse(JSON.stringify({ ...shape, [field]: mutation })) as Fields,
    })),
  );
}

describe('F42: reading', () => {
  it.each<[string, Fields, (value: Fields) => unknown]>([
    ['an order', ORDER, readOrder],
    ['a leg', ORDER, (value) => readOrder({ ...ORDER, legs: [value] })],
    ['an update', UPDATE, readUpdate],
    ['the order of an update', ORDER, (value) => readUpdate({ ...UPDATE, order: value })],
    ['an account', ACCOUNT, readAccount],
    ['a position', POSITION, (value) => readPositions([value], ['AAPL'])],
  ])('%s with any field broken gives exact figures or an error that names the field', (_name, shape, read) => {
    let failed = 0;
    for (const { field, value } of variants(shape)) {
      try {
        const seen = JSON.stringify(read(value));
        expect(seen).not.toMatch(/NaN|Infinity|null[^,}\]]/);
        for (const number of seen.match(/-?\d+(?=[,}\]])/g) ?? [])
          expect(Number.isSafeInteger(Number(number))).toBe(true);
      } catch (error) {
        if (!(error instanceof PapertapeError)) throw error;
        failed += 1;
        expect(error.code).toBe('BROKER_MESSAGE_INVALID');
        // What lies within a field is named by its own name.
        if (field !== 'order') expect(error.message).toContain(field);
      }
    }
    expect(failed).toBeGreaterThan(MUTATIONS.length);
  });

  it('a field that was never heard of changes nothing; numbers are read like their texts', () => {
    const plain = readOrder(ORDER);
    expect(readOrder({ ...ORDER, novelty: { deep: [1] }, qty: 10, filled_qty: 10, filled_avg_price: 201.37 })).toEqual(
      plain,
    );
  });
});

describe('F42: other orders go on', () => {
  let rig: BrokerRig;
  afterEach(() => rig.close());

  it('an order of the list that cannot be read is told; ours are compared and trading goes on', async () => {
    rig = await BrokerRig.open();
    rig.submit('o-1', { limit: 150 });
    await rig.until(() => rig.types('o-1').length > 0);
    const rename = (body: string): string =>
      JSON.stringify([{ id: 'x', status: {}, qty: 'many' }, ...(JSON.parse(body) as object[]), 7]);
    rig.proxy.fail(startsWith('GET /v2/orders?'), { kind: 'rewrite', change: rename }, 100).cut();
    await rig.until(() => rig.states.length > 3 && rig.client.state === 'trading');
    expect(new Set(rig.alertCodes())).toEqual(new Set(['MESSAGE_INVALID']));
    rig.submit('o-2');
    await rig.until(() => rig.filled('o-2') === 10);
    expect(rig.types('o-1')).toEqual(['accepted']);
  });

  it('a status that nobody knows leaves its order as it is, until a known one comes', async () => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop');
    const strange = (body: string): string => body.replaceAll('"status":"new"', '"status":"in_orbit"');
    rig.proxy.fail(
      ({ method, path }) => method !== 'DELETE' && path.startsWith('/v2/orders'),
      { kind: 'rewrite', change: strange },
      3,
    );
    rig.submit('o-1', { limit: 150 });
    rig.submit('o-2', { limit: 140 });
    await rig.until(() => rig.types('o-1').length > 0 && rig.types('o-2').length > 0);
    expect(rig.alerts.every(({ code }) => code === 'UNKNOWN_STATUS')).toBe(true);
    expect(rig.alerts.length).toBeGreaterThan(0);
    expect([rig.types('o-1'), rig.types('o-2')]).toEqual([['accepted'], ['accepted']]);
  });

  it('an answer to an order that cannot be read is looked up: one order', async () => {
    rig = await BrokerRig.open();
    rig.proxy.stream('drop');
    rig.proxy.fail(startsWith('POST'), { kind: 'rewrite', change: (): string => '{"ok":true}' });
    rig.submit('o-1');
    await rig.until(() => rig.filled('o-1') === 10);
    expect(rig.atVenue('c-o-1')).toBe(1);
    expect(rig.alertCodes()).toEqual(['MESSAGE_INVALID']);
  });
});
