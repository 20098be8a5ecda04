/** Open trades of an account with several owners: busts, corrections, splits, restarts and sessions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import { SHARE } from '../domain/units.js';
import { actOn, wholeShareUnit } from './accounts/actions.js';
import type { PaperExchange } from './PaperExchange.js';
import { bookSnapshot } from './snapshot.js';
import { renameTrades, withTrades } from './carriedTrades.js';
import type { OwnedLots } from './carriedTrades.js';
import type { RigOrder } from './testing/ExchangeRig.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';

const FLAT = [100, 100.5, 99.5, 100] as const;
const GTC = { timeInForce: 'gtc', source: { kind: 'strategy', instanceId: 's' } } as const;
const OTHER = { timeInForce: 'gtc', source: { kind: 'strategy', instanceId: 't' } } as const;
const BRACKET = { ...GTC, profit: 110, loss: 90 };

function rigOf(participationBps = 0, feePlan = 'zero'): ExchangeRig {
  return new ExchangeRig({ preset: 'backtesting.py', cash: 1e6, feePlan, overrides: { participationBps } });
}

/** Owner, then order and signed shares of each open trade, and what is left of each exit that works. */
function openOf(rig: ExchangeRig): readonly unknown[] {
  const { book } = rig.exchange;
  const trades = book.account('main').trades?.list() ?? [];
  const told = trades.map(([, owner, ...rest]) => [
    owner,
    ...rest.flatMap((value, index) => (index % 3 === 0 ? [value] : index % 3 === 1 ? [Number(value) / SHARE] : [])),
  ]);
  const exits = [...book.orders.values()].filter((order) => order.role !== '' && !order.isUnarmed);
  return [...told, ...exits.map(({ id, remaining }) => `${id} ${remaining / SHARE}`)];
}

/** The rig after a restart, or in another session: its orders are numbered anew then. */
function goOn(rig: ExchangeRig, change: (snapshot: unknown) => unknown = (same) => same): ExchangeRig {
  const next = rig.sibling();
  next.restore(change(JSON.parse(JSON.stringify(rig.exchange.snapshot()))));
  return rig.continueOn(next);
}

function split(rig: ExchangeRig, newShares: number, oldShares: number): void {
  const { exchange } = rig;
  const book = exchange.book.account('main');
  const emit = (event: Parameters<typeof exchange.book.apply>[0]): void => exchange.book.apply(event);
  const target = { accountId: 'main', book, exchange, unitOf: wholeShareUnit, emit, due: [] };
  const action = { kind: 'split', newShares, oldShares } as const;
  const exDate = '2013-10-07';
  actOn(
    { ...target, paysDividends: false, sparesGroups: false },
    { exDate, symbolId: 0, action },
    parseDate(exDate),
    rig.now,
  );
}

describe('a fill that is taken back', () => {
  /** Plain orders and brackets of ten shares each, bought in turn. */
  function bought(...orders: readonly RigOrder[]): ExchangeRig {
    const rig = rigOf();
    rig.bar('09:31', FLAT);
    orders.forEach((order, index) => {
      rig.submit({ ...order, shares: 10 });
      rig.bar(`09:${32 + index}`, FLAT);
    });
    return rig;
  }

  it('leaves a trade with exits alone while there is another that it may have opened', () => {
    const rig = bought(GTC, BRACKET);
    const [first] = rig.fills;
    if (first !== undefined) rig.bust(first);
    expect(openOf(rig)).toEqual([['s', 'o-2', 10], 'o-2-tp 10', 'o-2-sl 10']);
  });

  it('takes its exits along', () => {
    const rig = bought(BRACKET, GTC);
    const [first] = rig.fills;
    if (first !== undefined) rig.bust(first);
    expect(openOf(rig)).toEqual([['s', '', 10]]);
  });

  it('makes its exits smaller or larger where it is corrected', () => {
    for (const shares of [4, 15]) {
      const rig = bought(BRACKET);
      const [first] = rig.fills;
      if (first !== undefined) rig.correct(first, first.price, shares * SHARE);
      expect(openOf(rig)).toEqual([['s', 'o-1', shares], `o-1-tp ${shares}`, `o-1-sl ${shares}`]);
    }
  });

  it('leaves what was sold since on the other side', () => {
    const byHand = { timeInForce: 'gtc' } as const;
    const rig = bought(byHand, { ...byHand, side: 'sell' });
    const [first] = rig.fills;
    if (first !== undefined) rig.bust(first);
    expect(openOf(rig)).toEqual([['', '', -10]]);
  });
});

