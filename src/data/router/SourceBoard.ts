/**
 * Which source speaks for each symbol: the usable one of the best priority, with patience on the way back (F44).
 *
 * A source is usable for a symbol while it is live, not silent and has the symbol. When it stops being so, the next one
 * takes over from the first unsettled time on; a better one comes back only after it was well for a while, and then
 * with a new minute. So at any time a symbol's rows are those of one source, and a minute has two at most through a
 * failure. A symbol that no source speaks for is dark.
 */
import type { SourceState } from '../../domain/marketSource.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';

const SUBSCRIBED = 1;
const REFUSED = 2;

/** What a board tells. Times are market times. */
export interface SourceBoardListener {
  /** Rows of a symbol before `at` are those of `from`, others of `to`; -1 is none. */
  onSwitch(symbolId: number, from: number, to: number, at: Micros): void;
  /** Rows of [since, until) may be missing because a source failed and another took over. */
  onLost(symbolId: number, since: Micros, until: Micros): void;
  /** No source speaks for the symbol since then. */
  onDark(symbolId: number, since: Micros, isSilence: boolean): void;
  /** A source speaks for it again since then. */
  onLight(symbolId: number, until: Micros): void;
}

/** See the module header. Sources are by index, the best priority first. */
export class SourceBoard {
  readonly states: SourceState[];
  readonly isStale: boolean[];
  /** By the process's clock; -Infinity before the first message. */
  readonly lastMessageAt: Float64Array;
  /** Since when each source is usable, by the process's clock. */
  private readonly wellSince: Float64Array;
  private readonly liveSince: Float64Array;
  /** Market time of the last row that each source says it may have missed. */
  private readonly gapEnds: Float64Array;
  private readonly subscriptions: Uint8Array;
  /** The source of each symbol's rows at and after its switch time, and before it; -1 is none. */
  private readonly active: Int8Array;
  private readonly previous: Int8Array;
  private readonly switchTimes: Float64Array;
  private readonly dark: Uint8Array;
  private readonly sourceCount: number;
  private readonly symbolCount: number;
  private readonly delay: DurationMicros;
  private readonly failback: DurationMicros;
  private readonly listener: SourceBoardListener;
  private start: Micros;
  private isDirty = true;
  /** When a better source will have been well for long enough; Infinity if none is waited for. */
  private nextFailback: Micros = Infinity;

  /** `start` is the market time from which on rows are wanted; `delay` is that of all feeds. */
  constructor(
    sourceCount: number,
    symbolCount: number,
    delay: DurationMicros,
    failback: DurationMicros,
    start: Micros,
    listener: SourceBoardListener,
  ) {
    this.sourceCount = sourceCount;
    this.symbolCount = symbolCount;
    this.delay = delay;
    this.failback = failback;
    this.start = start;
    this.listener = listener;
    this.states = Array.from({ length: sourceCount }, () => ({ kind: 'stopped' }) as const);
    this.isStale = Array.from({ length: sourceCount }, () => false);
    this.lastMessageAt = new Float64Array(sourceCount).fill(-Infinity);
    this.wellSince = new Float64Array(sourceCount).fill(Infinity);
    this.liveSince = new Float64Array(sourceCount).fill(Infinity);
    this.gapEnds = new Float64Array(sourceCount).fill(-Infinity);
    this.subscriptions = new Uint8Array(sourceCount * symbolCount);
    this.active = new Int8Array(symbolCount).fill(-1);
    this.previous = new Int8Array(symbolCount).fill(-1);
    this.switchTimes = new Float64Array(symbolCount).fill(-Infinity);
    this.dark = new Uint8Array(symbolCount);
  }

  /** The source whose rows of a symbol count at a market time; -1 if none. */
  sourceAt(symbolId: number, time: Micros): number {
    return (time < (this.switchTimes[symbolId] ?? 0) ? this.previous[symbolId] : this.active[symbolId]) ?? -1;
  }

