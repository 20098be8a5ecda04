/**
 * The minutes of every symbol: built from the prints that are read, as the kernel builds them, told when they are over
 * with what is missing in them, and kept for a while so that what is learned later can be told as a revision (F46,
 * F48). Only minutes of trading hours can miss something.
 */
import { sessionAt } from '../../calendar/sessions.js';
import type { LiveMarketEvent, MinuteFigures, MinuteReport, RevisionReason } from '../../domain/liveMarket.js';
import type { FeedQuality } from '../../domain/marketSource.js';
import { PrintFlag } from '../../domain/marketTables.js';
import type { BarTable, PrintTable } from '../../domain/marketTables.js';
import { createBarTable } from '../../domain/tables.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { BarBuilder } from '../../engine/BarBuilder.js';

const NONE = 0;
const COMPLETE = 1;
const INCOMPLETE = 2;
const BACKFILLED = 3;
const STATES = ['complete', 'complete', 'incomplete', 'backfilled'] as const;

/** Where a minute's figures are from. */
const BUILT = 0;
const HISTORY = 1;
const VENDOR = 2;

/** Hears of minutes and revisions. */
type MinuteListener = (event: Extract<LiveMarketEvent, { kind: 'minute' | 'revision' }>) => void;

/** How often a vendor's bars agreed with the minutes built, and not. */
interface BarChecks {
  confirmed: number;
  differing: number;
}

/** See the module header. */
export class MinuteBook {
  /** When the minute ends that is being read; minutes before it are over. */
  end: Micros = Infinity;
  readonly checks: BarChecks = { confirmed: 0, differing: 0 };
  private readonly symbolCount: number;
  private readonly kept: number;
  private readonly qualities: readonly FeedQuality[];
  private readonly history: FeedQuality | undefined;
  private readonly listener: MinuteListener;
  private readonly builder: BarBuilder;
  private readonly closed: BarTable = createBarTable('1m', 16);
  /** Per symbol: bits of the sources in the present minute, whether a size in it is unknown, and an open gap. */
  private readonly sources: Uint8Array;
  private readonly unsized: Uint8Array;
  private readonly gapSince: Float64Array;
  /** How many gaps are open, and up to when minutes are marked already. */
  private openGaps = 0;
  private markedTo: Micros = -Infinity;
  /** Kept minutes: symbol × kept + minute modulo kept. Prices and volume are in rows of five. */
  private readonly starts: Float64Array;
  private readonly figures: Float64Array;
  private readonly hasFigures: Uint8Array;
  private readonly states: Uint8Array;
  private readonly told: Uint8Array;
  private readonly origins: Uint8Array;
  private readonly masks: Uint8Array;
  private readonly isUnsized: Uint8Array;
  /** The last vendor's bar of each symbol whose minute is not over yet. */
  private readonly vendorBars = new Map<number, VendorBar & { readonly start: Micros }>();

  constructor(
    symbolCount: number,
    kept: number,
    qualities: readonly FeedQuality[],
    history: FeedQuality | undefined,
    listener: MinuteListener,
  ) {
    this.symbolCount = symbolCount;
    this.kept = kept;
    this.qualities = qualities;
    this.history = history;
    this.listener = listener;
    this.builder = new BarBuilder('1m', symbolCount);
    this.sources = new Uint8Array(symbolCount);
    this.unsized = new Uint8Array(symbolCount);
    this.gapSince = new Float64Array(symbolCount).fill(Infinity);
    const slots = symbolCount * kept;
    this.starts = new Float64Array(slots).fill(-Infinity);
    this.figures = new Float64Array(slots * 5);
    this.hasFigures = new Uint8Array(slots);
    this.states = new Uint8Array(slots);
    this.told = new Uint8Array(slots);
    this.origins = new Uint8Array(slots);
    this.masks = new Uint8Array(slots);
    this.isUnsized = new Uint8Array(slots);
  }

  /** Begins with the minute that contains `time`. */
  startAt(time: Micros): void {
    this.end = Math.floor(time / MINUTE) * MINUTE + MINUTE;
  }

