/**
 * What a live market tells besides its rows, as a session passes it on: facts about its data go on the tape, what a
 * person should know goes into the log, and neither without bound. Events come in the middle of other work; they are
 * taken between steps.
 */
import type { LiveMarketEvent, MinuteFigures, MinuteReport } from '../domain/liveMarket.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { formatDecimal } from '../domain/units.js';
import type { LogLine, RefusedSymbol } from '../contracts/index.js';
import { asSentence, newYorkClock, refusalText, sourceStateText } from './liveViews.js';
import type { MarketNote } from './tapeRecords.js';
import type { Units } from './views.js';

/** A line for the log. */
export interface LiveLine {
  readonly level: LogLine['level'];
  readonly text: string;
}

/** Why rows may be missing, in words that follow a colon: of a gap that lasts, and of one that is over. */
const CAUSES: Readonly<Record<Extract<LiveMarketEvent, { kind: 'gap' }>['cause'], { now: string; past: string }>> = {
  source: { now: 'its source says so', past: 'its source says so' },
  silence: { now: 'its source is silent', past: 'its source was silent' },
  failover: { now: 'its source has failed', past: 'its source failed and another took over' },
  overload: { now: 'more comes than can be read', past: 'more came than could be read' },
  noSource: { now: 'no source is there', past: 'no source was there' },
};

/** Lines of one kind within a minute; of more only the number is told. */
const LINES_A_MINUTE = 20;

/** See the module header. */
export class LiveNotes {
  readonly #units: Units;
  readonly #feeds: readonly FeedQuality[];
  #notes: MarketNote[] = [];
  #lines: LiveLine[] = [];
  /** Source indexes of notes that name a feed, by the note's place. */
  readonly #unnamed = new Map<number, number>();
  /** Symbols that had prices from a source at any time. */
  readonly #hadSource = new Set<number>();
  /** Reasons by source and symbol. */
  readonly #refused = new Map<number, Map<number, string>>();
  readonly #told = new Map<string, { minute: number; lines: number; left: number }>();

  /** `feeds` are the market's sources by index; they may be added once it is open. */
  constructor(units: Units, feeds: readonly FeedQuality[]) {
    this.#units = units;
    this.#feeds = feeds;
  }

  /** Whether something waits to be taken. */
  get waiting(): boolean {
    return this.#notes.length > 0 || this.#lines.length > 0;
  }

