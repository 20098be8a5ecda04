/**
 * The thread side of a session: steps it, answers requests, and publishes what changed, in that order. Built on a
 * clock and a `post` function, so that tests run it without a thread.
 */
import type { KillSwitch, TopicUpdate } from '../contracts/index.js';
import type { Timeframe } from '../domain/timeframe.js';
import { PapertapeError } from '../domain/errors.js';
import { explanationText } from '../exchange/explanationText.js';
import { receiptText } from '../exchange/receiptText.js';
import type { Clock } from '../utils/clock.js';
import { openSession, type OpenedSession, type SessionTools } from './openSession.js';
import type { SessionMessage, SessionRequest } from './protocol.js';
import { sameAccount } from './SessionBoard.js';
import type { SessionPlan } from './sessionPlan.js';
import { accountView, PnlHistory, positionViews, sessionInfo, strategyViews } from './sessionViews.js';
import { loadStrategy } from './strategyLoader.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';
import { explanationView, receiptView, riskDecisionView } from './views.js';
import { toWireError } from './wireError.js';

/** How often the session is stepped, and what changed is published, in milliseconds. */
const STEP_EVERY_MS = 15;
const PUBLISH_EVERY_MS = 60;
/** Figures that change with every price are told less often. */
const SLOW_EVERY_MS = 250;
const STRATEGIES_EVERY_MS = 1_000;
/** While the session is being opened, waiting for files counts as moving. */
const OPENING_BEAT_MS = 250;

/** What the thread gives. */
export interface WorkerParts {
  readonly clock: Clock;
  readonly tools: Omit<SessionTools, 'onDurable' | 'onNotice' | 'nowMs'>;
  readonly post: (message: SessionMessage) => void;
  /** Called in every turn of the loop; a watchdog looks at it from outside. */
  readonly beat: () => void;
}