  /** Takes in a print that is read; minutes that ended at or before its time are over. */
  addPrint(table: PrintTable, row: number, source: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.builder.addPrint(table, row);
    this.sources[symbolId] = (this.sources[symbolId] ?? 0) | (1 << source);
    this.unsized[symbolId] = (this.unsized[symbolId] ?? 0) | (((table.flags[row] ?? 0) & PrintFlag.SAMPLED) >> 10);
  }

  /** Everything up to `time` was read, `time` itself not included: tells the minutes that are over. */
  advance(time: Micros): void {
    while (this.end <= time) {
      if (this.isIdle()) this.startAt(time);
      else this.close();
    }
  }

  /** Whether there is nothing to tell of the present minute, nor of those after it. */
  private isIdle(): boolean {
    return (
      this.builder.nextEnd === Infinity &&
      this.openGaps === 0 &&
      this.markedTo < this.end - MINUTE &&
      this.vendorBars.size === 0
    );
  }

  /** A minute of a source that publishes bars instead of having them built. */
  addBar(table: BarTable, row: number, source: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    const start = table.start[row] ?? 0;
    const slot = this.take(symbolId, start);
    if (slot < 0) return;
    const before = this.told[slot] === 1 ? this.report(symbolId, slot) : undefined;
    this.write(slot, figuresOf(table, row));
    if (this.states[slot] === NONE) this.states[slot] = COMPLETE;
    this.origins[slot] = VENDOR;
    this.masks[slot] = 1 << source;
    this.told[slot] = 1;
    const minute = this.report(symbolId, slot);
    if (before === undefined) this.listener({ kind: 'minute', minute });
    else this.listener({ kind: 'revision', reason: 'vendor', before, minute });
  }

  /** Something of a symbol is missing in [since, until). */
  noteGap(symbolId: number, since: Micros, until: Micros): void {
    if (until <= since) return;
    const last = Math.floor((until - 1) / MINUTE) * MINUTE;
    const first = Math.max(Math.floor(since / MINUTE) * MINUTE, last - (this.kept - 2) * MINUTE);
    for (let start = first; start <= last; start += MINUTE) this.markIncomplete(symbolId, start);
    if (last > this.markedTo) this.markedTo = last;
  }

  /** From `since` on nothing of a symbol comes, until {@link endGap}: minutes that end before are incomplete. */
  beginGap(symbolId: number, since: Micros): void {
    if (this.gapSince[symbolId] !== Infinity) return;
    this.gapSince[symbolId] = since;
    this.openGaps += 1;
    this.noteGap(symbolId, since, Math.max(since, this.end - MINUTE));
  }

  /** A symbol's open gap ended; returns when it began, or undefined if there was none. Its minutes are not marked. */
  endGap(symbolId: number): Micros | undefined {
    const since = this.gapSince[symbolId] ?? Infinity;
    if (since === Infinity) return undefined;
    this.gapSince[symbolId] = Infinity;
    this.openGaps -= 1;
    return since;
  }

  /** Whether any minute of [from, to) misses something, as far as it is known. */
  misses(symbolId: number, from: Micros, to: Micros): boolean {
    for (let start = from; start < to; start += MINUTE) {
      if (this.isIncomplete(symbolId, start) || this.isForgotten(symbolId, start)) return true;
    }
    return false;
  }

  /** Whether a minute is kept and misses something. */
  isIncomplete(symbolId: number, start: Micros): boolean {
    const slot = this.slotOf(symbolId, start);
    return this.starts[slot] === start && this.states[slot] === INCOMPLETE;
  }

  /** Whether a minute is older than those kept, so that nothing is known of it. */
  isForgotten(symbolId: number, start: Micros): boolean {
    return (this.starts[this.slotOf(symbolId, start)] ?? 0) > start || start < this.end - this.kept * MINUTE;
  }

  /** A minute that is over has other figures, made of the prints known by now; `sources` are bits of whose. */
  revise(
    symbolId: number,
    start: Micros,
    figures: MinuteFigures | undefined,
    reason: RevisionReason,
    sources: number,
  ): void {
    const slot = this.take(symbolId, start);
    // What a history or the vendor said of a minute knows more than our prints.
    if (slot < 0 || this.origins[slot] !== BUILT || this.isSame(slot, figures)) return;
    const before = this.told[slot] === 1 ? this.report(symbolId, slot) : undefined;
    this.write(slot, figures);
    if (this.states[slot] === NONE) this.states[slot] = COMPLETE;
    this.masks[slot] = (this.masks[slot] ?? 0) | sources;
    this.told[slot] = 1;
    this.listener({ kind: 'revision', reason, before, minute: this.report(symbolId, slot) });
  }

