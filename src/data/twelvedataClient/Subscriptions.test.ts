import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import '../../../test/propertySeed.js';
import { Subscriptions } from './Subscriptions.js';
import type { SubscriptionOptions } from './Subscriptions.js';
import { readMessage } from './streamMessages.js';

function setUp(options: Partial<SubscriptionOptions> = {}) {
  const told: string[] = [];
  const subscriptions = new Subscriptions({
    mostSymbols: 100,
    onSymbol: (symbol, state, reason) => told.push([symbol, state, reason].filter(Boolean).join(' ')),
    ...options,
  });
  const status = (message: object): void => {
    const read = readMessage(JSON.stringify({ event: 'subscribe-status', ...message }));
    if (read.kind !== 'status') throw new Error(read.kind);
    subscriptions.take(read);
  };
  const sent = (): unknown[] => {
    const messages: unknown[] = [];
    for (let text = subscriptions.next(); text !== undefined; text = subscriptions.next()) {
      messages.push(JSON.parse(text));
    }
    return messages;
  };
  return { subscriptions, told, status, sent };
}

const subscribe = (symbols: unknown) => ({ action: 'subscribe', params: { symbols } });
const unsubscribe = (symbols: unknown) => ({ action: 'unsubscribe', params: { symbols } });
const aapl = { symbol: 'AAPL', exchange: 'NASDAQ', mic_code: 'XNAS', country: 'United States', type: 'Common Stock' };
const forex = { symbol: 'EUR/USD', exchange: 'PHYSICAL CURRENCY', country: '', type: 'Physical Currency' };

describe('symbols of messages', () => {
  it('are one text while all are plain', () => {
    const { subscriptions, sent } = setUp();
    subscriptions.want(['AAPL', 'BRK.B', 'EUR/USD', 'BTC/USD']);
    expect(sent()).toEqual([subscribe('AAPL,BRK.B,EUR/USD,BTC/USD')]);
  });

  it('are objects as soon as one needs more than its ticker', () => {
    const indices = new Map([['DJI', { symbol: 'DJI', type: 'Index' }]]);
    const { subscriptions, sent } = setUp({ instrumentOf: (wanted) => indices.get(wanted) });
    subscriptions.want(['AAPL', 'RY:TSX', 'RY:XNYS', 'DJI']);
    expect(sent()).toEqual([
      subscribe([
        { symbol: 'AAPL' },
        { symbol: 'RY', exchange: 'TSX' },
        { symbol: 'RY', mic_code: 'XNYS' },
        { symbol: 'DJI', type: 'Index' },
      ]),
    ]);
  });

  it('are refused when they are none', () => {
    const { subscriptions, sent, told } = setUp();
    subscriptions.want(['AAPL,MSFT', '', 'A\n', 'AAPL']);
    expect(sent()).toEqual([subscribe('AAPL')]);
    expect(told.map((line) => line.slice(0, 12))).toEqual(['AAPL,MSFT re', 'refused It i', 'A\n refused I']);
    subscriptions.want(['AAPL,MSFT', 'AAPL']);
    expect(told).toHaveLength(3);
  });

  it('go in chunks', () => {
    const { subscriptions, sent } = setUp({ mostSymbols: 1_000 });
    subscriptions.want(Array.from({ length: 250 }, (_, i) => `S${i}`));
    const sizes = sent().map(
      (message) => (message as { params: { symbols: string } }).params.symbols.split(',').length,
    );
    expect(sizes).toEqual([100, 100, 50]);
  });
});

