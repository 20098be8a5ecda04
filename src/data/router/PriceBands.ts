/**
 * Sanity bands: a price far from the last confirmed one is held until others confirm it (F51).
 *
 * The band is twice that of the second tier of limit up-limit down (R7), so that what trading itself allows passes.
 * A held price is confirmed by further prints of its source near it, or by another source that shows such a price;
 * it is discarded when as many prints come inside the band, when a third level appears, or after a while. Only prints
 * that may set a price are held and confirm; each accepted one is the next reference.
 */
import type { DurationMicros, Micros, Price } from '../../domain/units.js';

/** How far a price may be from its reference, in percent, by what the reference is at least; raw price scale. */
const TIERS = [
  { from: 3_000_000, percent: 20 },
  { from: 750_000, percent: 40 },
  { from: 0, percent: 75 },
] as const;
const [UPPER_TIER, MIDDLE_TIER, LOWER_TIER] = TIERS;

/** Whether `price` is within the band around `reference`; both above 0. */
export function isWithinBand(price: Price, reference: Price): boolean {
  const percent =
    reference >= UPPER_TIER.from
      ? UPPER_TIER.percent
      : reference >= MIDDLE_TIER.from
        ? MIDDLE_TIER.percent
        : LOWER_TIER.percent;
  const distance = price > reference ? price - reference : reference - price;
  return distance * 100 <= reference * percent;
}

/** A print that is held, complete, with the source's number of it. */
export interface HeldPrint {
  readonly time: Micros;
  readonly price: Price;
  readonly size: number;
  readonly flags: number;
  readonly exchange: number;
  readonly number: number;
}

/** Prints at one level outside the band. */
export interface HeldLevel {
  readonly source: number;
  readonly symbolId: number;
  /** What they were measured against, 0 if nothing was known. */
  readonly reference: Price;
  /** By the process's clock. */
  readonly since: Micros;
  readonly prints: HeldPrint[];
  /** Prints inside the band since then. */
  contradictions: number;
}

/** How recently, by the process's clock, another source must have shown a price for it to confirm one. */
const FRESH: DurationMicros = 5_000_000;

/** See the module header. */
export class PriceBands {
  /** Levels that wait, by source × symbols + symbol id. */
  private readonly levels = new Map<number, HeldLevel>();
  /** The last confirmed price and when it came, in the same places; price 0 is unknown. */
  private readonly references: Float64Array;
  private readonly referenceAt: Float64Array;
  private readonly symbolCount: number;
  private readonly sourceCount: number;
  private readonly confirmations: number;

  /** `references` are known prices by symbol id, 0 or absent if unknown. */
  constructor(sourceCount: number, symbolCount: number, confirmations: number, references: readonly Price[]) {
    this.symbolCount = symbolCount;
    this.sourceCount = sourceCount;
    this.confirmations = confirmations;
    this.references = new Float64Array(sourceCount * symbolCount);
    this.referenceAt = new Float64Array(sourceCount * symbolCount).fill(-Infinity);
    for (let source = 0; source < sourceCount; source += 1) {
      for (let symbolId = 0; symbolId < symbolCount; symbolId += 1) {
        this.references[source * symbolCount + symbolId] = references[symbolId] ?? 0;
      }
    }
  }

  /** How many levels wait. */
  get waiting(): number {
    return this.levels.size;
  }

  /** Whether a print of a source may pass; it is then the next reference. `price` is above 0. */
  passes(source: number, symbolId: number, price: Price, now: Micros): boolean {
    const index = source * this.symbolCount + symbolId;
    const reference = this.references[index] ?? 0;
    if (reference === 0 || !isWithinBand(price, reference)) return false;
    this.references[index] = price;
    this.referenceAt[index] = now;
    return true;
  }

  /** The last confirmed price of a symbol at a source, 0 if none. */
  reference(source: number, symbolId: number): Price {
    return this.references[source * this.symbolCount + symbolId] ?? 0;
  }

  /** A level that waits. */
  level(source: number, symbolId: number): HeldLevel | undefined {
    return this.levels.get(source * this.symbolCount + symbolId);
  }

  /** Holds a print at a new level; it takes the place of any other of the symbol. */
  hold(source: number, symbolId: number, print: HeldPrint, now: Micros): HeldLevel {
    const reference = this.reference(source, symbolId);
    const level = { source, symbolId, reference, since: now, prints: [print], contradictions: 0 };
    this.levels.set(source * this.symbolCount + symbolId, level);
    return level;
  }

  /** Whether a level is confirmed: by prints after its first, or by a fresh price of another source. */
  isConfirmed(level: HeldLevel, now: Micros): boolean {
    return level.prints.length > this.confirmations || this.isShownElsewhere(level, now);
  }

  /** Whether so many prints contradict a level that it is void. */
  isContradicted(level: HeldLevel): boolean {
    return level.contradictions >= this.confirmations;
  }

  /** Ends a level; if it was confirmed, its last price is the reference from now on. */
  end(level: HeldLevel, isConfirmed: boolean, now: Micros): void {
    const index = level.source * this.symbolCount + level.symbolId;
    this.levels.delete(index);
    if (!isConfirmed) return;
    this.references[index] = level.prints.at(-1)?.price ?? 0;
    this.referenceAt[index] = now;
  }

  /** The levels that have waited since before `time`. */
  expired(time: Micros): readonly HeldLevel[] {
    return [...this.levels.values()].filter((level) => level.since < time);
  }

  private isShownElsewhere(level: HeldLevel, now: Micros): boolean {
    const price = level.prints[0]?.price ?? 0;
    for (let source = 0; source < this.sourceCount; source += 1) {
      if (source === level.source) continue;
      const index = source * this.symbolCount + level.symbolId;
      const other = this.references[index] ?? 0;
      if (other > 0 && now - (this.referenceAt[index] ?? 0) <= FRESH && isWithinBand(price, other)) return true;
    }
    return false;
  }
}
