/**
 * The thread side of a session: steps it, answers requests, and publishes what changed, in that order. Built on a
 * clock and a `post` function, so that tests run it without a thread.
 */
import type { KillSwitch } from '../contracts/index.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { Command } from '../domain/commands.js';
import type { Micros } from '../domain/units.js';
import { PapertapeError } from '../domain/errors.js';
import { isDeskEvent } from '../domain/venueEvents.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { explanationText } from '../exchange/explanationText.js';
import { receiptText } from '../exchange/receiptText.js';
import { required } from '../utils/assert.js';
import type { Clock } from '../utils/clock.js';
import { isFinal } from './diskFaults.js';
import type { MarketArchive } from './MarketArchive.js';
import { readBars, readCorporateActions, readLatest } from './marketReads.js';
import type { MarketReadParts } from './marketReads.js';
import type { OpenedSession, SessionTools } from './assembleSession.js';
import { openSession } from './openSession.js';
import type { SessionMessage, SessionReply, SessionRequest } from './protocol.js';
import type { SessionPlan } from './sessionPlan.js';
import { SessionPublisher } from './SessionPublisher.js';
import { loadStrategy } from './strategyLoader.js';
import type { ClosingPrices, TapeRecord } from './tapeRecords.js';
import { explanationView, receiptView, riskDecisionView } from './views.js';
import { stopOfStuck, stuckIn } from './stuckStrategy.js';
import { toWireError } from './wireError.js';

/** How often the session is stepped, in milliseconds. */
const STEP_EVERY_MS = 15;
/**
 * Commands that come this long after a step take the next one along: what it decides becomes durable in their group,
 * where alone it would keep the commands behind it waiting for a group of its own.
 */
const STEP_WITH_COMMANDS_MS = 5;
/** While the session is being opened, waiting for files counts as moving. */
const OPENING_BEAT_MS = 250;

/** Commands of one group at most, so that the first of them does not wait for too many others. */
const LARGEST_GROUP = 256;

/**
 * The answer to a kill switch is its state, which is read from what was published; and the watchdog must know a
 * strategy by name before its first hook, which may be the one that never returns.
 */
const TOLD_AT_ONCE: ReadonlySet<Command['type']> = new Set(['killSwitch', 'startStrategy']);

type CommandRequest = Extract<SessionRequest, { readonly method: 'command' }>;

/** What the thread gives. */
export interface WorkerParts {
  readonly clock: Clock;
  readonly tools: Omit<SessionTools, 'onDurable' | 'onNotice' | 'clock'>;
  readonly post: (message: SessionMessage) => void;
  /** Called in every turn of the loop; a watchdog looks at it from outside. */
  readonly beat: () => void;
  /** Calls back once the requests that are there have been handed over. */
  readonly defer: (callback: () => void) => void;
}

/** See the module header. */
export class SessionWorker {
  readonly #parts: WorkerParts;
  readonly #plan: SessionPlan;
  readonly #errors = new Map<string, string>();
  /** Durable events of the desk that were not told yet. */
  #events: VenueEvent[] = [];
  #opened: OpenedSession | undefined;
  #publisher: SessionPublisher | undefined;
  #killSwitch: KillSwitch = { on: false, reason: '', user: '', since: null };
  #engineAccount = '';
  /** What the symbols ended at, once the session is over. */
  #closing: ClosingPrices | undefined;
  #stopped = false;
  #steppedMs = 0;
  #cancelStep: () => void = () => undefined;
  /** Whether it was told that the session has ended; one that had before it was opened has nothing to tell. */
  #endTold = false;
  /** Commands that came since the last group, and answers that wait for the disk. */
  #commands: CommandRequest[] = [];
  #unanswered: SessionReply[] = [];

  constructor(plan: SessionPlan, parts: WorkerParts) {
    this.#plan = plan;
    this.#parts = parts;
  }