describe('the status of subscriptions', () => {
  const accepted: readonly [string, object][] = [
    ['ok, fails []', { status: 'ok', success: [aapl, forex], fails: [] }],
    ['ok, fails null', { status: 'ok', success: [aapl, forex], fails: null }],
    ['ok, fails absent', { status: 'ok', success: [aapl, forex] }],
    ['ok, symbols alone', { status: 'ok', success: [{ symbol: 'AAPL' }, { symbol: 'eur/usd' }] }],
    ['ok, texts', { status: 'ok', success: ['AAPL', 'EUR/USD'], fails: [] }],
  ];
  it.each(accepted)('%s: all are subscribed', (_, message) => {
    const { subscriptions, told, status, sent } = setUp();
    subscriptions.want(['AAPL', 'EUR/USD']);
    sent();
    expect(subscriptions.isRestored).toBe(false);
    status(message);
    expect(told).toEqual(['AAPL subscribed', 'EUR/USD subscribed']);
    expect(subscriptions.isRestored).toBe(true);
    // A repetition is no news.
    status(message);
    expect(told).toHaveLength(2);
  });

  it('warning: the rejected one is told once and not asked for again', () => {
    const { subscriptions, told, status, sent } = setUp();
    subscriptions.want(['AAPL', '1211:XHKG']);
    sent();
    const fails = [{ symbol: '1211', message: 'You are not authorized to access XHKG data.' }];
    status({ status: 'warning', success: [aapl], fails });
    expect(told).toEqual(['AAPL subscribed', '1211:XHKG refused You are not authorized to access XHKG data.']);
    expect(subscriptions.isRestored).toBe(true);
    subscriptions.want(['AAPL', '1211:XHKG']);
    expect(sent()).toEqual([]);
    subscriptions.connected();
    expect(sent()).toEqual([subscribe('AAPL')]);
    // Wanted anew, it is asked for anew.
    subscriptions.want(['AAPL']);
    subscriptions.want(['AAPL', '1211:XHKG']);
    expect(sent()).toEqual([subscribe([{ symbol: '1211', mic_code: 'XHKG' }])]);
  });

  const rejected: readonly [string, object][] = [
    ['success absent', { status: 'error', fails: [{ symbol: 'ZZZZ' }, { symbol: 'YYYY' }] }],
    ['success null', { status: 'error', success: null, fails: [{ symbol: 'ZZZZ' }, { symbol: 'YYYY' }] }],
    ['success []', { status: 'error', success: [], fails: [{ symbol: 'ZZZZ' }, { symbol: 'YYYY', exchange: 'X' }] }],
    ['messages', { status: 'error', messages: ['Cant parse message'] }],
    ['nothing at all', { status: 'error' }],
  ];
  it.each(rejected)('error, %s: all are refused', (_, message) => {
    const { subscriptions, told, status, sent } = setUp();
    subscriptions.want(['ZZZZ', 'YYYY']);
    sent();
    status(message);
    expect(told.map((line) => line.split(' ', 2).join(' '))).toEqual(['ZZZZ refused', 'YYYY refused']);
    expect(subscriptions.isRestored).toBe(true);
    subscriptions.connected();
    expect(sent()).toEqual([]);
  });

  it('error with messages speaks of the oldest question alone', () => {
    const { subscriptions, told, status, sent } = setUp({ chunk: 1 });
    subscriptions.want(['A', 'B']);
    sent();
    status({ status: 'error', messages: ['Cant parse message'] });
    status({ status: 'ok', success: [{ symbol: 'B' }], fails: [] });
    expect(told).toEqual(['A refused Cant parse message', 'B subscribed']);
  });

  it('tells a ticker of two markets apart', () => {
    const { subscriptions, told, status, sent } = setUp();
    subscriptions.want(['RY', 'RY:TSX', 'ABC', 'ABC:XNYS']);
    sent();
    status({
      status: 'ok',
      success: [
        { symbol: 'RY', exchange: 'TSX' },
        { symbol: 'RY', exchange: 'NYSE' },
        { symbol: 'ABC', mic_code: 'XNYS' },
      ],
      fails: [{ symbol: 'ABC' }],
    });
    expect(told.map((line) => line.split(' ', 2).join(' '))).toEqual([
      'RY:TSX subscribed',
      'RY subscribed',
      'ABC:XNYS subscribed',
      'ABC refused',
    ]);
    expect(subscriptions.symbolOf({ symbol: 'RY', exchange: 'TSX' })).toBe('RY:TSX');
    expect(subscriptions.symbolOf({ symbol: 'RY', exchange: 'NYSE' })).toBe('RY');
    expect(subscriptions.symbolOf({ symbol: 'XYZ' })).toBeUndefined();
  });

  it('asks again for what got no answer, and then takes it as it is', () => {
    const { subscriptions, sent } = setUp();
    subscriptions.want(['A', 'B']);
    sent();
    expect(subscriptions.giveUpWaiting(true)).toBe(2);
    expect(sent()).toEqual([subscribe('A,B')]);
    expect(subscriptions.giveUpWaiting(false)).toBe(2);
    expect(sent()).toEqual([]);
    expect(subscriptions.isRestored).toBe(true);
  });
});

