/**
 * What a running session tells of itself: everything once, then what changed, each kind of figure as often as people
 * can follow it. Reads the session between its steps and holds what was told last.
 */
import type { KillSwitch, PositionView, TopicUpdate } from '../contracts/index.js';
import type { Timeframe } from '../domain/timeframe.js';
import { outsidePositions } from './brokerViews.js';
import type { LiveSession } from './LiveSession.js';
import type { SessionMessage } from './protocol.js';
import { scenariosView } from './scenarioViews.js';
import { sameAccount } from './SessionBoard.js';
import { accountView, PnlHistory, positionViews, sessionInfo, strategyViews } from './sessionViews.js';

/** How often what changed is published, in milliseconds. */
const PUBLISH_EVERY_MS = 60;
/** Figures that change with every price are told less often. */
const SLOW_EVERY_MS = 250;
const STRATEGIES_EVERY_MS = 1_000;

/** See the module header. */
export class SessionPublisher {
  readonly #session: LiveSession;
  readonly #post: (message: SessionMessage) => void;
  readonly #nowMs: () => number;
  readonly #pnl = new PnlHistory();
  readonly #watched = new Map<string, { readonly symbolId: number; readonly timeframe: Timeframe }>();
  /** Errors of quarantined strategies, by instance id. */
  readonly #errors: ReadonlyMap<string, string>;
  readonly #killSwitch: () => KillSwitch;
  /** Symbols that the account at a broker was said to hold beside the session's own positions. */
  readonly #outside = new Set<string>();
  #account: TopicUpdate | undefined;
  #told = '';
  #scenarios = '';
  #lastPublishMs = 0;
  #lastSlowMs = 0;
  #lastStrategiesMs = 0;

  constructor(
    session: LiveSession,
    parts: {
      readonly post: (message: SessionMessage) => void;
      readonly nowMs: () => number;
      readonly errors: ReadonlyMap<string, string>;
      readonly killSwitch: () => KillSwitch;
    },
  ) {
    this.#session = session;
    this.#post = parts.post;
    this.#nowMs = parts.nowMs;
    this.#errors = parts.errors;
    this.#killSwitch = parts.killSwitch;
  }

  /** The whole state, as a late comer needs it. */
  everything(): TopicUpdate[] {
    const session = this.#session;
    return [
      { topic: 'session', data: sessionInfo(session, this.#killSwitch()) },
      { topic: 'account', data: accountView(session) },
      { topic: 'scenarios', data: scenariosView(session) },
      { topic: 'quotes', data: { quotes: session.quotes.all() } },
      { topic: 'positions', data: { positions: this.#positions() } },
      { topic: 'strategies', data: { strategies: strategyViews(session, this.#pnl, this.#errors) } },
      ...session.board.take(),
    ];
  }

  /** Notes what is told in curves; once a step. */
  sample(): void {
    this.#pnl.sample(this.#session);
  }

  /** Tells what changed if it is time for it, or all that may have changed if `everything`. */
  publish(everything: boolean): void {
    const session = this.#session;
    const nowMs = this.#nowMs();
    if (!everything && nowMs - this.#lastPublishMs < PUBLISH_EVERY_MS) return;
    this.#lastPublishMs = nowMs;
    const updates: TopicUpdate[] = session.board.take();
    const quotes = session.quotes.takeChanged();
    if (quotes.length > 0) updates.push({ topic: 'quotes', data: { quotes } });
    const info = sessionInfo(session, this.#killSwitch());
    // Counters go along with the clock's seconds.
    const told = JSON.stringify({
      ...info,
      sources: info.sources.map((source) => ({ ...source, counters: undefined })),
      clock: { ...info.clock, time: Math.floor(info.clock.time / 1_000_000) },
    });
    if (told !== this.#told) {
      this.#told = told;
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
    if (updates.length > 0) this.#post({ type: 'updates', updates });
  }

  /** Rows of the market for whoever watches it; only what the kernel has seen, and after its events are durable. */
  publishMarket(): void {
    const { archive, composed } = this.#session;
    if (archive === undefined) return;
    archive.advance(composed.kernel.now);
    const rows = archive.live.take();
    if (rows.length > 0) this.#post({ type: 'marketRows', rows });
  }

  /** Begins or ends telling the newest bars of a symbol. */
  watchBars(symbol: string, symbolId: number, timeframe: Timeframe, on: boolean): void {
    const topic = `${symbol}:${timeframe}`;
    if (on) this.#watched.set(topic, { symbolId, timeframe });
    else this.#watched.delete(topic);
  }

  #positions(): PositionView[] {
    return [...positionViews(this.#session), ...outsidePositions(this.#session, this.#outside)];
  }

  #addSlow(updates: TopicUpdate[]): void {
    const session = this.#session;
    const account = accountView(session);
    if (!sameAccount(this.#account?.topic === 'account' ? this.#account.data : undefined, account)) {
      this.#account = { topic: 'account', data: account };
      updates.push(this.#account);
    }
    const scenarios = scenariosView(session);
    const { orders, curve, time: _, ...standing } = scenarios;
    const told = JSON.stringify(standing);
    if (told !== this.#scenarios || orders.length > 0 || curve.time.length > 0) {
      this.#scenarios = told;
      updates.push({ topic: 'scenarios', data: scenarios });
    }
    const positions = session.board.changedPositions(this.#positions());
    if (positions.length > 0) updates.push({ topic: 'positions', data: { positions } });
  }
}