  /** When the last switch of a symbol takes effect. */
  switchTime(symbolId: number): Micros {
    return this.switchTimes[symbolId] ?? -Infinity;
  }

  /** Whether no usable source speaks for a symbol. */
  isDark(symbolId: number): boolean {
    return this.dark[symbolId] === 1 || this.active[symbolId] === -1;
  }

  /** Whether any source is live and not silent. */
  isSpeaking(): boolean {
    return this.states.some((state, source) => state.kind === 'live' && this.isStale[source] === false);
  }

  /** For how many symbols a source is in use, at the latest switch. */
  symbolsOf(source: number): number {
    let count = 0;
    for (let id = 0; id < this.symbolCount; id += 1) if (this.active[id] === source && this.dark[id] === 0) count += 1;
    return count;
  }

  /** Since when a source is connected without a break, by the process's clock; Infinity if it is not. */
  connectedSince(source: number): Micros {
    return this.states[source]?.kind === 'live' ? (this.liveSince[source] ?? Infinity) : Infinity;
  }

  /** A source says how it is. */
  noteState(source: number, state: SourceState, now: Micros): void {
    const wasLive = this.states[source]?.kind === 'live';
    this.states[source] = state;
    this.isDirty = true;
    if (state.kind !== 'live') {
      this.wellSince[source] = Infinity;
      this.isStale[source] = false;
      return;
    }
    if (wasLive) return;
    this.wellSince[source] = now;
    this.liveSince[source] = now;
  }

  /** A message came. Says whether it ended a silence. */
  noteMessage(source: number, now: Micros): boolean {
    if (now > (this.lastMessageAt[source] ?? 0)) this.lastMessageAt[source] = now;
    if (this.isStale[source] !== true) return false;
    this.isStale[source] = false;
    this.wellSince[source] = now;
    this.isDirty = true;
    return true;
  }

  /** A source took a symbol or refused it: chooses anew for it. */
  noteSymbol(source: number, symbolId: number, isSubscribed: boolean, now: Micros, settled: Micros): void {
    this.subscriptions[source * this.symbolCount + symbolId] = isSubscribed ? SUBSCRIBED : REFUSED;
    this.choose(symbolId, now, settled);
  }

  /** A source says that some of its rows before a market time are missing. */
  noteGap(source: number, until: Micros): void {
    this.gapEnds[source] = Math.max(this.gapEnds[source] ?? 0, until);
  }

  /** Whether a source has a symbol by its word. */
  isSubscribed(source: number, symbolId: number): boolean {
    return this.subscriptions[source * this.symbolCount + symbolId] === SUBSCRIBED;
  }

  /**
   * Finds sources that are live by their word but have said nothing for `limit`, counted from `since` at the earliest
   * (when the phase of the day began), and calls back for each.
   */
  checkSilence(now: Micros, since: Micros, limit: DurationMicros, onSilent: (source: number) => void): void {
    for (let source = 0; source < this.sourceCount; source += 1) {
      if (this.states[source]?.kind !== 'live' || this.isStale[source] === true) continue;
      const from = Math.max(this.lastMessageAt[source] ?? 0, this.liveSince[source] ?? 0, since);
      if (now - from <= limit) continue;
      this.isStale[source] = true;
      this.wellSince[source] = Infinity;
      this.isDirty = true;
      onSilent(source);
    }
  }

  /** Chooses anew where something changed; `settled` is the market time up to which rows are final. */
  update(now: Micros, settled: Micros): void {
    if (!this.isDirty && now < this.nextFailback) return;
    this.isDirty = false;
    this.nextFailback = Infinity;
    for (let symbolId = 0; symbolId < this.symbolCount; symbolId += 1) this.choose(symbolId, now, settled);
  }

