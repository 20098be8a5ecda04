/**
 * What the accounts of a session are worth, on its tape once in every minute of the market: its own, its shadow
 * accounts and those of the desk. A desk account is marked around what opens, resets or closes it too, so that money
 * which comes from outside is told apart from profit. A session without desk accounts writes nothing of them.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import type { Command } from '../domain/commands.js';
import { MINUTE } from '../domain/timeframe.js';
import type { VenueRequest } from '../domain/venueDesk.js';
import type { Kernel } from '../engine/Kernel.js';
import type { VenueAccount } from '../exchange/accounts/VenueAccount.js';
import type { ShadowRecorder } from './ShadowRecorder.js';
import type { RecordWriter } from './TapeSink.js';
import type { DeskMark, TapeRecord } from './tapeRecords.js';

type MarkOf<Type extends TapeRecord['type']> = Extract<TapeRecord, { type: Type }>;

/** Requests by which money comes from outside, or leaves. */
const FLOWS: ReadonlySet<VenueRequest['type']> = new Set(['openAccount', 'resetAccount', 'closeAccount']);

/** See the module header. */
export class EquityMarks {
  readonly #composed: Pick<ComposedKernel, 'kernel' | 'venue'>;
  readonly #shadows: Pick<ShadowRecorder, 'sample'>;
  readonly #write: RecordWriter;
  #lastMinute = Number.NaN;

  constructor(
    composed: Pick<ComposedKernel, 'kernel' | 'venue'>,
    shadows: Pick<ShadowRecorder, 'sample'>,
    write: RecordWriter,
  ) {
    this.#composed = composed;
    this.#shadows = shadows;
    this.#write = write;
  }

  /** Marks all accounts, if this minute of the market has not been marked. */
  sample(): void {
    const { kernel, venue } = this.#composed;
    const { now: time, inputSequence: at } = kernel;
    const minute = Math.floor(time / MINUTE);
    if (minute === this.#lastMinute) return;
    this.#lastMinute = minute;
    this.#write(equityNow(kernel), time);
    this.#shadows.sample(at, time);
    const { accounts } = venue.desk;
    if (accounts.size > 0) this.#writeDesk([...accounts.values()]);
  }

  /** The tape ends in the present minute of the market, which it has marked. */
  resume(): void {
    this.#lastMinute = Math.floor(this.#composed.kernel.now / MINUTE);
  }

  /** Does what carries a command out, and marks the account whose money it replaces before and after that. */
  around<T>(command: Command, execute: () => T): T {
    if (command.type !== 'venue' || !FLOWS.has(command.request.type)) return execute();
    const mark = (): void => {
      const account = this.#composed.venue.desk.accounts.get(command.accountId);
      if (account !== undefined) this.#writeDesk([account]);
    };
    mark();
    const result = execute();
    mark();
    return result;
  }

  #writeDesk(accounts: readonly VenueAccount[]): void {
    const { kernel } = this.#composed;
    this.#write(deskEquityNow(kernel, accounts), kernel.now);
  }
}

/** What the session's own account is worth now, as its tape has it. */
export function equityNow({ now: time, inputSequence: at, tracker }: Kernel): MarkOf<'equity'> {
  return { type: 'equity', at, time, equity: tracker.equity, cash: tracker.cashBalance };
}

/** What accounts of the desk are worth now, in the order given. */
export function deskEquityNow(
  { now: time, inputSequence: at }: Kernel,
  accounts: readonly VenueAccount[],
): MarkOf<'deskEquity'> {
  return { type: 'deskEquity', at, time, accounts: accounts.map(markOf) };
}

function markOf({ accountId, book }: VenueAccount): DeskMark {
  return { accountId, equity: book.equity, cash: book.cash };
}
