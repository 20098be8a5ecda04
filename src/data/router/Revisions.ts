/**
 * What is learned of prints after they were read: late ones, cancels and corrections. Each is remembered at once; the
 * minutes that they change are made anew together, at most once per round, so that a storm of them costs no more
 * than one of them (F48, X8).
 */
import type { LiveMarketEvent, RevisionReason } from '../../domain/liveMarket.js';
import { SourceRowKind } from '../../domain/marketSource.js';
import type { PrintCorrection } from '../../domain/marketSource.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { MinuteBook } from './MinuteBook.js';
import type { HeldPrint } from './PriceBands.js';
import { minuteKey, type PrintMemory } from './PrintMemory.js';
import { RowCell, rowKey, type RowBuffer } from './RowBuffer.js';
import { isSize, isTradePrice } from './rowChecks.js';
import { Count, type RouterCounters } from './RouterCounters.js';

interface Change {
  readonly reason: RevisionReason;
  /** Bits of the sources whose prints changed. */
  sources: number;
}

interface LateCount {
  prints: number;
  earliest: Micros;
  latest: Micros;
}

/** Stretches of a symbol that history must tell of, because they cannot be made anew here. */
export type NeedHistory = (symbolId: number, since: Micros, until: Micros) => void;

/** See the module header. */
export class Revisions {
  private readonly changes = new Map<number, Change>();
  private readonly late = new Map<number, LateCount>();
  private readonly buffer: RowBuffer;
  private readonly memory: PrintMemory;
  private readonly minutes: MinuteBook;
  private readonly counters: RouterCounters;
  private readonly emit: (event: LiveMarketEvent) => void;
  private readonly needHistory: NeedHistory;

  constructor(
    buffer: RowBuffer,
    memory: PrintMemory,
    minutes: MinuteBook,
    counters: RouterCounters,
    emit: (event: LiveMarketEvent) => void,
    needHistory: NeedHistory,
  ) {
    this.buffer = buffer;
    this.memory = memory;
    this.minutes = minutes;
    this.counters = counters;
    this.emit = emit;
    this.needHistory = needHistory;
  }

  /** A print that came after its time was settled. */
  noteLate(symbolId: number, print: HeldPrint, source: number): void {
    const { time } = print;
    this.memory.add(time, symbolId, print.number, print.price, print.size, print.flags, print.exchange);
    this.change(symbolId, time, 'late', source);
    const known = this.late.get(symbolId);
    if (known === undefined) {
      this.late.set(symbolId, { prints: 1, earliest: time, latest: time });
      return;
    }
    known.prints += 1;
    known.earliest = Math.min(known.earliest, time);
    known.latest = Math.max(known.latest, time);
  }

  /** A cancel or correction of a print of `source`, with the session's symbol id. */
  correct(correction: PrintCorrection, source: number): void {
    const { counters } = this;
    const { symbolId, kind, corrected } = correction;
    counters.add(source, kind === 'cancel' ? Count.cancels : Count.corrections);
    const isPossible = corrected === undefined || (isTradePrice(corrected.price) && isSize(corrected.size));
    if (!isPossible || (kind === 'correct' && corrected === undefined)) {
      counters.add(source, Count.refusedPrice);
      return;
    }
    if (this.correctWaiting(correction, source)) {
      this.emit({ kind: 'correction', correction, wasRead: false });
      return;
    }
    const killed = this.memory.kill({ ...correction, number: correction.printId });
    if (killed === undefined) {
      counters.add(source, Count.unmatchedCorrections);
      this.needHistory(symbolId, correction.time, correction.time + 1);
    } else {
      if (corrected !== undefined) {
        const { price, size, flags, printId } = corrected;
        this.memory.add(killed.time, symbolId, printId, price, size, flags, killed.exchange);
      }
      this.change(symbolId, killed.time, kind, source);
    }
    this.emit({ kind: 'correction', correction, wasRead: true });
  }

  /** Tells what was late, and makes minutes anew that are over. */
  flush(): void {
    for (const [symbolId, late] of this.late) this.emit({ kind: 'late', symbolId, ...late });
    this.late.clear();
    if (this.changes.size === 0) return;
    const due = new Set<number>();
    for (const key of this.changes.keys()) {
      if (startOf(key) + MINUTE < this.minutes.end) due.add(key);
    }
    if (due.size === 0) return;
    for (const [key, figures] of this.memory.figuresOf(due)) {
      const change = this.changes.get(key);
      this.changes.delete(key);
      const [symbolId, start] = [key % 65_536, startOf(key)];
      if (change === undefined) continue;
      if (this.memory.covers(start)) this.minutes.revise(symbolId, start, figures, change.reason, change.sources);
      else this.needHistory(symbolId, start, start + MINUTE);
    }
  }

  private change(symbolId: number, time: Micros, reason: RevisionReason, source: number): void {
    const key = minuteKey(symbolId, time);
    const known = this.changes.get(key);
    if (known === undefined) this.changes.set(key, { reason, sources: 1 << source });
    else known.sources |= 1 << source;
  }

  /** Whether the print was still waiting: then it is changed before anybody read it. */
  private correctWaiting(correction: PrintCorrection, source: number): boolean {
    const { cells } = this.buffer;
    const { symbolId, printId, time, price, size, corrected } = correction;
    const key = rowKey(SourceRowKind.PRINT, symbolId, source);
    const base = this.buffer.findLast((at) => {
      if (cells[at + RowCell.KEY] !== key) return false;
      if (printId > 0) return cells[at + RowCell.NUMBER] === printId && !Number.isNaN(cells[at + 3]);
      return cells[at] === time && cells[at + 3] === price && cells[at + 4] === size;
    });
    if (base < 0) return false;
    if (corrected === undefined) {
      cells[base + 3] = Number.NaN;
      return true;
    }
    cells[base + 3] = corrected.price;
    cells[base + 4] = corrected.size;
    cells[base + 5] = ((cells[base + 5] ?? 0) & 0xff0000) + corrected.flags;
    return true;
  }
}

function startOf(key: number): Micros {
  return Math.floor(key / 65_536) * MINUTE;
}