describe('changes of what is wanted', () => {
  it('unsubscribe before they subscribe, and end everything with a reset', () => {
    const { subscriptions, sent, status, told } = setUp();
    subscriptions.want(['A', 'B', 'C']);
    sent();
    status({ status: 'ok', success: [{ symbol: 'A' }, { symbol: 'B' }, { symbol: 'C' }] });
    subscriptions.want(['B', 'D']);
    expect(sent()).toEqual([unsubscribe('A,C'), subscribe('D')]);
    // The acknowledgement of unsubscribing under the other name.
    status({ status: 'ok', success: [{ symbol: 'A' }, { symbol: 'C' }], fails: [] });
    expect(told).toHaveLength(3);
    expect(subscriptions.isWanted('A')).toBe(false);
    subscriptions.want([]);
    expect(sent()).toEqual([{ action: 'reset' }]);
    expect(sent()).toEqual([]);
  });

  it('keep to the plan: the last ones wait for room', () => {
    const { subscriptions, sent, status, told } = setUp({ mostSymbols: 2 });
    subscriptions.want(['A', 'B', 'C', 'D']);
    expect(told).toEqual([
      'C refused The plan allows 2 symbols at a time, and more are wanted.',
      'D refused The plan allows 2 symbols at a time, and more are wanted.',
    ]);
    expect(sent()).toEqual([subscribe('A,B')]);
    status({ status: 'warning', success: [{ symbol: 'A' }], fails: [{ symbol: 'B' }] });
    expect(sent()).toEqual([subscribe('C')]);
    subscriptions.want(['A', 'D']);
    expect(sent()).toEqual([unsubscribe('C'), subscribe('D')]);
  });

  it('F45: leave the server with exactly what is wanted, whatever came between', () => {
    const symbols = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.subarray(symbols).map((wanted) => ({ wanted })) },
      { weight: 2, arbitrary: fc.constant('send' as const) },
      fc.constant('reconnect' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.subarray(symbols), (steps, last) => {
        const { subscriptions, status } = setUp({ chunk: 2 });
        const server = new Set<string>();
        const send = (): boolean => {
          const text = subscriptions.next();
          if (text === undefined) return false;
          const { action, params } = JSON.parse(text) as { action: string; params?: { symbols: string } };
          const named = params?.symbols.split(',') ?? [];
          if (action === 'reset') server.clear();
          for (const symbol of named) {
            if (action === 'subscribe') server.add(symbol);
            else server.delete(symbol);
          }
          if (action === 'subscribe') status({ status: 'ok', success: named, fails: [] });
          return true;
        };
        for (const now of [...steps, { wanted: last }]) {
          if (now === 'send') send();
          else if (now !== 'reconnect') subscriptions.want(now.wanted);
          else {
            server.clear();
            subscriptions.connected();
          }
        }
        while (send());
        expect([...server].sort()).toEqual([...last].sort());
        expect(subscriptions.isRestored).toBe(true);
      }),
    );
  });
});
