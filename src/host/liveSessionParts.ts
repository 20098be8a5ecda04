/** What a live session is made of, and what it is told by a market as it happens. */
import type { Command } from '../domain/commands.js';
import type { LiveMarket } from '../domain/liveMarket.js';
import type { MarketStream } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import type { LiveNotes } from './LiveNotes.js';
import type { ReactiveMarket } from './MarketReaction.js';
import type { SessionRecord } from './readTape.js';
import type { SeenMinutes } from './SeenMinutes.js';
import type { SessionTape } from './SessionTape.js';
import type { PlacedRecord } from './tapeRecords.js';

/** What a session is made of. */
export interface LiveSessionParts {
  /** The tape's opening record. */
  readonly header: SessionRecord;
  /** Open for writing, its records already read; the opening record is on it. */
  readonly tape: SessionTape;
  /** All records of the tape after the opening one; empty for a new session. */
  readonly records: readonly PlacedRecord[];
  /** The market from the session's start. */
  readonly stream: MarketStream;
  /** The same market, where it reacts to orders; then it is made only as far as the kernel has come. */
  readonly reactive?: ReactiveMarket;
  /** Market time at which the session is over. */
  readonly endTime: Micros;
  /** The prices that a following day goes on from, in dollars; absent where none follows. */
  readonly closingPrices?: () => readonly number[];
  /** Whether market data are copied into the tape. */
  readonly copyMarket: boolean;
  /** Time of the last market row that is on the tape already; -Infinity if none is. */
  readonly copiedTo: Micros;
  /** The market as it happens, which `stream` gives the rows of; absent where they are there already. */
  readonly live?: LiveLink;
  readonly resolveStrategy: StrategyResolver;
  /** Where a watchdog looks whose hook is running (`KernelOptions.hookProbe`). */
  readonly hookProbe?: Int32Array;
  /** Called again and again while the session works through market data, so that a watchdog sees it move. */
  readonly beat?: () => void;
  /** Rows kept per symbol for programs that read the market; 0 keeps none. */
  readonly keepMarketRows: number;
  /** Market seconds per real second at first; 0 is as fast as possible. */
  readonly speed: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Called with each record once it is durable. */
  readonly onDurable: (placed: PlacedRecord) => void;
}

/** The command that enters an order. */
export type SubmitOrder = Extract<Command, { type: 'submitOrder' }>;

/** A session's link to a market as it happens. */
export interface LiveLink {
  readonly market: LiveMarket;
  readonly notes: LiveNotes;
  /** What the session sees on its way into the history cache. */
  readonly seen: SeenMinutes;
  /** When the day's premarket begins: until then nothing happens, and little is written. */
  readonly opensAt: Micros;
  /** Hears the time of the newest row, by which the machine's clock can be judged. */
  readonly witness: (time: Micros) => void;
}
