/**
 * Tapes that hold a market and no decisions: recordings, and what is cut out of tapes or merged from them. They open
 * like every other tape; a replay trades on them.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { SessionConfig } from '../domain/session.js';
import { RAW_PRICE_SCALE, type Micros } from '../domain/units.js';
import type { StorageNotice } from '../storage/eventLog.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { INSTALLATION } from './installation.js';
import { lastTimeOf } from './MarketFeed.js';
import type { SessionRecord } from './readTape.js';
import { SessionTape } from './SessionTape.js';
import type { MarketNote, MarketReference } from './tapeRecords.js';

/** What a market tape says of itself. */
export interface MarketTapeFacts extends Pick<
  SessionConfig,
  'sessionId' | 'feed' | 'symbols' | 'coverage' | 'feedDelay' | 'listings' | 'startTime' | 'corporateActions'
> {
  readonly market: MarketReference;
}

/** A market tape that is being written. */
export class MarketTapeWriter {
  readonly #tape: SessionTape;
  #rows = 0;
  #lastTime: Micros;

  /** Begins one in a directory of its own. Throws the errors of `SessionTape.open`. */
  constructor(
    fs: FileSystem,
    directory: string,
    { market, ...facts }: MarketTapeFacts,
    onNotice: (notice: StorageNotice) => void,
  ) {
    this.#lastTime = facts.startTime;
    this.#tape = SessionTape.open({
      fs,
      directory,
      sessionId: facts.sessionId,
      onRecord: () => undefined,
      onNotice,
      // Nobody trades: what a full disk could not take any more has no reserve.
      sizes: { reserveBytes: 0, marketReserveBytes: 0 },
    });
    const header: SessionRecord = {
      type: 'session',
      config: {
        ...facts,
        priceScale: RAW_PRICE_SCALE,
        accountId: 'paper',
        startingCash: 0,
        preset: 'papertape',
        feePlan: 'zero',
        seed: 1,
        limits: {},
        strategies: [],
      },
      market,
      identity: {
        engineVersion: INSTALLATION.version,
        node: process.versions.node,
        v8: process.versions.v8,
        strategies: {},
      },
      carried: null,
    };
    this.#tape.append(header, facts.startTime);
    this.#tape.commit();
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Takes rows, none older than those before. */
  append(batch: MarketBatch): void {
    if (batch.length === 0) return;
    this.#lastTime = Math.max(this.#lastTime, lastTimeOf(batch));
    this.#tape.appendMarket(batch, this.#lastTime);
    this.#rows += batch.length;
  }

  /** Takes a fact about the rows. */
  note(note: MarketNote): void {
    this.#tape.append({ type: 'marketNote', at: this.#rows, time: this.#lastTime, note }, this.#lastTime);
  }

  /** Makes durable what was taken so far; market time is `now`. */
  sync(now: Micros): void {
    this.#position(Math.max(now, this.#lastTime), false);
    this.#tape.commit();
  }

  /** Ends the tape. */
  close(): void {
    this.#position(this.#lastTime, true);
    this.#tape.commit();
    this.#tape.close();
  }

  #position(time: Micros, ended: boolean): void {
    this.#tape.append({ type: 'position', at: this.#rows, time, ended, working: null }, time);
  }
}
