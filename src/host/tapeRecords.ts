/**
 * What a tape's decision log says, record by record, as JSON payloads.
 *
 * `at` is the input position: the number of market rows and commands that the kernel had consumed when the
 * record was made. Records of one position are in the order in which they happened. A number that never occurs
 * in JSON (Infinity) is null. Meanings of fields are never reused; a new meaning is a new field.
 */
import type { Command, CommandResult } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';
import type { FeedQuality, PrintCorrection } from '../domain/marketSource.js';
import type { Order } from '../domain/order.js';
import type { OrderTransition } from '../domain/orderState.js';
import type { HistoryKind, StrategyState } from '../domain/ports.js';
import type { Position } from '../domain/position.js';
import type { RiskLimits } from '../domain/risk.js';
import type { SessionConfig, StrategyConfig } from '../domain/session.js';
import type { ShadowFill } from '../domain/shadow.js';
import type { Signal } from '../domain/signal.js';
import type { CarriedBooks } from '../engine/PositionTracker.js';
import type { BookActivity } from '../exchange/OwnActivity.js';
import type { Timeframe } from '../domain/timeframe.js';
import type { Micros, Money, Price } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { LiveSourceName } from './sessionPlan.js';
import type { StateChange } from './stateChanges.js';
import type { StoredRiskDecision } from './views.js';

/** Where a session's market data are. */
export type MarketReference =
  /** In the tape's own market channel; made by the simulator from these values. */
  | {
      readonly kind: 'simulated';
      readonly version: number;
      readonly seed: number;
      readonly date: string;
      readonly openingPrices: readonly number[];
    }
  /** In the history cache; `contentHash` names exactly these data. */
  | {
      readonly kind: 'history';
      readonly date: string;
      readonly symbols: readonly string[];
      readonly feeds: readonly HistoryFeed[];
      readonly contentHash: string;
    }
  /** In the tape's own market channel; copied from another tape. */
  | {
      readonly kind: 'tape';
      readonly date: string;
      readonly directory: string;
      readonly sessionId: string;
      /** The feeds whose rows they are, best first; absent where none is known. */
      readonly feeds?: readonly FeedQuality[];
    }
  /** In the tape's own market channel, as they came from these feeds, best first. */
  | {
      readonly kind: 'live';
      readonly date: string;
      readonly source: LiveSourceName;
      readonly feeds: readonly FeedQuality[];
    };

/** Which rows of which symbols a recorded day is made of. */
export interface HistoryFeed {
  readonly kind: HistoryKind;
  readonly timeframe?: Timeframe;
  readonly symbols: readonly string[];
}

/** An account at the end of a session: the venue's snapshot, and the engine's books. */
export interface CarriedAccount {
  readonly venue: unknown;
  readonly books: CarriedBooks;
  /** Lots of the desk's accounts with their entries, as the trade log has them; absent on older tapes. */
  readonly desk?: readonly CarriedDeskBooks[];
}

/** What one account of the desk holds, lot by lot. */
export interface CarriedDeskBooks {
  readonly accountId: string;
  readonly books: CarriedBooks;
}

/** What a run is made of; equal identities give equal ledgers. */
export interface RunIdentity {
  readonly engineVersion: string;
  readonly node: string;
  readonly v8: string;
  /** sha-256 by strategy name or file. */
  readonly strategies: Readonly<Record<string, string>>;
}

/** Symbols whose bars before the start are those of the whole market, as the session's feed has none of them. */
export interface WarmUpInstead {
  readonly feed: string;
  readonly symbols: readonly string[];
}

/** A strategy that was stopped on an earlier day while it held what its account still holds. */
export interface LeftStrategy {
  readonly config: StrategyConfig;
  readonly state: 'stopped' | 'quarantined';
  /** Why, with the stack of a fault; null: somebody stopped it. */
  readonly error: string | null;
  /** Somebody started its strategy again: once it holds nothing it is told no more. */
  readonly isAnswered?: true;
}