  /** History says what a minute was; undefined: that there was no trade. */
  backfill(symbolId: number, start: Micros, figures: MinuteFigures | undefined): void {
    const slot = this.isForgotten(symbolId, start) ? -1 : this.take(symbolId, start);
    if (slot < 0) {
      const qualities = this.history === undefined ? [] : [this.history];
      const isMarketWide = figures !== undefined && this.history?.coverage === 'consolidated';
      const minute = { symbolId, start, state: 'backfilled', figures, qualities, isMarketWide } as const;
      this.listener({ kind: 'revision', reason: 'backfill', before: undefined, minute });
      return;
    }
    this.replace(symbolId, slot, figures, HISTORY, 'backfill');
  }

  /** A bar that the source in use published of a minute that is built here. */
  checkBar(table: BarTable, row: number, symbolId: number, source: number, isRevised: boolean): void {
    const start = table.start[row] ?? 0;
    const bar = { figures: figuresOf(table, row), source, isRevised };
    if (start + MINUTE < this.end) {
      this.applyVendor(symbolId, start, bar);
      return;
    }
    this.vendorBars.set(symbolId, { ...bar, start });
  }

  private close(): void {
    const { end, closed } = this;
    const start = end - MINUTE;
    this.end = end + MINUTE;
    closed.length = 0;
    this.builder.closeDue(end, closed);
    const isTrading = sessionAt(start) !== undefined;
    let row = 0;
    for (let symbolId = 0; symbolId < this.symbolCount; symbolId += 1) {
      const hasBar = row < closed.length && closed.symbolId[row] === symbolId;
      const isMissing = isTrading && (this.isIncomplete(symbolId, start) || (this.gapSince[symbolId] ?? 0) < end);
      if (hasBar || isMissing) this.tell(symbolId, start, hasBar ? row : -1, isMissing);
      if (hasBar) row += 1;
      this.sources[symbolId] = 0;
      this.unsized[symbolId] = 0;
    }
    for (const [symbolId, bar] of this.vendorBars) {
      if (bar.start > start) continue;
      this.vendorBars.delete(symbolId);
      this.applyVendor(symbolId, bar.start, bar);
    }
  }

  private tell(symbolId: number, start: Micros, row: number, isMissing: boolean): void {
    const slot = this.take(symbolId, start);
    if (slot < 0) return;
    if (row >= 0) this.write(slot, figuresOf(this.closed, row));
    this.states[slot] = isMissing ? INCOMPLETE : COMPLETE;
    this.masks[slot] = this.sources[symbolId] ?? 0;
    this.isUnsized[slot] = this.unsized[symbolId] ?? 0;
    this.told[slot] = 1;
    this.listener({ kind: 'minute', minute: this.report(symbolId, slot) });
  }

  private applyVendor(symbolId: number, start: Micros, bar: VendorBar): void {
    if (this.isForgotten(symbolId, start)) return;
    const slot = this.take(symbolId, start);
    if (slot < 0) return;
    this.masks[slot] = (this.masks[slot] ?? 0) | (1 << bar.source);
    if (this.states[slot] === INCOMPLETE) {
      this.replace(symbolId, slot, bar.figures, VENDOR, 'vendor');
      return;
    }
    if (this.isSame(slot, bar.figures)) {
      this.checks.confirmed += 1;
      return;
    }
    this.checks.differing += 1;
    if (!bar.isRevised && this.hasFigures[slot] === 1) return;
    const before = this.told[slot] === 1 ? this.report(symbolId, slot) : undefined;
    this.write(slot, bar.figures);
    this.states[slot] = COMPLETE;
    this.origins[slot] = VENDOR;
    this.told[slot] = 1;
    this.listener({ kind: 'revision', reason: 'vendor', before, minute: this.report(symbolId, slot) });
  }