/** See the module header. */
export class SessionWorker {
  readonly #parts: WorkerParts;
  readonly #plan: SessionPlan;
  readonly #pnl = new PnlHistory();
  readonly #errors = new Map<string, string>();
  readonly #watched = new Map<string, { readonly symbolId: number; readonly timeframe: Timeframe }>();
  #records: PlacedRecord[] = [];
  #opened: OpenedSession | undefined;
  #killSwitch: KillSwitch = { on: false, reason: '', user: '', since: null };
  #account: TopicUpdate | undefined;
  #session = '';
  #lastPublishMs = 0;
  #lastSlowMs = 0;
  #lastStrategiesMs = 0;
  #stopped = false;

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
        nowMs: () => clock.monotonicMs(),
        onDurable: (placed) => {
          this.#note(placed.record);
          this.#records.push(placed);
        },
        onNotice: (notice) => post({ type: 'notice', notice }),
      });
      const { session, recovered } = this.#opened;
      for (const { record } of recovered) this.#note(record);
      if (this.#plan.stopFirst !== undefined) {
        session.execute({ type: 'stopStrategy', user: 'watchdog', instanceId: this.#plan.stopFirst, flatten: false });
      }
      this.#records = [];
      post({ type: 'ready', updates: this.#everything(), recovered });
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
      const value = await this.#answer(request);
      this.#flushRecords();
      this.#parts.post({ type: 'reply', id: request.id, ok: true, value });
    } catch (error) {
      this.#parts.post({ type: 'reply', id: request.id, ok: false, error: toWireError(error) });
      if (isFatal(error)) this.#fail(error);
    }
  }

  get #live(): OpenedSession['session'] {
    if (this.#opened === undefined) throw new PapertapeError('SHUTTING_DOWN', 'The session is not open yet.');
    return this.#opened.session;
  }

  #schedule(delayMs: number): void {
    this.#parts.clock.setTimer(delayMs, () => {
      this.#turn();
    });
  }

  #turn(): void {
    if (this.#stopped) return;
    this.#parts.beat();
    const session = this.#live;
    try {
      const wasEnded = session.ended;
      session.step();
      this.#pnl.sample(session);
      this.#publish(session.ended && !wasEnded);
      this.#flushRecords();
      if (session.ended && !wasEnded) this.#parts.post({ type: 'ended' });
      // As fast as possible means without a pause, but requests get their turn.
      this.#schedule(session.pacer.speed === 0 && !session.pacer.paused && !session.ended ? 0 : STEP_EVERY_MS);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#stopped = true;
    this.#parts.post({ type: 'fatal', error: toWireError(error) });
  }

  #flushRecords(): void {
    if (this.#records.length === 0) return;
    this.#parts.post({ type: 'records', records: this.#records });
    this.#records = [];
  }

  #note(record: TapeRecord): void {
    if (record.type === 'command' && record.command.type === 'killSwitch') {
      const { on, reason, user } = record.command;
      this.#killSwitch = { on, reason, user, since: record.time };
    }
    if (record.type === 'strategy' && record.error !== undefined) this.#errors.set(record.instanceId, record.error);
  }

  /** The whole state, as a late comer needs it. */
  #everything(): TopicUpdate[] {
    const session = this.#live;
    return [
      { topic: 'session', data: sessionInfo(session, this.#killSwitch) },
      { topic: 'account', data: accountView(session) },
      { topic: 'quotes', data: { quotes: session.quotes.all() } },
      { topic: 'positions', data: { positions: positionViews(session) } },
      { topic: 'strategies', data: { strategies: strategyViews(session, this.#pnl, this.#errors) } },
      ...session.board.take(),
    ];
  }

  #publish(everything: boolean): void {
    const session = this.#live;
    const nowMs = this.#parts.clock.monotonicMs();
    if (!everything && nowMs - this.#lastPublishMs < PUBLISH_EVERY_MS) return;
    this.#lastPublishMs = nowMs;
    const updates: TopicUpdate[] = session.board.take();
    const quotes = session.quotes.takeChanged();
    if (quotes.length > 0) updates.push({ topic: 'quotes', data: { quotes } });
    const info = sessionInfo(session, this.#killSwitch);
    const told = JSON.stringify({ ...info, clock: { ...info.clock, time: Math.floor(info.clock.time / 1_000_000) } });
    if (told !== this.#session) {
      this.#session = told;
      updates.push({ topic: 'session', data: info });
    }
    if (everything || updates.some((update) => update.topic === 'fills') || nowMs - this.#lastSlowMs >= SLOW_EVERY_MS) {
      this.#lastSlowMs = nowMs;
      this.#addSlow(updates);
    }
    if (everything || session.board.takeStrategiesChanged() || nowMs - this.#lastStrategiesMs >= STRATEGIES_EVERY_MS) {
      this.#lastStrategiesMs = nowMs;
      updates.push({ topic: 'strategies', data: { strategies: strategyViews(session, this.#pnl, this.#errors) } });
    }
    for (const [topic, { symbolId, timeframe }] of this.#watched) {
      const data = session.chart.bars(symbolId, timeframe, 2, Infinity);
      updates.push({ topic: `bars:${topic}`, data });
    }
    if (updates.length > 0) this.#parts.post({ type: 'updates', updates });
  }

  #addSlow(updates: TopicUpdate[]): void {
    const session = this.#live;
    const account = accountView(session);
    if (!sameAccount(this.#account?.topic === 'account' ? this.#account.data : undefined, account)) {
      this.#account = { topic: 'account', data: account };
      updates.push(this.#account);
    }
    const positions = session.board.changedPositions(positionViews(session));
    if (positions.length > 0) updates.push({ topic: 'positions', data: { positions } });
  }

  async #answer(request: SessionRequest): Promise<unknown> {
    const session = this.#live;
    switch (request.method) {
      case 'command': {
        const command = request.args;
        // A user's file is loaded, checked and known before the kernel hears of it.
        if (command.type === 'startStrategy') await this.#know(command.config.strategy);
        const result = session.execute(command);
        // Its answer is the switch's state, which is read from what was published.
        if (command.type === 'killSwitch') this.#publish(true);
        return result;
      }
      case 'control':
        session.control(request.args);
        this.#publish(true);
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
        const explanation = session.composed.venue.explain(request.args);
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
      case 'watch':
        this.#watch(request.args.symbol, request.args.timeframe, request.args.on);
        return null;
      case 'stop':
        this.#stopped = true;
        session.close();
        return null;
    }
  }

  async #know(strategy: string): Promise<void> {
    const { strategies } = this.#opened ?? { strategies: undefined };
    if (strategies === undefined || strategies.has(strategy)) return;
    const loaded = await loadStrategy(strategy, this.#plan);
    strategies.set(strategy, loaded.strategyClass);
  }

  #watch(symbol: string, timeframe: Timeframe, on: boolean): void {
    const topic = `${symbol}:${timeframe}`;
    if (on) this.#watched.set(topic, { symbolId: this.#symbolId(symbol), timeframe });
    else this.#watched.delete(topic);
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

/** Faults after which nothing may be decided any more. */
function isFatal(error: unknown): boolean {
  return (
    error instanceof PapertapeError && (error.code === 'JOURNAL_SYNC_FAILED' || error.code === 'STORAGE_READ_ONLY')
  );
}
