/**
 * Sessions by name on which the exchange and the naive one must agree, with what both must decide: rules that random
 * sessions reach too seldom for a quick run to hold them.
 */
import { describe, expect, it } from 'vitest';
import { newYorkText } from '../calendar/newYorkText.js';
import { PrintFlag, TradingStatus } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import { at, ORDINARY, usd } from './testing/ExchangeRig.js';
import type { RigOrder } from './testing/ExchangeRig.js';
import { NaivePair } from './testing/NaivePair.js';
import type { PairStep } from './testing/NaivePair.js';
import type { NaiveRow } from './testing/naiveTypes.js';

/** A clock with what the instant brings: rows and orders. */
type Step = readonly [clock: string, ...(NaiveRow | RigOrder)[]];

function bar(open: number, high: number, low: number, close: number): NaiveRow {
  const prices = { open: usd(open), high: usd(high), low: usd(low), close: usd(close) };
  return { kind: 'bar', symbolId: 0, span: MINUTE, ...prices, volume: 100_000 };
}

/** A quote bar of five minutes, two cents wide; prices are the bids. */
function quoteBar(...bids: readonly [number, number, number, number]): NaiveRow {
  const [open, high, low, close] = bids.map(usd) as [number, number, number, number];
  const cents = usd(0.02);
  const ask = [open + cents, high + cents, low + cents, close + cents] as const;
  return {
    kind: 'quoteBar',
    symbolId: 0,
    span: 5 * MINUTE,
    bid: [open, high, low, close],
    bidSize: 500,
    ask,
    askSize: 500,
  };
}

function print(price: number, size: number, flags = ORDINARY): NaiveRow {
  return { kind: 'print', symbolId: 0, price: usd(price), size, flags };
}

function quote(bid: number, ask: number): NaiveRow {
  return { kind: 'quote', symbolId: 0, bid: usd(bid), bidSize: 100, ask: usd(ask), askSize: 100, flags: 0 };
}

function status(code: number): NaiveRow {
  return { kind: 'status', symbolId: 0, status: code, lower: 0, upper: 0 };
}

function stepOf([clock, ...parts]: Step): PairStep {
  return {
    time: at(clock),
    rows: parts.flatMap((part) => ('kind' in part ? [part] : [])),
    commands: parts.flatMap((part) => ('kind' in part ? [] : [{ kind: 'submit', order: part } as const])),
  };
}

/** When, to the minute, and how orders filled and ended, with the price in dollars. */
function endings(outcomes: readonly string[]): string[] {
  return outcomes
    .map((line) => line.split(' '))
    .filter(([type = '']) => ['filled', 'expired', 'canceled', 'rejected'].includes(type))
    .map(([type, orderId, time = '', , , price]) => {
      const clock = newYorkText(Number(time.slice(1))).slice(11, 16);
      return [clock, orderId, type, ...(type === 'filled' ? [Number(price) / usd(1)] : [])].join(' ');
    });
}

const bracket = { shares: 10, profit: 103, loss: 98 } as const;