describe('a split', () => {
  it('of an account that is flat changes what its owners have open', () => {
    const rig = goOn(rigOf());
    rig.bar('09:31', FLAT);
    rig.submit({ ...BRACKET, shares: 10 });
    rig.submit({ ...OTHER, side: 'sell', shares: 10 });
    rig.bar('09:32', FLAT);
    split(rig, 2, 1);
    expect(openOf(rig)).toEqual([['s', 'o-1', 20], ['t', '', -20], 'o-1-tp 20', 'o-1-sl 20']);
  });

  it('leaves the rounding of the account with the last owner', () => {
    const rig = goOn(rigOf());
    rig.bar('09:31', FLAT);
    for (const instanceId of ['u', 's', 't'])
      rig.submit({ ...GTC, source: { kind: 'strategy', instanceId }, shares: 1 });
    rig.bar('09:32', FLAT);
    split(rig, 1, 3);
    expect(openOf(rig)).toEqual([
      ['s', '', 0.333333],
      ['t', '', 0.333333],
      ['u', '', 0.333334],
    ]);
  });
});

describe('an entry that fills in parts', () => {
  it('goes on where what it has opened so far is closed, and its exits are for the rest', () => {
    const rig = rigOf(1000);
    rig.recorder = [];
    rig.bar('09:31', FLAT, 400);
    const entry = rig.submit({ ...BRACKET, shares: 100, limit: 100 });
    rig.bar('09:32', FLAT, 400);
    rig.submit({ ...GTC, side: 'sell', shares: 40 });
    rig.bar('09:33', [101, 101.5, 100.5, 101], 10_000);
    expect(openOf(rig)).toEqual([]);
    expect(bookSnapshot(recovered(rig).book)).toEqual(bookSnapshot(rig.exchange.book));
    expect(rig.exchange.book.orders.has(entry)).toBe(true);
    const restarted = goOn(rig);
    for (const one of [rig, restarted]) {
      one.bar('09:34', FLAT, 10_000);
      expect(openOf(one)).toEqual([['s', 'o-1', 60], 'o-1-tp 60', 'o-1-sl 60']);
      one.bar('09:35', [100, 111, 100, 110], 10_000);
      expect(openOf(one)).toEqual([]);
    }
    expect(rig.fillList).toEqual(['40 @ 100', '40 @ 101', '60 @ 100', '60 @ 110']);
  });

  it('ends its exits with itself where nothing is open of it', () => {
    const rig = rigOf(1000);
    rig.bar('09:31', FLAT, 400);
    const entry = rig.submit({ ...BRACKET, shares: 100, limit: 100 });
    rig.bar('09:32', FLAT, 400);
    rig.submit({ ...GTC, side: 'sell', shares: 40 });
    rig.bar('09:33', [101, 101.5, 100.5, 101], 10_000);
    rig.cancel(entry);
    expect([...rig.exchange.book.orders.values()]).toEqual([]);
  });
});

describe('an exit that works on from a session before', () => {
  it.each(['simple', 'oco'] as const)('ends with the trade of its entry: %s', (orderClass) => {
    const before = rigOf();
    before.bar('09:31', FLAT);
    const entry = before.submit({ ...BRACKET, shares: 100 });
    before.bar('09:32', FLAT);
    before.cancel(before.legs(entry).profit);
    const rig = goOn(before, (snapshot) => renameTrades(snapshot, (orderId) => `day1:${orderId}`));
    rig.bar('09:33', FLAT);
    const exit = { ...GTC, side: 'sell', shares: 100, carriedEntry: 'day1:o-1' } as const;
    if (orderClass === 'oco') rig.submit({ ...exit, orderClass, limit: 110, loss: 90 });
    else rig.submit({ ...exit, stop: 90 });
    rig.submit({ ...GTC, side: 'sell', shares: 60 });
    rig.bar('09:34', FLAT);
    const left = [...rig.exchange.book.orders.values()].map(({ remaining }) => remaining / SHARE);
    expect(left).toEqual(orderClass === 'oco' ? [40, 40] : [40]);
    rig.submit({ ...GTC, side: 'sell', shares: 40 });
    rig.bar('09:35', FLAT);
    rig.bar('09:36', [100, 100, 85, 86]);
    expect(rig.fillList).toEqual(['60 @ 100', '40 @ 100']);
  });
});

