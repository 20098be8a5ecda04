/**
 * Joins a market that reacts to orders with the session's venue. The venue decides what own orders do, against the rows
 * that the market has made; what they did is written down and told to the market, which goes on from there. So the
 * market is a function of its reference and of what is on the tape, and is made again from these on recovery (K1).
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { SECOND } from '../domain/timeframe.js';
import type { DurationMicros, Micros } from '../domain/units.js';
import type { BookActivity } from '../exchange/OwnActivity.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';

/** A market that is made in slices, and that orders from outside can trade in. */
export interface ReactiveMarket {
  /** How long a slice is; all begin at its multiples. */
  readonly slice: DurationMicros;
  /** Market time at which it ends. */
  readonly end: Micros;
  /** Start of the first slice that is not made yet; {@link end} once all are. */
  readonly frontier: Micros;
  /** Whether a row at or before `time` was made and not read yet. */
  hasMade(time: Micros): boolean;
  makeSlice(): void;
  /** Tells of orders from outside; they take effect with the slice at the frontier. */
  tell(outside: readonly BookActivity[]): void;
  /** Tells beforehand what was told at a frontier when the market was made first. */
  expect(time: Micros, outside: readonly BookActivity[]): void;
}

/** See the module header. */
export class MarketReaction {
  readonly #market: ReactiveMarket;
  readonly #composed: ComposedKernel;
  readonly #record: (record: TapeRecord, time: Micros) => void;
  /** Rows before are on the tape already: what comes after them was told later than they were made. */
  readonly #tellFrom: Micros;
  /** Written down and not told yet. */
  #waiting: BookActivity[] = [];

  /** `record` puts a record on the tape, even while the disk is full; the market's rows up to `copiedTo` are there. */
  constructor(
    market: ReactiveMarket,
    composed: ComposedKernel,
    copiedTo: Micros,
    record: (record: TapeRecord, time: Micros) => void,
  ) {
    this.#tellFrom = (Math.floor(copiedTo / market.slice) + 1) * market.slice;
    this.#market = market;
    this.#composed = composed;
    this.#record = record;
  }

  /** Tells the market beforehand what the tape says it was told; before a recovery. */
  expect(records: readonly PlacedRecord[]): void {
    for (const { record } of records) {
      if (record.type === 'marketOrders') this.#market.expect(record.time, record.outside);
    }
  }

  /** Start of the first slice that is not made yet; recorded with every position. */
  get frontier(): Micros {
    return this.#market.frontier;
  }

  /** From here on the venue's decisions count; before, they were on the tape, and the market was made to `frontier`. */
  begin(frontier: Micros): void {
    while (this.#market.frontier < frontier) this.#market.makeSlice();
    this.#composed.venue.activity.isOn = true;
  }

  /** Whether a row at or before `time` was made and not read yet. */
  hasMade(time: Micros): boolean {
    return this.#market.hasMade(time);
  }

  /**
   * Makes the market up to its next row, at most to `until`, and says how far its rows may be read. What own orders did
   * is told to it once `makeDurable` has said that it is: no row may show what the tape could lose. While no order is
   * open a second is made at once, so the first order is heard of at its end.
   */
  makeUntil(until: Micros, makeDurable: () => boolean): Micros {
    const market = this.#market;
    while (market.frontier <= until && market.frontier < market.end && !market.hasMade(until)) {
      this.#reachFrontier();
      this.note();
      if (this.#waiting.length > 0 && market.frontier >= this.#tellFrom) {
        if (!makeDurable()) break;
        market.tell(this.#waiting);
        this.#waiting = [];
      }
      // What waits is told at the time that was written down for it, and no later.
      const isIdle = this.#composed.venue.isIdle && this.#waiting.length === 0;
      do market.makeSlice();
      while (isIdle && market.frontier % SECOND !== 0);
    }
    return market.frontier >= market.end ? until : Math.min(until, market.frontier - 1);
  }

  /** Writes down what own orders did since the last time. */
  note(): void {
    const { kernel, venue } = this.#composed;
    const outside = venue.activity.drain();
    if (outside.length === 0) return;
    const time = Math.max(this.#market.frontier, this.#tellFrom);
    this.#record({ type: 'marketOrders', at: kernel.inputSequence, time, outside }, kernel.now);
    this.#waiting.push(...outside);
  }

  /** Lets everything happen that is due before the frontier. */
  #reachFrontier(): void {
    const { kernel } = this.#composed;
    const before = this.#market.frontier - 1;
    if (before > kernel.now) kernel.advanceClock(before);
  }
}
