/**
 * Opens a session on a live market. A session is one trading day: from when it is started, or the end of the day
 * before, to the close of after hours; nights, week-ends and holidays belong to the day that follows, and are waited
 * through. A day that was not seen to its end is ended first, from its tape alone.
 */
import { createReadThrough } from '../cache/readThrough.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { nextSession, sessionOf } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { Session } from '../calendar/TradingCalendar.js';
import { PapertapeError } from '../domain/errors.js';
import type { FeedQuality } from '../domain/marketSource.js';
import type { MarketStream } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { required } from '../utils/assert.js';
import { SteadyClock } from '../utils/SteadyClock.js';
import {
  closingOf,
  resume,
  startNew,
  type ClosingRecord,
  type OpenedSession,
  type SessionTools,
} from './assembleSession.js';
import { checkBroker, finishAtBroker, lookAtBroker } from './brokerSession.js';
import { LiveNotes } from './LiveNotes.js';
import type { LiveLink } from './liveSessionParts.js';
import type { OpenMarket } from './marketSource.js';
import { lastPosition, readTape, readTapeMarket, type SessionRecord, type Tape } from './readTape.js';
import { leftStrategies } from './leftStrategies.js';
import { retellSession } from './retellSession.js';
import type { LeftStrategy } from './tapeRecords.js';
import { SeenMinutes } from './SeenMinutes.js';
import type { LivePlan, SessionPlan } from './sessionPlan.js';
import { historyFacts, type SymbolFacts } from './symbolFacts.js';
import { tapeDirectory } from './tapeNames.js';
import { coverageOf } from './tapeQuality.js';
import { streamOfBatches, tapeThenLive } from './tapeStream.js';
import type { WarmUpStore } from './warmUp.js';

/** A session does not wait longer for history; what has come by then is in the cache. */
const WARM_UP_PATIENCE_MS = 20_000;

/** The trading day that a live session at market time `time` is of: the one under way, or the next. */
export function liveSessionAt(time: Micros): Session {
  const today = newYorkDate(time);
  const session = sessionOf(today);
  return session !== undefined && time < session.afterHoursClose ? session : nextSession(today);
}

/**
 * Opens it; `names` are those of the live sessions so far, oldest first, and `number` is that of a new one. Throws the
 * errors of the tape, the strategies and the source, and `CONFIG_INVALID` where no live market can be had.
 */
export async function openLiveSession(
  plan: SessionPlan,
  market: LivePlan,
  tools: SessionTools,
  names: readonly string[],
  number: number,
): Promise<OpenedSession> {
  const { live: markets } = tools;
  if (markets === undefined) {
    throw new PapertapeError('CONFIG_INVALID', 'This process opens no live markets.', {
      remedy: 'Start one with `papertape up --source alpaca` or `--source twelvedata`.',
    });
  }
  const opening = new LiveOpening(plan, market, tools);
  const latest = names[names.length - 1];
  if (latest === undefined || plan.fresh) {
    if (latest !== undefined) retellSession(plan, tools, latest);
    return opening.begin({ number });
  }
  let tape = readTape(tools.fs, tapeDirectory(plan.dataDir, latest));
  if (lastPosition(tape.records)?.ended !== true) {
    if (tape.session.market.date === formatDate(opening.day.date)) {
      checkSame(tape.session, market);
      return opening.goOn(tape.session);
    }
    await finish(latest, plan, tools);
    tape = readTape(tools.fs, tapeDirectory(plan.dataDir, latest));
  }
  retellSession(plan, tools, latest);
  const closing = closingOf(tape.records);
  if (closing === undefined) return opening.begin({ number, before: tape });
  return opening.begin({ number, before: tape, closing, follows: latest, left: leftStrategies(tape, closing) });
}

/** What is known while a live session is opened. */
class LiveOpening {
  readonly day: Session;
  readonly #plan: SessionPlan;
  readonly #market: LivePlan;
  readonly #tools: SessionTools;
  readonly #clock: SteadyClock;
  readonly #now: Micros;
  #notes: LiveNotes | undefined;