/** One record of the decision log. */
export type TapeRecord =
  | {
      readonly type: 'session';
      readonly config: SessionConfig;
      readonly market: MarketReference;
      readonly identity: RunIdentity;
      /** What the session before ended with, whose account this one carries on; null for a new account. */
      readonly carried: CarriedAccount | null;
      /** The session whose accounts' history goes on here; absent if this one begins afresh. */
      readonly follows?: string;
      /** Strategies of earlier days that do not run here but failed or hold something; absent where there are none. */
      readonly left?: readonly LeftStrategy[];
    }
  /**
   * Bars from before the start that indicators begin with; follows the opening record. One batch, base64. `instead`
   * says whose are not of the session's feed.
   */
  | { readonly type: 'warmUp'; readonly at: number; readonly bars: string; readonly instead?: WarmUpInstead }
  | { readonly type: 'command'; readonly at: number; readonly time: Micros; readonly command: Command }
  | { readonly type: 'result'; readonly at: number; readonly time: Micros; readonly result: CommandResult }
  | {
      readonly type: 'signal';
      readonly at: number;
      readonly signal: Signal;
      readonly decision: StoredRiskDecision;
      readonly orderId?: string;
    }
  /** A report of the venue; `point` and `now` are the kernel's decision point and clock, together its place. */
  | {
      readonly type: 'venue';
      readonly at: number;
      readonly point: number;
      readonly now: Micros;
      readonly event: VenueEvent;
    }
  /** An order after a transition; `decision` is there when a direct order was checked. */
  | {
      readonly type: 'order';
      readonly at: number;
      readonly order: Order;
      readonly transition: OrderTransition;
      readonly decision?: StoredRiskDecision;
    }
  /** Follows the venue record that carries the fill itself; `position` is the owner's after it. */
  | { readonly type: 'fill'; readonly at: number; readonly fillId: string; readonly position: Position }
  | {
      readonly type: 'strategy';
      readonly at: number;
      readonly time: Micros;
      readonly instanceId: string;
      readonly state: StrategyState;
      readonly error?: string;
    }
  | {
      readonly type: 'log';
      readonly at: number;
      readonly time: Micros;
      readonly instanceId: string;
      readonly text: string;
    }
  | {
      readonly type: 'equity';
      readonly at: number;
      readonly time: Micros;
      readonly equity: Money;
      readonly cash: Money;
    }
  /** A fill of a shadow account, named by its preset; it is run again on recovery, and compared. */
  | { readonly type: 'shadowFill'; readonly at: number; readonly preset: string; readonly fill: ShadowFill }
  /** What the shadow accounts are worth, in the order of the configuration; follows the `equity` of the same time. */
  | {
      readonly type: 'shadowEquity';
      readonly at: number;
      readonly time: Micros;
      readonly equity: readonly Money[];
    }
  /**
   * What accounts of the desk are worth: every open one beside the `equity` of the same time, and the one concerned
   * before and after it is opened, reset or closed. Nothing is decided on it.
   */
  | { readonly type: 'deskEquity'; readonly at: number; readonly time: Micros; readonly accounts: readonly DeskMark[] }
  /** The shadow accounts follow no longer, from here to the end of the tape; `reason` is for people. */
  | { readonly type: 'shadowsEnded'; readonly at: number; readonly time: Micros; readonly reason: string }
  /**
   * What own orders did in the books of a market that reacts to them, told to it with the slice that begins at `time`:
   * an input of the market, as a command is one of the kernel. The market is made again from its reference and these.
   */
  | {
      readonly type: 'marketOrders';
      readonly at: number;
      readonly time: Micros;
      readonly outside: readonly BookActivity[];
    }
  /** The last word of a session that another one follows: the account, working orders to enter again, prices. */
  | {
      readonly type: 'closing';
      readonly at: number;
      readonly time: Micros;
      readonly account: CarriedAccount;
      readonly orders: readonly Order[];
      /** Strategies that ran to the end, limits as they were last set, and whether the kill switch was on. */
      readonly strategies: readonly StrategyConfig[];
      readonly limits: RiskLimits;
      readonly killSwitchOn: boolean;
      /** Dollars that the following day goes on from. */
      readonly prices: readonly number[];
      /** The last price of each symbol's regular session, at the session's scale; 0 where none was seen. */
      readonly closes?: readonly Price[];
    }
  /** What a live market told besides its rows, in market times; nothing was decided on it. */
  | { readonly type: 'marketNote'; readonly at: number; readonly time: Micros; readonly note: MarketNote }
  /**
   * Closes every group: how far the kernel had come, and what the venue holds that no record says (reports under
   * way, places in queues); recovery goes on exactly there. That is told whole (`working`) when a tape is opened for
   * writing, then as what changed since the position record before (null: nothing). `ended`: the session is over.
   */
  | {
      readonly type: 'position';
      readonly at: number;
      readonly time: Micros;
      readonly ended: boolean;
      /** How far a market that reacts was made: to the start of its next slice. */
      readonly frontier?: Micros;
      readonly working?: unknown;
      readonly workingChange?: StateChange | null;
    };

