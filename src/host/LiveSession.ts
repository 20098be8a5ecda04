/**
 * One session inside its thread: kernel, venue, market stream and tape, driven by a monotonic clock.
 *
 * Every step ends with a group on the tape (decisions, then how far the kernel came); updates are published only
 * after the group is durable (K3). Opening an existing tape is recovery: the recorded decisions are applied while
 * the market is read again, then the same objects go on deciding (K1).
 */
import type { Command, CommandResult } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { MarketStream } from '../domain/ports.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { MarketControl } from '../contracts/index.js';
import { composeKernel, type ComposedKernel } from '../analytics/composeKernel.js';
import { ownerOf } from '../engine/PositionTracker.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import { ChartBars } from './ChartBars.js';
import { closeDay } from './closeDay.js';
import { diskFull, isEssential, isFinal } from './diskFaults.js';
import { MarketArchive } from './MarketArchive.js';
import { MarketReaction, type ReactiveMarket } from './MarketReaction.js';
import { Pacer } from './Pacer.js';
import { QuoteBoard } from './QuoteBoard.js';
import { RecordedTape } from './RecordedTape.js';
import { lastPosition, lastWorking, previousCloses } from './readTape.js';
import type { SessionRecord } from './readTape.js';
import { SessionBoard } from './SessionBoard.js';
import type { SessionTape } from './SessionTape.js';
import { configWithLivingShadows, ShadowRecorder } from './ShadowRecorder.js';
import { StateRecorder } from './stateChanges.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';
import { TapeSink } from './TapeSink.js';
import type { Units } from './views.js';

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

const NOTHING: MarketBatch = { tables: [], order: null, length: 0 };
/** Rows read at once. */
const BATCH_ROWS = 4_000;
/** A step gives the thread back after this long, so that commands wait no longer. */
const STEP_MS = 25;
/** The position is recorded at least this often, so that an idle session resumes where it was. */
const POSITION_EVERY_MS = 1_000;
/** Market time between samples while fast-forwarding, and records that are then synced as one group. */
const [FORWARD_MICROS, FORWARD_RECORDS] = [5 * MINUTE, 200];

/** See the module header. */
export class LiveSession {
  readonly units: Units;
  readonly board: SessionBoard;
  readonly quotes: QuoteBoard;
  readonly chart: ChartBars;
  /** What programs read of the market; undefined if nothing is kept for them. */
  readonly archive: MarketArchive | undefined;
  readonly pacer: Pacer;
  readonly #parts: LiveSessionParts;
  readonly #composed: ComposedKernel;
  readonly #sink: TapeSink;
  readonly #shadows: ShadowRecorder;
  readonly #reaction: MarketReaction | undefined;
  readonly #working = new StateRecorder();
  #pending: PlacedRecord[] = [];
  #essential = false;
  #ended = false;
  #fullSince: number | undefined;
  /** Rows that were read but found no room on the tape. */
  #held: MarketBatch | undefined;
  #lastPositionMs: number;
  #lastEquityMinute = Number.NaN;