  /** Notes an event that came at `now`, by any clock. */
  note(event: LiveMarketEvent, now: Micros): void {
    switch (event.kind) {
      case 'minute':
        return;
      case 'revision': {
        const { before, minute, reason } = event;
        const { symbolId, start, state } = minute;
        const figures = { before: figuresOf(before?.figures), after: figuresOf(minute.figures) };
        this.#notes.push({ kind: 'revision', symbolId, start, reason, state, ...figures });
        this.#say(now, 'info', 'revision', this.#revisionText(before, minute, reason));
        return;
      }
      case 'late':
        this.#say(
          now,
          'info',
          'late',
          `${event.prints} prints of ${this.#symbol(event.symbolId)} came too late to be decided on; the earliest is ` +
            `of ${newYorkClock(event.earliest)}.`,
        );
        return;
      case 'correction': {
        if (!event.wasRead) return;
        const { correction } = event;
        this.#notes.push({ kind: 'correction', correction });
        const what = correction.kind === 'cancel' ? 'taken back' : 'put right';
        const price = this.#price(correction.price);
        this.#say(
          now,
          'warn',
          'correction',
          `A print of ${this.#symbol(correction.symbolId)} at ${price} was ${what}; what was decided on it stays.`,
        );
        return;
      }
      case 'gap': {
        const { symbolIds, since, until, cause } = event;
        const [first, ...others] = symbolIds;
        const count = others.length === 0 ? this.#symbol(first ?? 0) : `${symbolIds.length} symbols`;
        if (until === undefined) {
          // A source that has yet to connect is told as such.
          if (!symbolIds.some((id) => this.#hadSource.has(id))) return;
          const text = `Data of ${count} may be missing since ${newYorkClock(since)}: ${CAUSES[cause].now}.`;
          this.#say(now, 'warn', 'gap', text);
          return;
        }
        this.#noteGap({ kind: 'gap', symbolIds: [...symbolIds], since, until, cause });
        if (until - since < SECOND) return;
        const span = `${newYorkClock(since)} to ${newYorkClock(until)}`;
        this.#say(now, 'warn', 'gap', `Data of ${count} may be missing from ${span}: ${CAUSES[cause].past}.`);
        return;
      }
      case 'backfillFailed': {
        const why = event.error instanceof Error ? event.error.message : String(event.error);
        const span = `${newYorkClock(event.since)} to ${newYorkClock(event.until)}`;
        const text = `History for the gap of ${this.#symbol(event.symbolId)}, ${span}, could not be had: ${why}`;
        this.#say(now, 'warn', 'backfill', text);
        return;
      }
      case 'source': {
        const { symbolId } = event;
        this.#notes.push({ kind: 'source', symbolId, feed: null });
        // A source may speak before its name is known here; whoever takes the note gets it.
        if (event.to !== undefined) this.#unnamed.set(this.#notes.length - 1, event.to);
        if (event.to !== undefined) this.#hadSource.add(symbolId);
        // The first choice of a source is no news; losing one is.
        if (event.from === undefined && event.to !== undefined) return;
        const to = event.to === undefined ? 'no source' : this.#feedName(event.to);
        this.#say(now, 'warn', 'source', `${this.#symbol(event.symbolId)} has its prices from ${to} now.`);
        return;
      }
      case 'band': {
        if (event.outcome === 'held') return;
        const price = this.#price(event.price);
        // The first price of a symbol without history waits for company, too.
        const place = event.reference === 0 ? 'with none to compare it with' : 'far from the others';
        const text = `A price of ${this.#symbol(event.symbolId)} ${place}, ${price}, was ${event.outcome}.`;
        this.#say(now, 'info', 'band', text);
        return;
      }
      case 'symbol': {
        const refused = this.#refused.get(event.source) ?? new Map<number, string>();
        this.#refused.set(event.source, refused);
        if (event.state === 'subscribed') {
          refused.delete(event.symbolId);
          return;
        }
        refused.set(event.symbolId, event.reason ?? '');
        const symbol = { symbol: this.#symbol(event.symbolId), reason: event.reason ?? '' };
        this.#say(now, 'error', 'symbol', refusalText(this.#feedName(event.source), symbol));
        return;
      }
      case 'state': {
        const { state, stale } = event;
        const text = asSentence(`${this.#feedName(event.source)} ${sourceStateText(state, stale)}`);
        const isWell = state.kind === 'live' && !stale;
        const level = isWell || state.kind === 'stopped' ? 'info' : state.kind === 'failed' ? 'error' : 'warn';
        this.#say(now, level, 'state', text);
        return;
      }
    }
  }

  /** The symbols that a source, by index, refuses at present. */
  refused(source: number): RefusedSymbol[] {
    const refused = [...(this.#refused.get(source) ?? [])].toSorted(([a], [b]) => a - b);
    return refused.map(([symbolId, reason]) => ({ symbol: this.#symbol(symbolId), reason }));
  }

  /** Gaps that began together are one, as long as nobody has taken them: symbols may be taken one by one. */
  #noteGap(gap: Extract<MarketNote, { kind: 'gap' }>): void {
    const index = this.#notes.findIndex(
      (note) =>
        note.kind === 'gap' &&
        note.since === gap.since &&
        note.cause === gap.cause &&
        Math.abs(note.until - gap.until) < SECOND,
    );
    const known = this.#notes[index];
    if (known?.kind !== 'gap') {
      this.#notes.push(gap);
      return;
    }
    const symbolIds = [...new Set([...known.symbolIds, ...gap.symbolIds])];
    this.#notes[index] = { ...known, symbolIds, until: Math.max(known.until, gap.until) };
  }

  /** Nobody was there to see the market from `since` to `until`. */
  unseen(since: Micros, until: Micros): void {
    this.#notes.push({ kind: 'gap', symbolIds: [], since, until, cause: 'stopped' });
    this.say(
      'warn',
      `The session was not running from ${newYorkClock(since)} to ${newYorkClock(until)}: no data of it.`,
    );
  }

  /** Adds a line as it is, besides those of events. */
  say(level: LogLine['level'], text: string): void {
    this.#lines.push({ level, text });
  }

  /** Takes what has been noted, in order. */
  take(): { readonly notes: readonly MarketNote[]; readonly lines: readonly LiveLine[] } {
    const notes = this.#notes.map((note, index) => {
      const source = this.#unnamed.get(index);
      return note.kind === 'source' && source !== undefined ? { ...note, feed: this.#feedName(source) } : note;
    });
    const taken = { notes, lines: this.#lines };
    this.#notes = [];
    this.#unnamed.clear();
    this.#lines = [];
    return taken;
  }

  #say(now: Micros, level: LogLine['level'], kind: string, text: string): void {
    const minute = Math.floor(now / MINUTE);
    let told = this.#told.get(kind);
    if (told === undefined || told.minute !== minute) {
      if (told !== undefined && told.left > 0) this.say('info', `and ${told.left} more lines of this kind (${kind}).`);
      told = { minute, lines: 0, left: 0 };
      this.#told.set(kind, told);
    }
    if (told.lines >= LINES_A_MINUTE) told.left += 1;
    else {
      told.lines += 1;
      this.say(level, text);
    }
  }

  #revisionText(before: MinuteReport | undefined, minute: MinuteReport, reason: string): string {
    const figures = (report: MinuteReport | undefined): string =>
      report?.figures === undefined
        ? 'nothing'
        : `close ${this.#price(report.figures.close)}, volume ${report.figures.volume}`;
    return (
      `The minute ${newYorkClock(minute.start)} of ${this.#symbol(minute.symbolId)} is ${figures(minute)} now ` +
      `(${reason}), after ${figures(before)}; what was decided on it stays.`
    );
  }

  #symbol(symbolId: number): string {
    return this.#units.symbols[symbolId] ?? '';
  }

  #feedName(source: number): string {
    return this.#feeds[source]?.source ?? `source ${source}`;
  }

  #price(price: number): string {
    return formatDecimal(price, this.#units.priceScale);
  }
}

function figuresOf(figures: MinuteFigures | undefined): readonly number[] | null {
  return figures === undefined ? null : [figures.open, figures.high, figures.low, figures.close, figures.volume];
}
