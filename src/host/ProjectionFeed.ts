/**
 * Carries durable records into the SQL projections, in order and in batches, without holding anybody up: what
 * the database has not taken yet is on the tape, and is told again at the next start (I-22).
 */
import type { StrategyConfig } from '../domain/session.js';
import type { Fill } from '../domain/fill.js';
import { isDeskEvent, isOrderEvent } from '../domain/venueEvents.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { required } from '../utils/assert.js';
import type { Clock } from '../utils/clock.js';
import type { DeskChange, ProjectionEvent, ProjectionRecord } from '../storage/sql/projection.js';
import { DeskFold } from './DeskFold.js';
import { riskDecision } from './RecordedTape.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';

/** Where records go; the projector of the SQL store. */
export interface ProjectionTarget {
  apply(records: readonly ProjectionRecord[]): Promise<number>;
}

/** How long records may wait for others, so that rows that change again soon are written once. */
const GATHER_MS = 200;
/** Records of one transaction at most: whoever else writes to the database waits for a transaction. */
const LARGEST_TRANSACTION = 1_000;

/** See the module header. One per session. */
export class ProjectionFeed {
  readonly #target: ProjectionTarget;
  readonly #onFault: (error: unknown) => void;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #fills = new Map<string, Fill>();
  readonly #strategies = new Map<string, StrategyConfig>();
  /** The engine's account and the accounts of the desk; there from the opening record on. */
  #accountId = '';
  #desk: DeskFold | undefined;
  #queue: ProjectionRecord[] = [];
  #running: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #refused = false;

  /** `onFault` hears of a database that refuses; the feed stops there and goes on at the next start. */
  constructor(target: ProjectionTarget, onFault: (error: unknown) => void, clock: Pick<Clock, 'setTimer'>) {
    this.#target = target;
    this.#onFault = onFault;
    this.#clock = clock;
  }

  /** Takes durable records, in order. */
  push(records: readonly PlacedRecord[]): void {
    if (this.#refused) return;
    for (const { seq, record } of records) {
      const event = this.#eventOf(record);
      if (event !== undefined) this.#queue.push({ seq, event });
    }
    this.#plan();
  }

  /** Resolves when everything pushed so far is in the database, or it has refused. */
  async settled(): Promise<void> {
    do {
      this.#start();
      await this.#running;
    } while (this.#queue.length > 0);
  }

  #plan(): void {
    if (this.#queue.length >= LARGEST_TRANSACTION) this.#start();
    else if (this.#queue.length > 0) this.#cancelTimer ??= this.#clock.setTimer(GATHER_MS, () => this.#start());
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#running !== undefined || this.#queue.length === 0) return;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      // What comes meanwhile gathers again.
      for (let left = this.#queue.length; left > 0; left -= LARGEST_TRANSACTION) {
        await this.#target.apply(this.#queue.splice(0, Math.min(left, LARGEST_TRANSACTION)));
      }
    } catch (error) {
      // What comes later must not be told without this.
      this.#refused = true;
      this.#queue = [];
      this.#onFault(error);
    } finally {
      this.#running = undefined;
    }
    this.#plan();
  }

  #eventOf(record: TapeRecord): ProjectionEvent | undefined {
    switch (record.type) {
      case 'session':
        for (const config of record.config.strategies) this.#strategies.set(config.instanceId, config);
        this.#accountId = record.config.accountId;
        this.#desk = new DeskFold(record);
        return { type: 'session', config: record.config, desk: this.#desk.opening };
      case 'command':
        return this.#eventOfCommand(record);
      case 'order': {
        const decision = record.decision === undefined ? undefined : riskDecision(record.decision);
        return { type: 'order', order: record.order, decision };
      }
      case 'venue':
        return isDeskEvent(record.event, this.#accountId)
          ? deskEvent(this.#deskFold.apply(record.event))
          : this.#eventOfVenue(record.event);
      case 'fill': {
        const fill = required(this.#fills.get(record.fillId), `fill ${record.fillId}`);
        this.#fills.delete(record.fillId);
        return { type: 'fill', fill, position: record.position };
      }
      case 'signal':
        return {
          type: 'signal',
          signal: record.signal,
          decision: riskDecision(record.decision),
          orderId: record.orderId,
        };
      case 'strategy': {
        const config = this.#strategies.get(record.instanceId);
        if (config === undefined) return undefined;
        return { type: 'strategy', time: record.time, config, state: record.state, error: record.error };
      }
      case 'equity':
        return { type: 'equity', time: record.time, equity: record.equity, cash: record.cash };
      case 'deskEquity':
        return deskEvent(this.#deskFold.mark(record.time, record.accounts));
      case 'result':
      case 'log':
      case 'closing':
      case 'position':
      case 'shadowFill':
      case 'shadowEquity':
      case 'shadowsEnded':
      case 'marketNote':
      case 'marketOrders':
      case 'warmUp':
        return undefined;
    }
  }

  get #deskFold(): DeskFold {
    return required(this.#desk, 'the opening record');
  }

  /** What is told of the engine's account here; of its orders and fills there are records of their own. */
  #eventOfVenue(event: VenueEvent): ProjectionEvent | undefined {
    if (event.type === 'filled') this.#fills.set(event.fill.id, event.fill);
    if (event.type === 'busted' || event.type === 'corrected') {
      // What takes a fill back is booked like any other difference.
      return { type: 'ledger', time: event.time, entries: event.entries, booking: 'reversal' };
    }
    if (isOrderEvent(event) || event.type !== 'booked' || event.entries.length === 0) return undefined;
    return { type: 'ledger', time: event.time, entries: event.entries, booking: event.kind };
  }

  #eventOfCommand(record: Extract<TapeRecord, { type: 'command' }>): ProjectionEvent | undefined {
    const { command, time } = record;
    if (command.type === 'startStrategy') this.#strategies.set(command.config.instanceId, command.config);
    if (command.type !== 'killSwitch') return undefined;
    return { type: 'killSwitch', time, on: command.on, reason: command.reason, user: command.user };
  }
}

function deskEvent(changes: readonly DeskChange[]): ProjectionEvent | undefined {
  return changes.length === 0 ? undefined : { type: 'desk', changes };
}