  /** Opens the session and brings it to where its tape ends. Throws `VERIFY_MISMATCH` if that does not come out. */
  constructor(parts: LiveSessionParts) {
    this.#parts = parts;
    const { config } = parts.header;
    this.units = { symbols: config.symbols, priceScale: config.priceScale };
    this.board = new SessionBoard(this.units, config);
    this.quotes = new QuoteBoard(this.units, previousCloses(parts.header));
    this.chart = new ChartBars(this.units);
    this.archive =
      parts.keepMarketRows === 0 ? undefined : new MarketArchive(config.symbols.length, parts.keepMarketRows);
    this.#sink = new TapeSink((record, time) => this.#record(record, time));
    this.#composed = composeKernel({
      config: configWithLivingShadows(config, parts.records),
      sink: this.#sink,
      resolveStrategy: parts.resolveStrategy,
      ...(parts.hookProbe === undefined ? {} : { hookProbe: parts.hookProbe }),
    });
    const { kernel, venue } = this.#composed;
    // As essential as the position that they belong to: without them the group could not be proven.
    this.#shadows = new ShadowRecorder(venue.shadows, (record, time) => this.#record(record, time, true));
    this.#sink.place = kernel;
    this.#sink.positionOf = (order) => kernel.tracker.positionOf(ownerOf(order), order.symbolId);
    const { carried } = parts.header;
    if (carried !== null) {
      venue.restore(carried.venue);
      kernel.adopt(carried.books);
    }
    this.#lastPositionMs = parts.nowMs();
    this.#reaction =
      parts.reactive === undefined
        ? undefined
        : new MarketReaction(parts.reactive, this.#composed, parts.copiedTo, (record, time) =>
            this.#record(record, time, true),
          );
    this.#reaction?.expect(parts.records);
    const position = lastPosition(parts.records);
    if (position === undefined) kernel.start();
    else this.#recover(parts.records, position);
    this.#reaction?.begin(position?.frontier ?? -Infinity);
    this.pacer = new Pacer(kernel.now, parts.nowMs(), parts.speed);
  }

  /** The engine's and the exchange's side, for reading. */
  get composed(): ComposedKernel {
    return this.#composed;
  }

  get header(): SessionRecord {
    return this.#parts.header;
  }

  /** Whether the market data are used up and the session is over. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the market is as far as its clock says, or can go no further now. */
  get caughtUp(): boolean {
    const { kernel } = this.#composed;
    return this.#ended || this.halted || kernel.now >= Math.min(this.pacer.marketTime, this.#parts.endTime);
  }

  /** Whether the disk is full: the market stands still, and only cancels and the kill switch are taken. */
  get halted(): boolean {
    return this.#fullSince !== undefined;
  }

  /** Moves the market as far as its clock says, at most for a moment. Throws when the disk fails for good. */
  step(): void {
    const { nowMs, endTime } = this.#parts;
    const startMs = nowMs();
    if (this.#fullSince !== undefined && !this.#tryResume(startMs)) return;
    const target = this.pacer.advance(startMs);
    if (this.#ended) return;
    const { kernel } = this.#composed;
    const until = Math.min(target, endTime);
    let behind = true;
    while (behind) {
      const batch = this.#read(until);
      if (batch.length === 0) behind = false;
      else if (!this.#feed(batch)) break;
      if (nowMs() - startMs > STEP_MS) break;
    }
    if (this.halted) {
      this.pacer.holdAt(kernel.now);
      if (this.#pending.length > 0) this.#makeDurable();
      return;
    }
    // A paused market moves by steps only: what is left of one is done by the next calls, and is no lag.
    if (behind && !this.pacer.paused) this.pacer.holdAt(kernel.now);
    else if (!behind) {
      kernel.advanceClock(until);
      this.pacer.reached(until);
    }
    this.#sampleEquity();
    if (!behind && until >= endTime) this.#finish();
    this.#commit(startMs);
  }

  /** Whether everything decided so far is durable; while it is not, no answer may leave (K3). */
  get durable(): boolean {
    return this.#pending.length === 0;
  }

  #isDurable(): boolean {
    if (!this.durable) this.#commitNow(false);
    return this.durable;
  }

  /** Executes one command as {@link executeAll} does. Throws what keeps it from being taken. */
  execute(command: Command): CommandResult {
    const [outcome] = this.executeAll([command]);
    if (outcome === undefined || outcome instanceof PapertapeError) throw outcome ?? diskFull();
    return outcome;
  }

  /**
   * Executes commands now, in market time and in their order, and makes them durable as one group. One outcome
   * each: its answer, which is final, or what kept it from being taken, such as `STORAGE_FULL` for what must wait
   * until there is room. If the disk fills up with this very group, its answers wait for {@link durable}. Throws when
   * the disk fails for good.
   */
  executeAll(commands: readonly Command[]): readonly (CommandResult | PapertapeError)[] {
    const startMs = this.#parts.nowMs();
    const outcomes = commands.map((command) => {
      try {
        return this.#take(command);
      } catch (error) {
        if (error instanceof PapertapeError && !isFinal(error)) return error;
        throw error;
      }
    });
    if (!this.durable) this.#commit(startMs);
    return outcomes;
  }

  #take(command: Command): CommandResult {
    // Nothing works any more that could be stopped, so this holds for the kill switch too.
    if (this.#ended) {
      return { ok: false, reason: 'SESSION_CLOSED', message: 'The session has ended; nothing trades any more.' };
    }
    const essential = isEssential(command);
    if (this.halted && !essential) {
      throw diskFull();
    }
    const { kernel } = this.#composed;
    // Rows of the time before the command come before it, now and whenever the tape is run again.
    const paced = this.halted ? kernel.now : Math.min(this.pacer.marketTime, this.#parts.endTime);
    const wanted = Math.max(kernel.now, paced);
    for (let batch = this.#read(wanted); batch.length > 0; batch = this.#read(wanted)) {
      if (!this.#feed(batch) && !essential) throw diskFull();
    }
    // Rows that found no room come after a command that is taken all the same, and so they must be later.
    const time = this.halted ? kernel.now : wanted;
    kernel.advanceClock(time);
    this.#essential = essential;
    try {
      this.#record({ type: 'command', at: kernel.inputSequence, time, command }, time);
      return kernel.command(command, time);
    } finally {
      this.#essential = false;
    }
  }

  /** Runs up to market time `time` (at most to the end of the market) at once. */
  fastForward(until: Micros): void {
    const { kernel } = this.#composed;
    const time = Math.min(until, this.#parts.endTime);
    while (kernel.now < time && !this.halted) {
      // In portions, and a group once much was decided, so that none on the tape grows without bound.
      const next = Math.min(time, kernel.now + FORWARD_MICROS);
      for (let batch = this.#read(next); batch.length > 0; batch = this.#read(next)) {
        if (!this.#feed(batch)) return;
      }
      kernel.advanceClock(next);
      this.#sampleEquity();
      if (this.#pending.length >= FORWARD_RECORDS || next === time) this.#commitNow(false);
    }
    this.pacer.holdAt(Math.max(time, kernel.now));
  }

  /** Steers the market's clock. */
  control(control: MarketControl): void {
    switch (control.action) {
      case 'pause':
        this.pacer.pause();
        return;
      case 'resume':
        this.pacer.resume();
        return;
      case 'speed':
        this.pacer.setSpeed(control.speed);
        return;
      case 'step':
        this.pacer.pause();
        this.pacer.step(control.micros);
        return;
    }
  }

  /** Writes the last position and closes the tape (F04). */
  close(): void {
    if (!this.halted) this.#commitNow(this.#ended);
    this.#parts.tape.close();
  }

  /** The next rows up to `until`. No batch spans the end of what is on the tape, so that no row is copied twice. */
  #read(until: Micros): MarketBatch {
    // While the disk is full the market stands still.
    if (this.halted) return NOTHING;
    if (this.#held !== undefined) {
      const held = this.#held;
      this.#held = undefined;
      return held;
    }
    const { stream, copiedTo } = this.#parts;
    const reaction = this.#reaction;
    const made = reaction === undefined ? until : reaction.makeUntil(until, () => this.#isDurable());
    // Asking for the time of the next row would make a market that reacts go on without being told.
    const isCopied = reaction === undefined ? stream.peekTime() <= copiedTo : reaction.hasMade(copiedTo);
    if (copiedTo < made && isCopied) return stream.readUntil(copiedTo, BATCH_ROWS);
    return stream.readUntil(made, BATCH_ROWS);
  }

  /** False if the tape had no room for the rows: they are held back, and the session is halted. */
  #feed(batch: MarketBatch): boolean {
    const { tape, copyMarket, copiedTo } = this.#parts;
    const last = lastTime(batch);
    if (copyMarket && last > copiedTo) {
      try {
        tape.appendMarket(batch, last);
      } catch (error) {
        if (!(error instanceof PapertapeError) || error.code !== 'STORAGE_FULL') throw error;
        this.#held = batch;
        this.#noteFull();
        return false;
      }
    }
    this.#parts.beat?.();
    this.quotes.observe(batch);
    this.chart.observe(batch);
    this.archive?.observe(batch);
    this.#composed.kernel.process(batch);
    return true;
  }

  #record(record: TapeRecord, time: Micros, essential = this.#essential): void {
    const seq = this.#parts.tape.append(record, time, essential);
    this.#pending.push({ seq, record });
  }

  #sampleEquity(): void {
    const { kernel } = this.#composed;
    const minute = Math.floor(kernel.now / MINUTE);
    if (minute === this.#lastEquityMinute) return;
    this.#lastEquityMinute = minute;
    const { equity, cashBalance } = kernel.tracker;
    this.#record({ type: 'equity', at: kernel.inputSequence, time: kernel.now, equity, cash: cashBalance }, kernel.now);
    this.#shadows.sample(kernel.inputSequence, kernel.now);
  }

  #finish(): void {
    const { kernel } = this.#composed;
    const { closingPrices, endTime } = this.#parts;
    if (closingPrices === undefined) kernel.finish();
    else closeDay(this.#composed, endTime, closingPrices, (record, time) => this.#record(record, time));
    this.#ended = true;
    this.#commitNow(true);
  }

  #commit(nowMs: number): void {
    if (this.#pending.length === 0 && nowMs - this.#lastPositionMs < POSITION_EVERY_MS) return;
    if (this.#ended && this.#pending.length === 0) return;
    this.#commitNow(this.#ended);
    this.#lastPositionMs = nowMs;
  }

  #commitNow(ended: boolean): void {
    const { kernel, venue } = this.#composed;
    this.#shadows.record(kernel.inputSequence, kernel.now);
    this.#reaction?.note();
    const record = {
      type: 'position',
      at: kernel.inputSequence,
      time: kernel.now,
      ended,
      ...(this.#reaction === undefined ? {} : { frontier: this.#reaction.frontier }),
      ...this.#working.next(venue.workingState()),
    } as const;
    this.#record(record, kernel.now, true);
    this.#working.accept();
    this.#makeDurable();
  }

  #makeDurable(): void {
    const { tape } = this.#parts;
    try {
      tape.commit();
    } catch (error) {
      // The records stay pending; they become durable, and then known, when there is room.
      if (!(error instanceof PapertapeError) || error.code !== 'STORAGE_FULL') throw error;
      this.#noteFull();
      return;
    }
    const durable = this.#pending;
    this.#pending = [];
    for (const placed of durable) {
      this.board.note(placed.record);
      this.#parts.onDurable(placed);
    }
    if (tape.state === 'halted') this.#noteFull();
  }

  #noteFull(): void {
    if (this.#fullSince !== undefined) return;
    this.#fullSince = this.#parts.nowMs();
    this.board.log(
      this.#composed.kernel.now,
      'error',
      'tape',
      'The disk is full: the market stands still until there is room.',
    );
  }

  #tryResume(nowMs: number): boolean {
    if (nowMs - (this.#fullSince ?? 0) < POSITION_EVERY_MS) return false;
    this.#fullSince = nowMs;
    if (!this.#parts.tape.resume()) return false;
    this.#fullSince = undefined;
    this.#makeDurable();
    if (this.#fullSince !== undefined) return false;
    this.board.log(this.#composed.kernel.now, 'info', 'tape', 'There is room on the disk again; trading goes on.');
    // The time that passed is not made up: the clock runs from now on, and from where the market stands.
    this.pacer.advance(nowMs);
    this.pacer.holdAt(this.#composed.kernel.now);
    return true;
  }

  #recover(records: readonly PlacedRecord[], position: Extract<TapeRecord, { type: 'position' }>): void {
    const { kernel, venue } = this.#composed;
    kernel.beginRecovery(new RecordedTape(records));
    kernel.start();
    for (const { record } of records) {
      if (record.type !== 'command') continue;
      this.#reread(record.time);
      kernel.command(record.command, record.time);
    }
    this.#reread(position.time);
    const result = kernel.endRecovery();
    const message = !result.ok
      ? result.message
      : kernel.inputSequence !== position.at
        ? `the market data give ${kernel.inputSequence} inputs where the tape has ${position.at}`
        : undefined;
    if (message !== undefined) {
      throw new PapertapeError('VERIFY_MISMATCH', `The session cannot go on where its tape ends: ${message}.`, {
        remedy: 'Start a new session with --fresh; the tape is kept as it is.',
      });
    }
    venue.restoreWorking(lastWorking(records));
    this.#ended = position.ended;
    this.#lastEquityMinute = Math.floor(kernel.now / MINUTE);
    for (const { record } of records) this.board.note(record);
    const difference = this.#shadows.recover(records, kernel.now);
    if (difference === undefined) return;
    const reason = `run again, they decide otherwise: ${difference.decided}, recorded ${difference.recorded}`;
    this.#shadows.end(kernel.inputSequence, kernel.now, reason);
  }

  /** Feeds the rows up to `time` again; they are on the tape, or in the history cache. */
  #reread(time: Micros): void {
    const { kernel } = this.#composed;
    for (;;) {
      const batch = this.#parts.stream.readUntil(time, BATCH_ROWS);
      if (batch.length === 0) break;
      this.#parts.beat?.();
      this.quotes.observe(batch);
      this.chart.observe(batch);
      this.archive?.observe(batch);
      kernel.process(batch);
    }
    kernel.advanceClock(time);
  }
}

function lastTime(batch: MarketBatch): Micros {
  let last = -Infinity;
  for (const table of batch.tables) if (table.length > 0) last = Math.max(last, table.time[table.length - 1] ?? last);
  return last;
}