describe('an account that an older version left', () => {
  const lots = (owner: string, ...quantities: readonly number[]): OwnedLots => ({
    owner,
    symbolId: 0,
    lots: quantities.map((shares, index) => ({ quantity: shares * SHARE, orderId: `day1:o-${index + 1}` })),
  });
  const cases: readonly [string, number, readonly OwnedLots[], readonly unknown[]][] = [
    [
      'the lots of its owners',
      30,
      [lots('s', 10, 40), lots('t', -20)],
      [
        ['s', 'day1:o-1', 10, 'day1:o-2', 40],
        ['t', 'day1:o-1', -20],
      ],
    ],
    ['one of who holds such a one, where it is another position', 30, [lots('s', -5), lots('t', 20)], [['t', '', 30]]],
    ['one of whoever gives orders by hand, where nobody holds any', 30, [], [['', '', 30]]],
  ];
  it.each(cases)('has as trades %s', (_, shares, books, expected) => {
    const rig = rigOf();
    rig.bar('09:31', FLAT);
    rig.submit({ ...GTC, shares });
    rig.bar('09:32', FLAT);
    const next = goOn(rig, (snapshot) => withTrades(withoutTrades(snapshot), books));
    expect(openOf(next)).toEqual(expected);
    expect(next.faults()).toEqual([]);
  });

  it('keeps what recovery made of it where its working state does not tell', () => {
    const rig = rigOf();
    rig.bar('09:31', FLAT);
    rig.submit({ ...BRACKET, shares: 10 });
    rig.bar('09:32', FLAT);
    const state = JSON.parse(JSON.stringify(rig.exchange.workingState())) as { accounts: { trades?: unknown }[] };
    for (const account of state.accounts) delete account.trades;
    rig.exchange.restoreWorking(state);
    expect(openOf(rig)).toEqual([['s', 'o-1', 10], 'o-1-tp 10', 'o-1-sl 10']);
  });
});

/** What comes of the records of a rig. */
function recovered(rig: ExchangeRig): PaperExchange {
  const exchange = rig.sibling();
  for (const entry of rig.recorder ?? []) {
    if (typeof entry === 'function') entry(exchange);
    else if ('now' in entry) exchange.restoreOrder(entry.order, entry.now);
    else exchange.apply(entry);
  }
  return exchange;
}

function withoutTrades(snapshot: unknown): unknown {
  const whole = snapshot as { book: { accounts: { trades?: unknown }[] } };
  for (const account of whole.book.accounts) delete account.trades;
  return whole;
}

type Step = readonly ['buy' | 'sell' | 'bar' | 'bust' | 'correct' | 'split' | 'restart' | 'session', number];

it('trades of all owners are the position, through busts, corrections, splits, restarts and sessions', () => {
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom('buy', 'sell', 'buy', 'sell', 'bar', 'bar', 'bust', 'correct', 'split', 'restart', 'session'),
    fc.nat(1000),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.constantFrom(0, 1000), (steps, participationBps) => {
      let rig = goOn(rigOf(participationBps, 'per-order-1usd'));
      let day = 1;
      let given = 0;
      let time = at('09:31');
      const seen = new Set<string>();
      const untouched = () => rig.fills.filter(({ id }) => !seen.has(`${day}${id}`));
      rig.bar(time, FLAT);
      for (const [what, number] of steps) {
        const source = { kind: 'strategy', instanceId: number % 2 === 0 ? 's' : 't' } as const;
        const shares = 1 + (number % 30);
        if (what === 'buy' || what === 'sell') {
          const exits = what === 'buy' ? { profit: 101, loss: 98 } : { profit: 98, loss: 101 };
          const group = number % 3 === 0 ? exits : {};
          given += 1;
          const clientOrderId = `c-${given}-of-all`;
          rig.submit({ ...GTC, ...group, side: what, shares, source, clientOrderId });
        } else if (what === 'bar') {
          time += 60e6;
          const move = (number % 5) - 2;
          rig.bar(time, [100, 100 + Math.max(0, move), 100 + Math.min(0, move), 100], number);
        } else if (what === 'bust' || what === 'correct') {
          const fills = untouched();
          const fill = fills[number % Math.max(1, fills.length)];
          if (fill === undefined) continue;
          seen.add(`${day}${fill.id}`);
          if (what === 'bust') rig.bust(fill);
          else rig.correct(fill, fill.price, shares * SHARE);
        } else if (what === 'split') {
          // A larger ratio at unchanged prices would end in refusals alone.
          if (number % 4 === 0) split(rig, 1, 3);
          else if (number % 4 === 1) split(rig, 3, 2);
        } else if (what === 'restart') {
          rig = goOn(rig);
        } else {
          for (const id of [...rig.exchange.book.orders.values()].map((order) => order.id)) rig.cancel(id);
          const name = `day${day}`;
          day += 1;
          rig = goOn(rig, (snapshot) => renameTrades(snapshot, (id) => (id.includes(':') ? id : `${name}:${id}`)));
        }
        expect(rig.faults().filter((fault) => fault.includes('I-04'))).toEqual([]);
        const account = rig.exchange.book.account('main');
        expect(account.trades?.sumOf(0)).toBe(account.quantityOf(0));
        expect(goOn(rig).exchange.snapshot()).toEqual(JSON.parse(JSON.stringify(rig.exchange.snapshot())));
        for (const order of rig.exchange.book.orders.values()) {
          if (order.parentId === '' || order.isUnarmed || what === 'split') continue;
          expect(account.trades?.leftOf(order.exitOf, order)).toBeGreaterThan(0);
        }
      }
    }),
  );
});