  private choose(symbolId: number, now: Micros, settled: Micros): void {
    const switchAt = this.switchTimes[symbolId] ?? 0;
    const planned = this.previous[symbolId] ?? -1;
    if (switchAt > settled + 1 && planned >= 0) this.keepPlan(symbolId, planned, settled);
    const present = this.active[symbolId] ?? -1;
    const best = this.best(symbolId);
    if (present >= 0 && this.dark[symbolId] === 0 && this.isUsable(present, symbolId)) {
      if (best !== present && (this.switchTimes[symbolId] ?? 0) <= settled + 1) {
        this.planReturn(symbolId, present, best, now);
      }
      return;
    }
    if (best < 0) {
      if (this.dark[symbolId] === 1) return;
      this.dark[symbolId] = 1;
      const since = present < 0 ? this.start : this.lastGood(present);
      const isSilence = present >= 0 && this.isStale[present] === true;
      this.listener.onDark(symbolId, since, isSilence);
      return;
    }
    const at = settled + 1;
    const wasDark = this.dark[symbolId] === 1 || present < 0;
    if (wasDark && this.dark[symbolId] === 0) this.listener.onDark(symbolId, this.start, false);
    this.dark[symbolId] = 0;
    if (!wasDark) {
      this.takeOver(symbolId, present, best, at);
      return;
    }
    if (best !== present) this.switch(symbolId, present, best, at);
    // It was told that nobody speaks for the symbol: now the same one does again.
    else this.listener.onSwitch(symbolId, -1, best, at);
    this.listener.onLight(symbolId, Math.max(now - this.delay, at));
  }

  /** A return was planned for a later minute: holds on to it, or not, if one of the two sources failed meanwhile. */
  private keepPlan(symbolId: number, speaking: number, settled: Micros): void {
    const target = this.active[symbolId] ?? -1;
    if (!this.isUsable(target, symbolId)) {
      const at = this.switchTimes[symbolId] ?? 0;
      this.active[symbolId] = speaking;
      this.previous[symbolId] = -1;
      this.switchTimes[symbolId] = -Infinity;
      this.listener.onSwitch(symbolId, target, speaking, at);
    } else if (!this.isUsable(speaking, symbolId)) {
      this.takeOver(symbolId, speaking, target, settled + 1);
    }
  }

  /** One source stands in for another: what neither of them had is missing. */
  private takeOver(symbolId: number, from: number, to: number, at: Micros): void {
    this.switch(symbolId, from, to, at);
    const since = Math.min(at, this.lastGood(from));
    const until = Math.max(at, (this.wellSince[to] ?? 0) - this.delay, this.gapEnds[to] ?? 0);
    if (since < until) this.listener.onLost(symbolId, since, until);
  }

  private planReturn(symbolId: number, present: number, best: number, now: Micros): void {
    const ready = (this.wellSince[best] ?? 0) + this.failback;
    if (now < ready) {
      this.nextFailback = Math.min(this.nextFailback, ready);
      return;
    }
    this.switch(symbolId, present, best, Math.floor(now / MINUTE) * MINUTE + MINUTE);
  }

  private switch(symbolId: number, from: number, to: number, at: Micros): void {
    this.previous[symbolId] = from;
    this.active[symbolId] = to;
    this.switchTimes[symbolId] = at;
    this.listener.onSwitch(symbolId, from, to, at);
  }

  private best(symbolId: number): number {
    for (let source = 0; source < this.sourceCount; source += 1) if (this.isUsable(source, symbolId)) return source;
    return -1;
  }

  private isUsable(source: number, symbolId: number): boolean {
    return (
      this.states[source]?.kind === 'live' &&
      this.isStale[source] === false &&
      this.subscriptions[source * this.symbolCount + symbolId] === SUBSCRIBED
    );
  }

  /** The market time up to which everything of a source came as far as anybody can know. */
  private lastGood(source: number): Micros {
    return Math.max(this.lastMessageAt[source] ?? 0, this.start + this.delay) - this.delay;
  }
}