  /** Opens the session, says `ready`, and steps it until it is stopped. */
  async start(): Promise<void> {
    const { clock, tools, post, beat } = this.#parts;
    let opening = true;
    const tick = (): void => {
      if (!opening) return;
      beat();
      clock.setTimer(OPENING_BEAT_MS, tick);
    };
    tick();
    try {
      this.#opened = await openSession(this.#plan, {
        ...tools,
        beat,
        clock,
        onDurable: ({ record }) => this.#note(record),
        onNotice: (notice) => post({ type: 'notice', notice }),
      });
      const { session, recovered } = this.#opened;
      this.#publisher = new SessionPublisher(session, {
        post,
        nowMs: () => clock.monotonicMs(),
        errors: this.#errors,
        killSwitch: () => this.#killSwitch,
      });
      this.#endTold = session.ended;
      for (const { record } of recovered) this.#note(record);
      if (this.#plan.stopFirst !== undefined) {
        session.execute(stopOfStuck(this.#plan.stopFirst));
      }
      const events = this.#events.splice(0);
      post({
        type: 'ready',
        updates: this.#telling.everything(),
        session: session.header,
        events,
        recordCount: recovered.length > 1 ? recovered.length : 0,
      });
    } catch (error) {
      post({ type: 'fatal', error: toWireError(error) });
      return;
    } finally {
      opening = false;
    }
    this.#schedule(0);
  }

  /** Answers a request; commands are answered when their record is durable. */
  async handle(request: SessionRequest): Promise<void> {
    try {
      if (request.method === 'command') {
        await this.#collect(request);
        return;
      }
      // What was asked before is answered before, and a stop finds nothing left to execute.
      while (this.#commands.length > 0) this.#executeCollected();
      const value = await this.#answer(request);
      this.#tellDurable([{ id: request.id, ok: true, value }]);
    } catch (error) {
      this.#tellDurable([{ id: request.id, ok: false, error: toWireError(error) }]);
      if (isFinal(error) || this.#opened?.session.broken === true) this.#fail(error);
    }
  }

  get #live(): OpenedSession['session'] {
    if (this.#opened === undefined) throw new PapertapeError('SHUTTING_DOWN', 'The session is not open yet.');
    return this.#opened.session;
  }

  get #telling(): SessionPublisher {
    return required(this.#publisher, 'what tells of the session');
  }

  #schedule(delayMs: number): void {
    this.#cancelStep = this.#parts.clock.setTimer(delayMs, () => {
      this.#turn();
    });
  }

  /** Steps, with commands if some have come, and sees to it that the next step follows. */
  #turn(requests: readonly CommandRequest[] = []): void {
    if (this.#stopped) return;
    this.#cancelStep();
    try {
      this.#work(requests);
      this.#schedule(this.#isUnpaced ? 0 : STEP_EVERY_MS);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** As fast as possible means without a pause, but requests get their turn. */
  get #isUnpaced(): boolean {
    const { pacer, ended } = this.#live;
    return pacer.speed === 0 && !pacer.paused && !ended;
  }

  /** Moves the market on, executes what was asked, and tells what came of it. */
  #work(requests: readonly CommandRequest[] = []): void {
    this.#parts.beat();
    const session = this.#live;
    this.#steppedMs = this.#parts.clock.monotonicMs();
    session.step(requests.length > 0);
    this.#execute(requests);
    // A group that failed has left the step for the next one: until then nothing of it is told.
    if (this.#stopped || (!session.durable && !session.halted)) return;
    const hasEnded = session.ended && !this.#endTold;
    this.#answerDurable();
    this.#telling.sample();
    this.#telling.publish(hasEnded);
    this.#tellDurable();
    this.#tellTrades();
    if (!hasEnded) return;
    this.#endTold = true;
    this.#parts.post({ type: 'ended', closing: this.#closing });
  }

  /** Works until the market is where a step has moved its clock; other requests get their turn in between. */
  async #catchUp(): Promise<void> {
    for (;;) {
      if (this.#stopped) throw new PapertapeError('SHUTTING_DOWN', 'The session was stopped.');
      try {
        this.#work();
      } catch (error) {
        this.#fail(error);
        throw error;
      }
      if (this.#live.caughtUp) return;
      await new Promise<void>((resolve) => {
        this.#parts.clock.setTimer(0, resolve);
      });
    }
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#parts.post({ type: 'fatal', error: toWireError(error) });
  }

  /**
   * Takes a command into the next group. Commands that arrive together share one group on the tape: a disk syncs a few
   * hundred times a second, whatever is in a group.
   */
  async #collect(request: CommandRequest): Promise<void> {
    // A user's file is loaded, checked and known before the kernel hears of it.
    if (request.args.type === 'startStrategy') await this.#know(request.args.config.strategy);
    this.#commands.push(request);
    if (this.#commands.length === 1) this.#parts.defer(() => this.#executeCollected());
  }

  #executeCollected(): void {
    const requests = this.#commands.splice(0, LARGEST_GROUP);
    if (requests.length === 0) return;
    if (this.#commands.length > 0) this.#parts.defer(() => this.#executeCollected());
    if (this.#canTakeStep) this.#turn(requests);
    else this.#execute(requests);
  }

  /** Whether commands that are executed now take a step along. */
  get #canTakeStep(): boolean {
    if (this.#stopped || this.#publisher === undefined) return false;
    // A market that goes as fast as it can steps for long, and all the time.
    return this.#parts.clock.monotonicMs() - this.#steppedMs >= STEP_WITH_COMMANDS_MS && !this.#isUnpaced;
  }

  #execute(requests: readonly CommandRequest[]): void {
    if (requests.length === 0) return;
    this.#parts.beat();
    try {
      const outcomes = this.#live.executeAll(requests.map(({ args }) => args));
      requests.forEach(({ id }, index) => {
        const outcome = outcomes[index];
        this.#unanswered.push(
          outcome instanceof PapertapeError
            ? { id, ok: false, error: toWireError(outcome) }
            : { id, ok: true, value: outcome },
        );
      });
      if (requests.some(({ args }) => TOLD_AT_ONCE.has(args.type))) this.#telling.publish(true);
      this.#answerDurable();
    } catch (error) {
      // Nothing of the group was taken, and nothing can be any more: its tape says where the session goes on.
      this.#tellDurable(requests.map(({ id }) => ({ id, ok: false, error: toWireError(error) })));
      this.#fail(error);
    }
  }

  /** Lets answers go whose records are on disk; while the disk is full they wait (K3). */
  #answerDurable(): void {
    if (this.#unanswered.length === 0 || !this.#live.durable) return;
    this.#tellDurable(this.#unanswered.splice(0));
  }

  /** Tells what has become durable, and the answers that follow it, in one message: each costs both threads a turn. */
  #tellDurable(replies: readonly SessionReply[] = []): void {
    const events = this.#events.splice(0);
    if (events.length > 0 || replies.length > 0) this.#parts.post({ type: 'durable', events, replies });
    this.#publisher?.publishMarket();
  }

  #tellTrades(): void {
    const { trades: log } = this.#live;
    const trades = log.takeClosed();
    if (trades.length > 0) this.#parts.post({ type: 'trades', trades });
    for (const closed of log.desk.takeClosed()) this.#parts.post({ type: 'trades', ...closed });
  }

  #note(record: TapeRecord): void {
    if (record.type === 'closing') {
      const { prices, closes } = record;
      this.#closing = { prices, ...(closes === undefined ? {} : { closes }) };
    }
    if (record.type === 'session') this.#engineAccount = record.config.accountId;
    if (record.type === 'venue' && isDeskEvent(record.event, this.#engineAccount)) this.#events.push(record.event);
    if (record.type === 'command' && record.command.type === 'killSwitch') {
      const { on, reason, user } = record.command;
      this.#killSwitch = { on, reason, user, since: record.time };
    }
    if (record.type === 'venue' && record.event.type === 'injected') {
      const { injection, time } = record.event;
      if (injection.kind === 'lateTrade') {
        const { symbolId, price, size } = injection;
        this.#opened?.session.archive?.noteLateTrade(symbolId, injection.time, time, price, size);
      }
    }
    if (record.type === 'strategy' && record.error !== undefined) this.#errors.set(record.instanceId, record.error);
    const stuck = record.type === 'command' ? stuckIn(record.command) : undefined;
    if (stuck !== undefined) this.#errors.set(stuck.instanceId, `It ${stuck.text}.`);
  }

  async #answer(request: Exclude<SessionRequest, CommandRequest>): Promise<unknown> {
    const session = this.#live;
    switch (request.method) {
      case 'control':
        session.control(request.args);
        if (request.args.action === 'step') await this.#catchUp();
        this.#telling.publish(true);
        return null;
      case 'bars': {
        const { symbol, timeframe, limit, before } = request.args;
        return session.chart.bars(this.#symbolId(symbol), timeframe, limit, before ?? Infinity);
      }
      case 'receipt': {
        const kept = session.board.fill(request.args);
        if (kept === undefined) return null;
        const symbol = session.units.symbols[kept.fill.symbolId] ?? '';
        return receiptView(
          kept.fill,
          kept.owner,
          receiptText(kept.fill, symbol, session.units.priceScale),
          session.units,
        );
      }
      case 'explain': {
        const explanation = session.composed.execution.explain(request.args, session.composed.kernel.now);
        if (explanation === undefined) return null;
        return explanationView(
          request.args,
          explanation,
          explanationText(explanation, session.units.priceScale),
          session.units,
        );
      }
      case 'risk': {
        const decision = session.board.decision(request.args);
        return decision === undefined ? null : riskDecisionView(decision);
      }
      case 'accountState':
        return session.composed.venue.accountState(request.args, session.composed.kernel.now) ?? null;
      case 'deskAccounts':
        return session.composed.venue.deskAccounts();
      case 'deskOrders':
        return session.composed.venue.deskOrders(request.args);
      case 'marketQuotes':
        return this.#archive.quotes(this.#upToNow(request.args));
      case 'marketPrints':
        return this.#archive.prints(this.#upToNow(request.args));
      case 'marketBars':
        return readBars(this.#marketParts, this.#upToNow(request.args));
      case 'marketLatest':
        return readLatest(this.#marketParts, request.args);
      case 'corporateActions': {
        const { symbols, from, to } = request.args;
        return readCorporateActions(this.#marketParts, symbols, from, to);
      }
      case 'watchMarket':
        this.#watchMarket(request.args);
        return null;
      case 'performance':
        return session.trades.performance();
      case 'openTrades':
        return session.trades.open();
      case 'jump':
        session.fastForward(request.args);
        this.#telling.publish(true);
        return null;
      case 'watch':
        this.#telling.watchBars(
          request.args.symbol,
          request.args.on ? this.#symbolId(request.args.symbol) : 0,
          request.args.timeframe,
          request.args.on,
        );
        return null;
      case 'stop':
        this.#stopped = true;
        // First the connections: what still came would find the tape closed.
        await session.live?.market.stop();
        await session.live?.seen.close();
        await session.leaveBroker();
        session.close();
        this.#tellTrades();
        return null;
    }
  }

  get #archive(): MarketArchive {
    return required(this.#live.archive, 'the archive of the market');
  }

  /** Rows of the market are collected while somebody watches it, and the price bands of the engine's exchange. */
  #watchMarket(on: boolean): void {
    const archive = this.#archive;
    const { watch, book } = this.#live.composed.venue.exchange;
    // Bands that are in force already are not the first ones of the day.
    for (const symbol of book.symbols) {
      if (on && (symbol.bandUpper > 0 || symbol.halted)) archive.live.noteBands(symbol, this.#live.composed.kernel.now);
    }
    archive.live.watch(on);
    watch.onBands = on ? (symbol, time) => archive.live.noteBands(symbol, time) : undefined;
  }

  get #marketParts(): MarketReadParts {
    const { header, units } = this.#live;
    return {
      archive: this.#archive,
      symbols: units.symbols,
      date: parseDate(header.market.date),
      hasHistory: header.market.kind !== 'simulated',
      history: this.#parts.tools.history,
    };
  }

  /** Nothing after market time now is told. */
  #upToNow<T extends { readonly to: Micros }>(query: T): T {
    return { ...query, to: Math.min(query.to, this.#live.composed.kernel.now) };
  }

  async #know(strategy: string): Promise<void> {
    const { strategies } = this.#opened ?? { strategies: undefined };
    if (strategies === undefined || strategies.has(strategy)) return;
    const loaded = await loadStrategy(strategy, this.#plan);
    strategies.set(strategy, loaded.strategyClass);
  }

  #symbolId(symbol: string): number {
    const id = this.#live.units.symbols.indexOf(symbol);
    if (id < 0) {
      throw new PapertapeError('SYMBOL_UNKNOWN', `The session has no symbol ${symbol}.`, {
        remedy: `It has ${this.#live.units.symbols.join(', ')}.`,
      });
    }
    return id;
  }
}
