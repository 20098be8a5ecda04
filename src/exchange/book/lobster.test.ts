import { expect, it } from 'vitest';
import { applyMessage, levelsOf, readBookRows, readMessages, startOf } from '../../../test/lobsterFiles.js';
import type { Levels, LobsterMessage } from '../../../test/lobsterFiles.js';
import { describeWithReferenceData } from '../../../test/referenceData.js';
import { BUY, SELL } from '../../book/bookLayout.js';
import type { BookSide } from '../../book/bookLayout.js';
import { queueFaults } from '../../book/queueFaults.js';
import { ReplayBook } from './ReplayBook.js';

const MESSAGES_10 = 'aapl_message_10_first_999.csv.gz';
const BOOK_10 = 'aapl_orderbook_10_first_999.csv.gz';
const MESSAGES_50 = 'aapl_message_50.csv.gz';
const BOOK_1 = 'aapl_orderbook_1.csv.gz';
const DEPTH = 10;

function seed(book: ReplayBook, side: BookSide, levels: Levels): void {
  for (const [tick, size] of levels) if (size > 0) book.market.seed(side, tick, size);
}

/** The book before the first message. */
function startingBook(messages: readonly LobsterMessage[]): ReplayBook {
  const { depth, orders } = startOf(messages, BOOK_10);
  const book = new ReplayBook();
  for (const { side, tick, size } of depth) book.onDepth(side, tick, size);
  for (const { number, side, tick, size } of orders) book.onAdd(number, side, tick, size);
  return book;
}

describeWithReferenceData('a recorded NASDAQ morning (LOBSTER, AAPL 2012-06-21)', () => {
  it('steps from row to row of the ten-level book: 998 of 998', () => {
    const messages = readMessages(MESSAGES_10);
    const rows = readBookRows(BOOK_10);
    let steps = 0;
    for (let k = 1; k < rows.length; k += 1) {
      const [before, after, message] = [rows[k - 1], rows[k], messages[k]];
      if (before === undefined || after === undefined || message === undefined) continue;
      const book = new ReplayBook();
      seed(book, BUY, before.bids);
      seed(book, SELL, before.asks);
      applyMessage(book, message);
      const [bids, asks] = [levelsOf(book, BUY, DEPTH), levelsOf(book, SELL, DEPTH)];
      // Where a level vanished, the file shows one more at the end, which the row before could not show.
      expect(after.bids.slice(0, bids.length), `step ${k}`).toEqual(bids);
      expect(after.asks.slice(0, asks.length), `step ${k}`).toEqual(asks);
      expect(bids.length + asks.length).toBeGreaterThanOrEqual(2 * DEPTH - 1);
      steps += 1;
    }
    expect(steps).toBe(998);
  });

  it('rebuilds the ten best levels from the messages: 999 of 999', () => {
    const messages = readMessages(MESSAGES_50);
    const shown = readMessages(MESSAGES_10);
    const rows = readBookRows(BOOK_10);
    const book = startingBook(messages);
    let seen = 0;
    for (const message of messages) {
      applyMessage(book, message);
      if (message.text !== shown[seen]?.text) continue;
      expect(levelsOf(book, BUY, DEPTH), `row ${seen}`).toEqual(rows[seen]?.bids);
      expect(levelsOf(book, SELL, DEPTH), `row ${seen}`).toEqual(rows[seen]?.asks);
      seen += 1;
      if (seen === shown.length) break;
    }
    expect(seen).toBe(999);
    expect(queueFaults(book.market.queues)).toEqual([]);
  });

  it('rebuilds the best bid and ask of the hour: the first 15,999 states, all but 17 of 23,439', () => {
    const messages = readMessages(MESSAGES_50);
    const book = startingBook(messages);
    const states = distinct(
      messages.map((message) => {
        applyMessage(book, message);
        return [...levelsOf(book, SELL, 1), ...levelsOf(book, BUY, 1)].join();
      }),
    );
    const expected = distinct(readBookRows(BOOK_1).map(({ asks, bids }) => [...asks, ...bids].join()));
    expect([states.length, expected.length]).toEqual([23_439, 23_440]);
    const equalFromStart = states.findIndex((state, index) => state !== expected[index]);
    expect(equalFromStart).toBe(15_999);
    let equalToEnd = 0;
    while (states.at(-1 - equalToEnd) === expected.at(-1 - equalToEnd)) equalToEnd += 1;
    expect(equalToEnd, 'a few deep orders that were never seen come to the top, and go again').toBe(7401);
    const inFile = new Set(expected);
    expect(states.filter((state) => !inFile.has(state))).toHaveLength(17);
    expect(book.market.misfits).toEqual({ unknown: 14, duplicate: 0, excess: 0, stale: 0 });
    expect(queueFaults(book.market.queues)).toEqual([]);
  });

  it('executes the oldest order at its price in 4,031 of 4,055 cases', () => {
    const messages = readMessages(MESSAGES_50);
    const submitted = new Set<number>();
    const book = startingBook(messages);
    let [executions, oldest] = [0, 0];
    for (const message of messages) {
      if (message.type === 1) submitted.add(message.number);
      if (message.type === 4 && submitted.has(message.number)) {
        const { side, tick, number } = message;
        executions += 1;
        if (book.market.queues.firstAt(side, tick) === book.market.find(number, side, tick)) oldest += 1;
      }
      applyMessage(book, message);
    }
    expect([oldest, executions]).toEqual([4031, 4055]);
  });
});

function distinct(states: readonly string[]): string[] {
  return states.filter((state, index) => state !== states[index - 1]);
}