  private replace(
    symbolId: number,
    slot: number,
    figures: MinuteFigures | undefined,
    origin: number,
    reason: RevisionReason,
  ): void {
    const before = this.told[slot] === 1 ? this.report(symbolId, slot) : undefined;
    this.write(slot, figures);
    this.states[slot] = BACKFILLED;
    this.origins[slot] = origin;
    this.told[slot] = 1;
    this.listener({ kind: 'revision', reason, before, minute: this.report(symbolId, slot) });
  }

  private markIncomplete(symbolId: number, start: Micros): void {
    if (sessionAt(start) === undefined) return;
    const slot = this.take(symbolId, start);
    if (slot < 0 || this.states[slot] === INCOMPLETE) return;
    const before = this.told[slot] === 1 ? this.report(symbolId, slot) : undefined;
    this.states[slot] = INCOMPLETE;
    this.origins[slot] = BUILT;
    if (start + MINUTE >= this.end) return;
    this.told[slot] = 1;
    this.listener({ kind: 'revision', reason: 'gap', before, minute: this.report(symbolId, slot) });
  }

  /** The place of a minute, emptied if an older one was there; -1 if a newer one is. */
  private take(symbolId: number, start: Micros): number {
    const slot = this.slotOf(symbolId, start);
    const present = this.starts[slot] ?? 0;
    if (present === start) return slot;
    if (present > start) return -1;
    this.starts[slot] = start;
    this.hasFigures[slot] = 0;
    this.states[slot] = NONE;
    this.told[slot] = 0;
    this.origins[slot] = BUILT;
    this.masks[slot] = 0;
    this.isUnsized[slot] = 0;
    return slot;
  }

  private slotOf(symbolId: number, start: Micros): number {
    return symbolId * this.kept + (Math.floor(start / MINUTE) % this.kept);
  }

  private write(slot: number, figures: MinuteFigures | undefined): void {
    this.hasFigures[slot] = figures === undefined ? 0 : 1;
    if (figures === undefined) return;
    const at = slot * 5;
    this.figures[at] = figures.open;
    this.figures[at + 1] = figures.high;
    this.figures[at + 2] = figures.low;
    this.figures[at + 3] = figures.close;
    this.figures[at + 4] = figures.volume;
  }

  private figuresAt(slot: number): MinuteFigures | undefined {
    if (this.hasFigures[slot] === 0) return undefined;
    const at = slot * 5;
    const { figures } = this;
    return {
      open: figures[at] ?? 0,
      high: figures[at + 1] ?? 0,
      low: figures[at + 2] ?? 0,
      close: figures[at + 3] ?? 0,
      volume: figures[at + 4] ?? 0,
    };
  }

  private isSame(slot: number, figures: MinuteFigures | undefined): boolean {
    const own = this.figuresAt(slot);
    if (own === undefined || figures === undefined) return own === figures;
    return (
      own.open === figures.open &&
      own.high === figures.high &&
      own.low === figures.low &&
      own.close === figures.close &&
      own.volume === figures.volume
    );
  }

  private report(symbolId: number, slot: number): MinuteReport {
    const state = STATES[this.states[slot] ?? 0] ?? 'incomplete';
    const figures = this.figuresAt(slot);
    const mask = this.masks[slot] ?? 0;
    const isHistory = this.origins[slot] === HISTORY && this.history !== undefined;
    const qualities = isHistory
      ? [this.history].filter((quality) => quality !== undefined)
      : this.qualities.filter((_, source) => (mask & (1 << source)) !== 0);
    const isSized = this.origins[slot] !== BUILT || this.isUnsized[slot] === 0;
    const isMarketWide =
      state !== 'incomplete' && isSized && qualities.length === 1 && qualities[0]?.coverage === 'consolidated';
    return { symbolId, start: this.starts[slot] ?? 0, state, figures, qualities, isMarketWide };
  }
}

interface VendorBar {
  readonly figures: MinuteFigures;
  readonly source: number;
  readonly isRevised: boolean;
}

function figuresOf(table: BarTable, row: number): MinuteFigures {
  return {
    open: table.open[row] ?? 0,
    high: table.high[row] ?? 0,
    low: table.low[row] ?? 0,
    close: table.close[row] ?? 0,
    volume: table.volume[row] ?? 0,
  };
}
