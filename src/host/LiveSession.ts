/**
 * One session inside its thread: kernel, venue, market stream and tape, driven by a monotonic clock.
 *
 * Every step ends with a group on the tape (decisions, then how far the kernel came); updates are published only
 * after the group is durable (K3). Opening an existing tape is recovery: the recorded decisions are applied while
 * the market is read again, then the same objects go on deciding (K1).
 */
import type { Command, CommandResult } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { MarketControl } from '../contracts/index.js';
import { composeKernel, type ComposedKernel } from '../analytics/composeKernel.js';
import { ownerOf } from '../engine/PositionTracker.js';
import { Breakage } from './Breakage.js';
import type { BrokerLink } from './BrokerLink.js';
import { goOnFrom } from './carriedOrders.js';
import { ChartBars } from './ChartBars.js';
import { closeDay, lastPrices } from './closeDay.js';
import { diskFull, isEssential, isFinal } from './diskFaults.js';
import { EquityMarks } from './EquityMarks.js';
import type { LiveLink, LiveSessionParts } from './liveSessionParts.js';
import { MarketArchive } from './MarketArchive.js';
import { lastTimeOf, MarketFeed } from './MarketFeed.js';
import { MarketReaction } from './MarketReaction.js';
import type { MarketPace } from './Pacer.js';
import { Pacer, steer } from './Pacer.js';
import { QuoteBoard } from './QuoteBoard.js';
import { lastPosition, previousCloses } from './readTape.js';
import type { SessionRecord } from './readTape.js';
import { recoverKernel } from './recoverKernel.js';
import { SessionBoard } from './SessionBoard.js';
import { SessionTrades } from './SessionTrades.js';
import { configWithLivingShadows, ShadowRecorder } from './ShadowRecorder.js';
import { StateRecorder } from './stateChanges.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';
import { TapeGroups } from './TapeGroups.js';
import { TapeSink } from './TapeSink.js';
import type { Units } from './views.js';
import { warmUpBars } from './warmUp.js';
import { WaitingOrders } from './WaitingOrders.js';
import type { WaitingOrder } from './WaitingOrders.js';
import { WallPace } from './WallPace.js';
import { WindDown } from './WindDown.js';

/** A step gives the thread back after this long, so that commands wait no longer. */
const STEP_MS = 25;
/** The position is recorded at least this often, so that an idle session resumes where it was. */
const POSITION_EVERY_MS = 1_000;
/** Through nights and week-ends that a live session waits. */
const WAITING_POSITION_MS = 60_000;
/** Market time between samples while fast-forwarding, and records that are then synced as one group. */
const [FORWARD_MICROS, FORWARD_RECORDS] = [5 * MINUTE, 200];
/** Reports of a broker that one step takes; more wait for the next. */
const MOST_REPORTS = 100;

/** See the module header. */
export class LiveSession {
  readonly units: Units;
  readonly board: SessionBoard;
  readonly quotes: QuoteBoard;
  /** Performance and trade log. */
  readonly trades: SessionTrades;
  readonly chart: ChartBars;
  /** What programs read of the market; undefined if nothing is kept for them. */
  readonly archive: MarketArchive | undefined;
  readonly pacer: MarketPace;
  readonly #parts: LiveSessionParts;
  readonly #composed: ComposedKernel;
  readonly #sink: TapeSink;
  readonly #shadows: ShadowRecorder;
  readonly #marks: EquityMarks;
  readonly #reaction: MarketReaction | undefined;
  readonly #working = new StateRecorder();
  readonly #groups: TapeGroups;
  readonly #market: MarketFeed;
  readonly #waiting = new WaitingOrders();
  readonly #windDown: WindDown;
  #broker: BrokerLink | undefined;
  #ended = false;
  readonly #breakage = new Breakage();
  #lastPositionMs: number;