  constructor(plan: SessionPlan, market: LivePlan, tools: SessionTools) {
    this.#plan = plan;
    this.#market = market;
    this.#tools = tools;
    this.#clock = new SteadyClock(tools.clock, ({ kind, by }) => {
      const text = `The machine's clock was set ${by < 0 ? 'back' : 'forward'} by ${Math.round(Math.abs(by) / 1e6)} s`;
      this.#notes?.say(
        'warn',
        kind === 'ignored' ? `${text}; market time goes on without it.` : `${text}; it is right.`,
      );
    });
    this.#now = this.#clock.now() - required(tools.live, 'live markets').delayOf(market);
    this.day = liveSessionAt(this.#now);
  }

  /** A new session, which carries on the account of the one before if there is one. */
  async begin(succession: {
    readonly number: number;
    readonly before?: Tape;
    readonly closing?: ClosingRecord;
    readonly follows?: string;
    readonly left?: readonly LeftStrategy[];
  }): Promise<OpenedSession> {
    const { before, closing } = succession;
    // Positions are by symbol id: what was there keeps its place.
    const symbols =
      closing === undefined
        ? this.#market.symbols
        : [...new Set([...(before?.session.config.symbols ?? []), ...this.#market.symbols])];
    // The close of a day takes a moment of market time; the next one begins after it.
    const startTime = Math.max(this.#now, closing?.time ?? 0);
    const { factorActions } = presetOf(this.#plan.preset);
    const facts = await historyFacts(this.#tools.history(), symbols, this.day.date, factorActions);
    const account = await lookAtBroker(this.#plan.broker, this.#tools, this.#clock);
    const open = this.#open(symbols, facts, { after: startTime });
    const market = account === undefined ? open : { ...open, account };
    return startNew(this.#plan, this.#tools, market, succession);
  }

  /** The session of a tape, from where it ends. */
  async goOn({ config }: SessionRecord): Promise<OpenedSession> {
    if (config.broker !== undefined) await checkBroker(config.broker, this.#tools, this.#clock);
    return resume(config.sessionId, this.#plan, this.#tools, (header, copiedTo, records) => {
      const { symbols } = header.config;
      const after = Math.max(copiedTo, lastPosition(records)?.time ?? header.config.startTime);
      const open = this.#open(symbols, header.config, { after, header });
      const until = open.live.market.settledTime();
      if (until > after) {
        open.live.notes.unseen(after, until);
      }
      const recorded = recordedRows(this.#tools, this.#plan, header);
      return Promise.resolve({ ...open, stream: tapeThenLive(recorded, open.live.market) });
    });
  }

  #open(
    symbols: readonly string[],
    facts: SymbolFacts,
    known: { readonly after: Micros; readonly header?: SessionRecord },
  ): OpenMarket & { readonly live: LiveLink } {
    const feeds: FeedQuality[] = [];
    const units = { symbols, priceScale: known.header?.config.priceScale ?? 1_000_000 };
    const notes = new LiveNotes(units, feeds);
    const seen = new SeenMinutes({
      symbols,
      history: this.#tools.history,
      clock: this.#tools.clock,
      feeds,
      hours: { from: this.day.premarketOpen, to: this.day.afterHoursClose },
      onFault: (text) => notes.say('warn', text),
    });
    this.#notes = notes;
    const market = required(this.#tools.live, 'live markets').open({
      plan: this.#market,
      symbols,
      clock: this.#clock,
      after: known.after,
      references: symbols.map((_, symbolId) => facts.listings?.[symbolId]?.previousClose ?? 0),
      listener: (event) => {
        notes.note(event, this.#clock.now());
        seen.note(event);
      },
    });
    feeds.push(...market.sources);
    const [best] = feeds;
    const delay = best?.delay ?? 0;
    const witness = (time: Micros): void => this.#clock.witness(time + delay);
    if (this.#now < this.day.premarketOpen) {
      const at = newYorkText(this.day.premarketOpen);
      notes.say('info', `The market is closed. The next session begins with premarket on ${at} New York time.`);
    }
    const date = formatDate(this.day.date);
    return {
      reference: { kind: 'live', date, source: this.#market.source, feeds: market.sources.map((one) => ({ ...one })) },
      feed: {
        feed: this.#market.source,
        ...(best === undefined ? {} : { coverage: coverageOf(best) }),
        ...(delay === 0 ? {} : { feedDelay: delay }),
      },
      stream: market,
      symbols,
      startTime: known.after,
      endTime: this.day.afterHoursClose,
      facts,
      clock: this.#clock,
      live: { market, notes, seen, opensAt: this.day.premarketOpen, witness },
      warmUp: this.#warmUpStore(best),
    };
  }

  /** The cache, through which the vendor is asked for a moment; else bars of the whole market in the cache. */
  #warmUpStore(best: FeedQuality | undefined): WarmUpStore {
    const archive = this.#tools.history();
    const source = required(this.#tools.live, 'live markets').history(this.#market, this.#tools.clock);
    const ended = new AbortController();
    this.#tools.clock.setTimer(WARM_UP_PATIENCE_MS, () => ended.abort());
    const own = best === undefined || best.coverage === 'consolidated' ? undefined : best.source;
    const parts = { archive, clock: this.#tools.clock, signal: ended.signal, priority: 'live' } as const;
    const store = source === undefined ? archive : createReadThrough({ ...parts, source });
    return { store, archive, feeds: own === undefined ? [undefined] : [own, undefined] };
  }
}

/** Ends a day of which no more is coming: its orders expire or are carried on as they would have been. */
async function finish(sessionId: string, plan: SessionPlan, tools: SessionTools): Promise<void> {
  const quiet = { ...tools, onDurable: () => undefined };
  const { session } = await resume(sessionId, { ...plan, stopFirst: undefined }, quiet, (header) => {
    const { config, market } = header;
    const day = required(sessionOf(parseDate(market.date)), 'the session of the tape');
    return Promise.resolve({
      reference: market,
      feed: { feed: config.feed },
      stream: recordedRows(tools, plan, header),
      symbols: config.symbols,
      startTime: config.startTime,
      endTime: day.afterHoursClose,
      facts: config,
    });
  });
  if (session.header.config.broker === undefined) session.finishDay();
  else await finishAtBroker(session, tools);
  session.close();
}

function recordedRows(tools: SessionTools, plan: SessionPlan, header: SessionRecord): MarketStream {
  const { sessionId, symbols } = header.config;
  return streamOfBatches(symbols, readTapeMarket(tools.fs, tapeDirectory(plan.dataDir, sessionId)));
}

/** A day goes on as it began. Throws `USAGE` for another source or other symbols. */
function checkSame({ config, market }: SessionRecord, plan: LivePlan): void {
  const missing = plan.symbols.filter((symbol) => !config.symbols.includes(symbol));
  const isSame = market.kind === 'live' && market.source === plan.source && missing.length === 0;
  if (isSame) return;
  const what = missing.length > 0 ? `has no ${missing.join(', ')}` : `takes its data from ${config.feed}`;
  throw new PapertapeError('USAGE', `The session ${config.sessionId} goes on today, and it ${what}.`, {
    remedy: `Start it with --source ${config.feed} --symbols ${config.symbols.join(',')}, or a new one with --fresh.`,
  });
}