describe('the exchange and a naive one agree on', () => {
  const sessions: readonly (readonly [string, string, readonly Step[], readonly string[]])[] = [
    [
      'a stop loss that was reached in the bar that ends the session and filled its entry (M9)',
      'optimistic',
      [
        ['15:58:30', bracket],
        ['16:00', bar(100, 104, 97, 101)],
      ],
      ['16:00 o-1 filled 100', '16:00 o-1-sl filled 98', '16:00 o-1-tp canceled'],
    ],
    [
      'exits that were not reached in that bar: they are for the day, and it is over',
      'optimistic',
      [
        ['15:58:30', bracket],
        ['16:00', bar(100, 104, 99, 101)],
      ],
      ['16:00 o-1 filled 100', '16:00 o-1-tp expired', '16:00 o-1-sl expired'],
    ],
    [
      'a lasting stop loss that was reached in that bar',
      'optimistic',
      [
        ['15:58:30', { shares: 10, loss: 98, timeInForce: 'gtc' }],
        ['16:00', bar(100, 104, 97, 101)],
      ],
      ['16:00 o-1 filled 100', '16:00 o-1-sl filled 98'],
    ],
    [
      'a take profit that rests since the print that armed it, though the last one of that instant went through it',
      'papertape',
      [
        ['15:00', { ...bracket, side: 'sell', shares: 1, profit: 99.94, loss: 101 }],
        // Nothing traded at 99.90. Sold at 99.94 less half the modelled spread of 1.5 basis points.
        ['15:01', print(99.94, 5000), print(99.9, 0)],
        ['15:02', print(99.5, 100)],
      ],
      ['15:01 o-1 filled 99.925009', '15:02 o-1-tp filled 99.94', '15:02 o-1-sl canceled'],
    ],
    [
      'a trailing stop that a crossed quote arms when it becomes usable: it begins at the last price then',
      'optimistic',
      [
        ['10:00', print(99.95, 100), quote(99.95, 99.93), { shares: 1, profit: 101, lossTrailBy: 0.01 }],
        ['10:00:07', quote(99.95, 99.97), print(99.5, 100)],
      ],
      ['10:00 o-1 filled 99.95', '10:00 o-1-sl filled 99.95', '10:00 o-1-tp canceled'],
    ],
    [
      'a limit if touched that leaves no room for the spread: it must be traded through as any limit',
      'papertape',
      [
        ['10:00:30', { type: 'limit_if_touched', stop: 99, limit: 99 }],
        ['10:02', bar(100, 100, 99, 100)],
        ['10:03', bar(100, 100, 98.99, 100)],
      ],
      ['10:03 o-1 filled 99'],
    ],
    [
      'a limit before the trigger, which takes it with no more of the spread than it allows',
      'strict',
      [
        // One and a half basis points for the spread and once more for slippage: 99.0297.
        ['10:00:30', { type: 'limit_if_touched', stop: 99, limit: 99.01 }],
        ['10:00:30', { type: 'limit_if_touched', stop: 99, limit: 99.05 }],
        ['10:02', bar(100, 100, 99, 100)],
      ],
      ['10:02 o-1 filled 99.01', '10:02 o-2 filled 99.0297'],
    ],
    [
      'a limit behind the trigger: in the bar that touches it if that goes through both',
      'papertape',
      [
        ['10:00:30', { type: 'limit_if_touched', side: 'sell', stop: 101, limit: 101.5 }],
        ['10:00:30', { type: 'limit_if_touched', side: 'sell', stop: 101, limit: 102 }],
        ['10:02', bar(100, 101.51, 99, 100)],
        ['10:03', bar(102.01, 102.5, 99, 100)],
      ],
      ['10:02 o-1 filled 101.5', '10:03 o-2 filled 102.01'],
    ],
    [
      'a take profit that was armed within a quote bar: it did not rest through the whole of it',
      'optimistic',
      [
        ['09:25', { ...bracket, profit: 101 }],
        ['09:31', print(100, 500)],
        // The bids were at 102 before or after the purchase; the next bar began later.
        ['09:35', quoteBar(100, 102, 99, 100)],
        ['09:40', quoteBar(100, 101.01, 99, 100)],
      ],
      ['09:31 o-1 filled 100', '09:40 o-1-tp filled 101', '09:40 o-1-sl canceled'],
    ],
    [
      'a stop-limit that was elected within a quote bar: it did not rest through the whole of it',
      'optimistic',
      [
        ['09:29', { shares: 10, stop: 101, limit: 101 }],
        // Elected, and beyond its limit.
        ['09:32', print(102, 500)],
        // The offers were at 100.02 before that; the next bar began later.
        ['09:35', quoteBar(100, 102, 100, 102)],
        ['09:40', quoteBar(102, 102, 100.5, 102)],
      ],
      ['09:40 o-1 filled 101'],
    ],
    [
      'the estimate of a closing auction: it is due by time alone, before what comes in that instant is decided on',
      'optimistic',
      [
        ['15:40', { shares: 10, timeInForce: 'cls' }, print(100, 500)],
        ['15:59', { shares: 10, side: 'sell', limit: 102, extendedHours: true }],
        ['16:10', print(103, 500)],
      ],
      ['16:10 o-1 filled 100', '16:10 o-2 filled 102'],
    ],
    [
      'a limit that waited for the open, with a trade in the instant of the auction and before it (R4, M12)',
      'lean',
      [
        ['09:25', { shares: 10, side: 'sell', limit: 99.5 }],
        ['09:30', print(99.5, 100), print(99.95, 500, ORDINARY | PrintFlag.OPENING_AUCTION)],
      ],
      ['09:30 o-1 filled 99.95'],
    ],
    [
      'a closing auction whose estimate was due in a halt: none is made afterwards (R4, R7)',
      'optimistic',
      [
        ['15:40', { shares: 10, timeInForce: 'cls' }, print(100, 500)],
        ['16:05', status(TradingStatus.HALTED)],
        ['16:11', print(100, 0, ORDINARY | PrintFlag.REOPENING_AUCTION)],
        // Crossed, so that the symbol is looked at again two seconds later.
        ['16:12', { kind: 'quote', symbolId: 0, bid: usd(100), bidSize: 0, ask: usd(99.98), askSize: 0, flags: 0 }],
        ['20:00'],
      ],
      ['20:00 o-1 expired'],
    ],
    [
      'an order that waited for the open and met a reopening trade: it waits for no opening auction (R7, M12)',
      'optimistic',
      [
        ['09:29', { shares: 10 }],
        // Trading is open, and nothing of this print is left for the order.
        ['09:30', print(99.8, 0, ORDINARY | PrintFlag.REOPENING_AUCTION)],
        ['09:30:01', print(99.9, 300)],
      ],
      ['09:30 o-1 filled 99.9'],
    ],
    [
      'a stop that a bar elects where no prints come: what it takes of the quote is reported as of a quote (R3, M8)',
      'papertape',
      [
        ['09:31', { kind: 'quote', symbolId: 0, bid: usd(100), bidSize: 50, ask: usd(100.02), askSize: 50, flags: 0 }],
        ['09:31:01', { shares: 10, stop: 100.5 }],
        ['09:33', bar(100, 101, 99, 100)],
        ['09:34'],
      ],
      ['09:33 o-1 filled 100.02'],
    ],
    [
      'the last close of a session that stands for the closing auction: it is reported with that end (M8)',
      'papertape',
      [
        ['15:40', bar(100, 101, 99, 100), { shares: 10, timeInForce: 'cls' }],
        ['15:59', bar(100, 101, 99, 100)],
        ['16:00'],
        ['16:01'],
      ],
      ['16:00 o-1 filled 100.0075'],
    ],
    [
      'a stop loss in the bar of its entry: all that the bar decides of the group is reported with it (M8, M9)',
      'papertape',
      [['09:31', bar(100, 101, 99, 100)], ['09:31:30', bracket], ['09:33', bar(100, 101, 97, 100)], ['09:34']],
      ['09:33 o-1 filled 100.015', '09:33 o-1-sl filled 97.9706', '09:33 o-1-tp canceled'],
    ],
  ];
  it.each(sessions)('%s', (_, preset, steps, expected) => {
    const pair = new NaivePair({ preset, feePlan: 'zero', cash: 100_000, startTime: at('09:20') });
    for (const step of steps) expect(pair.play(stepOf(step))).toBeUndefined();
    expect(endings(pair.naive.outcomes)).toEqual(expected);
  });
});