  /** Opens the session and brings it to where its tape ends. Throws `VERIFY_MISMATCH` if that does not come out. */
  constructor(parts: LiveSessionParts) {
    this.#parts = parts;
    const { config } = parts.header;
    this.units = { symbols: config.symbols, priceScale: config.priceScale };
    this.board = new SessionBoard(this.units, config, parts.records);
    this.trades = new SessionTrades(parts.header);
    this.quotes = new QuoteBoard(this.units, previousCloses(parts.header));
    this.chart = new ChartBars(this.units);
    this.archive =
      parts.keepMarketRows === 0 ? undefined : new MarketArchive(config.symbols.length, parts.keepMarketRows);
    this.#groups = new TapeGroups(parts.tape, parts.nowMs, {
      onDurable: (placed) => {
        this.board.note(placed.record);
        this.trades.note(placed.record);
        parts.onDurable(placed);
      },
      onRoom: (hasRoom) => this.#noteRoom(hasRoom),
    });
    this.#sink = new TapeSink((record, time) => this.#groups.record(record, time));
    this.#composed = composeKernel({
      config: configWithLivingShadows(config, parts.records),
      sink: this.#sink,
      resolveStrategy: parts.resolveStrategy,
      ...(parts.hookProbe === undefined ? {} : { hookProbe: parts.hookProbe }),
    });
    const { kernel, venue } = this.#composed;
    this.#reaction =
      parts.reactive === undefined
        ? undefined
        : new MarketReaction(parts.reactive, this.#composed, parts.copiedTo, (record, time) =>
            this.#groups.record(record, time, true),
          );
    this.#reaction?.expect(parts.records);
    this.#market = new MarketFeed({
      ...parts,
      reaction: this.#reaction,
      makeDurable: () => this.#isDurable(),
      take: (batch) => {
        parts.beat?.();
        const last = lastTimeOf(batch);
        if (last > parts.copiedTo) parts.live?.witness(last);
        this.quotes.observe(batch);
        this.chart.observe(batch);
        this.archive?.observe(batch);
        this.trades.observe(batch);
        kernel.process(batch);
      },
    });
    // As essential as the position that they belong to: without them the group could not be proven.
    this.#shadows = new ShadowRecorder(venue.shadows, (record, time) => this.#groups.record(record, time, true));
    this.#marks = new EquityMarks(this.#composed, this.#shadows, (record, time) => this.#groups.record(record, time));
    this.#sink.place = kernel;
    this.#sink.positionOf = (order) => kernel.tracker.positionOf(ownerOf(order), order.symbolId);
    goOnFrom(parts.header.carried, this.#composed);
    for (const { record } of parts.records) if (record.type === 'warmUp') kernel.warmUp(...warmUpBars(record));
    this.#lastPositionMs = parts.nowMs();
    const position = lastPosition(parts.records);
    if (position === undefined) kernel.start();
    else this.#recover(parts.records, position);
    this.#windDown = new WindDown(kernel, parts.records);
    this.#reaction?.begin(position?.frontier ?? -Infinity);
    this.pacer =
      parts.live === undefined
        ? new Pacer(kernel.now, parts.nowMs(), parts.speed)
        : new WallPace(kernel.now, () => parts.live?.market.settledTime() ?? kernel.now);
  }

  /** The engine's and the exchange's side, for reading. */
  get composed(): ComposedKernel {
    return this.#composed;
  }

  get header(): SessionRecord {
    return this.#parts.header;
  }

  /** The market as it happens; undefined for recorded and simulated ones. */
  get live(): LiveLink | undefined {
    return this.#parts.live;
  }

  /** Whether the market data are used up, the session is over, and its last records are durable (K3). */
  get ended(): boolean {
    return this.#ended && this.durable;
  }

  /** Whether the market is as far as its clock says, or can go no further now. */
  get caughtUp(): boolean {
    const { kernel } = this.#composed;
    return this.#ended || this.halted || kernel.now >= Math.min(this.pacer.marketTime, this.#parts.endTime);
  }

  /** Whether the disk is full: the market stands still, and only cancels and the kill switch are taken. */
  get halted(): boolean {
    return this.#groups.full;
  }

  /**
   * Moves the market as far as its clock says, at most for a moment. Throws when the disk fails for good. If commands
   * are executed right after it, which is what `isFollowed` says, what it decided becomes durable with them: until
   * then none of it may be told.
   */
  step(isFollowed = false): void {
    this.#breakage.guard(() => this.#step(isFollowed));
  }

  #step(isFollowed: boolean): void {
    const { nowMs, endTime } = this.#parts;
    const startMs = nowMs();
    if (this.halted && !this.#tryResume(startMs)) return;
    const target = this.pacer.advance(startMs);
    if (this.#ended) return;
    const { kernel } = this.#composed;
    const until = Math.min(target, endTime);
    this.#takeNotes();
    this.#takeReports();
    this.#enterWaiting();
    let behind = true;
    while (behind) {
      if (this.#moveTo(until) === 0) behind = false;
      else if (this.halted) break;
      if (nowMs() - startMs > STEP_MS) break;
    }
    if (this.halted) {
      this.pacer.holdAt(kernel.now);
      if (!this.durable) this.#groups.commit();
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
    if (isFollowed) return;
    this.#commit(startMs);
    this.#sendToBroker();
  }

  /** Whether everything decided so far is durable; while it is not, no answer may leave (K3). */
  get durable(): boolean {
    return this.#groups.pending === 0;
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
   * the disk fails for good, and when an assumption of the kernel is {@link broken}: then neither the group nor the
   * step that waits for it becomes durable, and the session can be opened again where its tape ends.
   */
  executeAll(commands: readonly Command[]): readonly (CommandResult | PapertapeError)[] {
    return this.#breakage.guard(() => {
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
      this.#sendToBroker();
      return outcomes;
    });
  }

  /** Whether an assumption was broken, after which nothing is decided and written any more. */
  get broken(): boolean {
    return this.#breakage.happened;
  }

  /** Lets the session's orders go to its broker, and hears it from the next step on. */
  joinBroker(broker: BrokerLink): void {
    this.#broker = broker;
    this.#sendToBroker();
  }

  /** Ends the connection to the broker; what it says from now on is for the next process. */
  async leaveBroker(): Promise<void> {
    await this.#broker?.stop();
  }

  /** What the kernel decided leaves once it is durable, and no sooner. */
  #sendToBroker(): void {
    if (this.durable) this.#broker?.send();
  }

  /** What the broker said since the last step: inputs like every other. */
  #takeReports(): void {
    const broker = this.#broker;
    for (let taken = 0; taken < MOST_REPORTS; taken += 1) {
      const report = broker?.next;
      if (report === undefined || this.halted) return;
      this.#take({ type: 'brokerReport', user: 'broker', report });
      broker?.taken();
    }
  }

  #take(command: Command): CommandResult {
    // Nothing works any more that could be stopped, so this holds for the kill switch too.
    if (this.#ended) {
      return { ok: false, reason: 'SESSION_CLOSED', message: 'The session has ended; nothing trades any more.' };
    }
    const essential = isEssential(command);
    if (this.halted && !essential) throw diskFull();
    const { kernel } = this.#composed;
    // Rows of the time before the command come before it, now and whenever the tape is run again.
    const paced = this.halted ? kernel.now : Math.min(this.pacer.marketTime, this.#parts.endTime);
    const wanted = Math.max(kernel.now, paced);
    while (this.#moveTo(wanted) > 0) {
      if (this.halted && !essential) throw diskFull();
    }
    // Rows that found no room come after a command that is taken all the same, and so they must be later.
    const time = this.halted ? kernel.now : wanted;
    kernel.advanceClock(time);
    this.#groups.essential = essential;
    try {
      return this.#marks.around(command, () => {
        this.#groups.record({ type: 'command', at: kernel.inputSequence, time, command }, time);
        return kernel.command(command, time);
      });
    } finally {
      this.#groups.essential = false;
    }
  }

  /** Enters orders of the session before as soon as their symbols have a price of this one. */
  enterWithPrices(orders: readonly WaitingOrder[]): void {
    this.#waiting.add(orders);
  }

  #enterWaiting(): void {
    if (this.#waiting.isEmpty) return;
    const { lastPriceTime } = this.#composed.kernel.tracker;
    const { startTime } = this.header.config;
    const due = this.#waiting.takePriced(
      (symbol) => (lastPriceTime[this.units.symbols.indexOf(symbol)] ?? 0) >= startTime,
    );
    if (due.length === 0) return;
    const outcomes = this.executeAll(due.map(({ command }) => command));
    // What a full disk kept out is not refused: it waits on.
    this.#waiting.add(due.filter((_, index) => outcomes[index] instanceof PapertapeError));
  }

  /** Runs up to market time `time` (at most to the end of the market) at once. */
  fastForward(until: Micros): void {
    this.#breakage.guard(() => {
      const { kernel } = this.#composed;
      const time = Math.min(until, this.#parts.endTime);
      while (kernel.now < time && !this.halted) {
        // In portions, and a group once much was decided, so that none on the tape grows without bound.
        const next = Math.min(time, kernel.now + FORWARD_MICROS);
        while (this.#moveTo(next) > 0) if (this.halted) return;
        kernel.advanceClock(next);
        this.#sampleEquity();
        if (this.#groups.pending >= FORWARD_RECORDS || next === time) this.#commitNow(false);
      }
      this.pacer.holdAt(Math.max(time, kernel.now));
    });
  }

  /** Ends the day at once, with the rows that are there; for one that nobody watches any more. */
  finishDay(): void {
    const { endTime } = this.#parts;
    const { now: since, inputSequence: at } = this.#composed.kernel;
    if (since < endTime) {
      const note = { kind: 'gap', symbolIds: [], since, until: endTime, cause: 'stopped' } as const;
      this.#groups.record({ type: 'marketNote', at, time: since, note }, since);
    }
    this.fastForward(endTime);
    this.step();
  }

  /** Steers the market's clock. */
  control(control: MarketControl): void {
    steer(this.pacer, control);
  }

  /** Writes the last position, where there is one to be trusted, and closes the tape (F04). */
  close(): void {
    if (this.broken) {
      this.#parts.tape.abandon();
      return;
    }
    if (!this.halted) this.#commitNow(this.#ended);
    this.#parts.tape.close();
  }

  /** Reads the next rows up to `until`, none while the disk is full, and passes them on; gives how many there were. */
  #moveTo(until: Micros): number {
    if (this.halted) return 0;
    const batch = this.#market.read(until);
    if (batch.length > 0 && !this.#market.pass(batch)) this.#groups.noteFull();
    return batch.length;
  }

  /** Whether a live market has not begun its day. */
  get #waits(): boolean {
    const { live } = this.#parts;
    return live !== undefined && this.#composed.kernel.now < live.opensAt;
  }

  #sampleEquity(): void {
    if (!this.#waits) this.#marks.sample();
  }

  #finish(): void {
    const { kernel, venue } = this.#composed;
    const { closingPrices, endTime } = this.#parts;
    const { kind } = this.header.market;
    const prices = closingPrices ?? (kind === 'live' ? () => lastPrices(this.#composed, this.units) : undefined);
    // What became of every order is known before the day is closed.
    if (this.#broker !== undefined && !this.#windDown.isOver((command) => void this.#take(command))) return;
    if (prices === undefined) kernel.finish();
    else {
      const waiting = this.#waiting.left(this.header.follows ?? '');
      const { working, strategies } = this.#windDown;
      const { accounts } = venue.desk;
      // The log of their trades hears of what is durable.
      if (accounts.size > 0 && !this.durable) this.#commitNow(false);
      if (this.halted) return;
      const deskBooks = this.trades.desk.carry(accounts);
      const remainder = { prices, waiting, deskBooks, ...(this.#broker === undefined ? {} : { working, strategies }) };
      closeDay(this.#composed, endTime, remainder, (record, time) => this.#groups.record(record, time));
    }
    this.#ended = true;
    this.#commitNow(true);
  }

  #commit(nowMs: number): void {
    if (this.durable && nowMs - this.#lastPositionMs < (this.#waits ? WAITING_POSITION_MS : POSITION_EVERY_MS)) return;
    if (this.#ended && this.durable) return;
    this.#commitNow(this.#ended);
    this.#lastPositionMs = nowMs;
  }

  #commitNow(ended: boolean): void {
    const { kernel, execution } = this.#composed;
    this.#shadows.record(kernel.inputSequence, kernel.now);
    this.#reaction?.note();
    const record = {
      type: 'position',
      at: kernel.inputSequence,
      time: kernel.now,
      ended,
      ...(this.#reaction === undefined ? {} : { frontier: this.#reaction.frontier }),
      ...this.#working.next(execution.workingState()),
    } as const;
    this.#groups.record(record, kernel.now, true);
    this.#working.accept();
    this.#groups.commit();
  }

  /** What a live market told since the last step. */
  #takeNotes(): void {
    const { live } = this.#parts;
    if (live === undefined || !live.notes.waiting) return;
    const { now, inputSequence: at } = this.#composed.kernel;
    const { notes, lines } = live.notes.take();
    for (const note of notes) this.#groups.record({ type: 'marketNote', at, time: now, note }, now);
    for (const { level, text } of lines) this.board.log(now, level, 'market', text);
  }

  #noteRoom(hasRoom: boolean): void {
    const { now } = this.#composed.kernel;
    if (hasRoom) this.board.log(now, 'info', 'tape', 'There is room on the disk again; trading goes on.');
    else this.board.log(now, 'error', 'tape', 'The disk is full: the market stands still until there is room.');
  }

  #tryResume(nowMs: number): boolean {
    if (!this.#groups.tryResume()) return false;
    // The time that passed is not made up: the clock runs from now on, and from where the market stands.
    this.pacer.advance(nowMs);
    this.pacer.holdAt(this.#composed.kernel.now);
    return true;
  }

  #recover(records: readonly PlacedRecord[], position: Extract<TapeRecord, { type: 'position' }>): void {
    const { kernel } = this.#composed;
    this.trades.expect(records);
    recoverKernel(this.#composed, records, position, (time) => this.#reread(time));
    this.#ended = position.ended;
    this.#marks.resume();
    for (const { record } of records) this.board.note(record);
    this.trades.catchUp();
    const difference = this.#shadows.recover(records, kernel.now);
    if (difference === undefined) return;
    const reason = `run again, they decide otherwise: ${difference.decided}, recorded ${difference.recorded}`;
    this.#shadows.end(kernel.inputSequence, kernel.now, reason);
  }

  /** Feeds the rows up to `time` again; they are on the tape, or in the history cache. */
  #reread(time: Micros): void {
    this.#market.reread(time);
    this.#composed.kernel.advanceClock(time);
  }
}