/** What an account of the desk is worth. */
export interface DeskMark {
  readonly accountId: string;
  readonly equity: Money;
  readonly cash: Money;
}

/** A fact about the rows of a live session, for whoever reads its tape; symbols are ids. */
export type MarketNote =
  /** Rows of [since, until) may be missing; of all symbols if none are named. */
  | {
      readonly kind: 'gap';
      readonly symbolIds: readonly number[];
      readonly since: Micros;
      readonly until: Micros;
      readonly cause: string;
    }
  /** A minute that was decided on turned out to be otherwise (F48); figures are open, high, low, close, volume. */
  | {
      readonly kind: 'revision';
      readonly symbolId: number;
      readonly start: Micros;
      readonly reason: string;
      readonly state: string;
      readonly before: readonly number[] | null;
      readonly after: readonly number[] | null;
    }
  /** A print that had been given to the kernel was taken back or put right. */
  | { readonly kind: 'correction'; readonly correction: PrintCorrection }
  /** From here on a symbol's rows are of another feed; null: of none. */
  | { readonly kind: 'source'; readonly symbolId: number; readonly feed: string | null };

/** What the symbols of a session ended at: in dollars, and at the close of its regular session. */
export type ClosingPrices = Pick<Extract<TapeRecord, { type: 'closing' }>, 'prices' | 'closes'>;

/** A record with its place on the tape. */
export interface PlacedRecord {
  readonly seq: number;
  readonly record: TapeRecord;
}

/** Codes of the record types in the log; never renumbered. */
const CODES: Readonly<Record<TapeRecord['type'], number>> = {
  session: 1,
  command: 2,
  result: 3,
  signal: 4,
  order: 5,
  strategy: 6,
  log: 7,
  position: 8,
  fill: 9,
  equity: 10,
  venue: 11,
  closing: 12,
  shadowFill: 13,
  shadowEquity: 14,
  shadowsEnded: 15,
  marketNote: 16,
  marketOrders: 20,
  warmUp: 21,
  deskEquity: 22,
};
const ALL = [
  'session',
  'command',
  'result',
  'signal',
  'order',
  'strategy',
  'log',
  'position',
  'fill',
  'equity',
  'venue',
  'closing',
  'shadowFill',
  'shadowEquity',
  'shadowsEnded',
  'marketNote',
  'marketOrders',
  'warmUp',
  'deskEquity',
] as const;
const TYPES = new Map<number, TapeRecord['type']>(ALL.map((type) => [CODES[type], type]));

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let encoded = new Uint8Array(65_536);

/** The log's type code of a kind of record. */
export function codeOf(type: TapeRecord['type']): number {
  return CODES[type];
}

/** The log's type code of a record. */
export function recordCode(record: TapeRecord): number {
  return CODES[record.type];
}

/** Whether the log's type code is that of a record of this type. */
export function isRecordCode(code: number, type: TapeRecord['type']): boolean {
  return CODES[type] === code;
}

/** The payload of a record; the bytes are valid until the next call, so that none are allocated for each. */
export function encodeRecord(record: TapeRecord): Uint8Array {
  const text = JSON.stringify(record);
  // A character takes three bytes at most.
  if (text.length * 3 > encoded.length) encoded = new Uint8Array(text.length * 3);
  return encoded.subarray(0, encoder.encodeInto(text, encoded).written);
}

/**
 * Reads a payload that {@link encodeRecord} wrote. The log's checksum has vouched for the bytes; what is checked
 * here is that this version knows the type. Throws `JOURNAL_VERSION_UNSUPPORTED` or `JOURNAL_CORRUPT`.
 */
export function decodeRecord(seq: number, code: number, payload: Uint8Array): TapeRecord {
  const type = TYPES.get(code);
  if (type === undefined) {
    throw new PapertapeError(
      'JOURNAL_VERSION_UNSUPPORTED',
      `Record ${seq} of the tape has type ${code}, which this version does not know.`,
      {
        remedy: 'Open the tape with the version that wrote it.',
      },
    );
  }
  const value: unknown = parse(seq, payload);
  if (!isRecordOf(type, value)) {
    throw new PapertapeError('JOURNAL_CORRUPT', `JOURNAL_CORRUPT seq=${seq}: the record is not a ${type}.`);
  }
  return value;
}

function parse(seq: number, payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch (error) {
    throw new PapertapeError('JOURNAL_CORRUPT', `JOURNAL_CORRUPT seq=${seq}: the record is not JSON.`, {
      cause: error,
    });
  }
}

function isRecordOf(type: TapeRecord['type'], value: unknown): value is TapeRecord {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === type;
}
