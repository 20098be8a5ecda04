/**
 * Sizes of ticks from a volume that accumulates over the day: the difference to what was known before. Rules:
 *
 * | tick                                           | size                                                      |
 * | ---------------------------------------------- | --------------------------------------------------------- |
 * | first of a symbol, of a connection or of a day | unknown: a baseline                                       |
 * | volume above the baseline                      | the difference, and a new baseline                        |
 * | volume as the baseline                         | 0                                                         |
 * | volume below it, tick later                    | unknown: a correction or another feed; a new baseline     |
 * | volume below it, tick not later, same minute   | 0: counted with the tick that overtook it                 |
 * | volume below it, tick of an earlier minute     | unknown: counted in a bar that is not its own             |
 * | no volume                                      | unknown; the baseline stays                               |
 *
 * What traded while there was no connection is in no size. Pure; days are New York's.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Shares } from '../../domain/units.js';
import { DAY_VOLUME, NO_DAY_VOLUME, TIME } from './priceValues.js';

/** The size of a tick of which nothing is known. */
export const UNKNOWN_SIZE = -1;

/** Per symbol: baseline volume, time and date of the tick that set it, number of the connection it came over. */
const BASE_VOLUME = 0;
const BASE_TIME = 1;
const BASE_DATE = 2;
const BASE_CONNECTION = 3;
const STRIDE = 4;

/** See the module header. */
export class TickVolume {
  /** How often a volume fell although its tick was later. */
  falls = 0;
  #rows = new Float64Array(64 * STRIDE);
  #connection = 1;

  /** Ticks from now on come over a new connection. */
  reconnected(): void {
    this.#connection += 1;
  }

  /**
   * The size of a tick, or {@link UNKNOWN_SIZE}; its numbers as priceValues.ts lays them out. `symbolId` is small and
   * dense.
   */
  sizeOf(symbolId: number, values: Float64Array): Shares {
    const time = values[TIME] ?? NaN;
    const dayVolume = values[DAY_VOLUME] ?? NO_DAY_VOLUME;
    if (dayVolume < 0) return UNKNOWN_SIZE;
    const at = symbolId * STRIDE;
    if (at >= this.#rows.length) this.#grow(at + STRIDE);
    const rows = this.#rows;
    const date = newYorkDate(time);
    const isKnown = rows[at + BASE_CONNECTION] === this.#connection;
    if (isKnown && date < (rows[at + BASE_DATE] ?? 0)) return UNKNOWN_SIZE;
    if (!isKnown || date !== rows[at + BASE_DATE]) {
      rows[at + BASE_VOLUME] = dayVolume;
      rows[at + BASE_TIME] = time;
      rows[at + BASE_DATE] = date;
      rows[at + BASE_CONNECTION] = this.#connection;
      return UNKNOWN_SIZE;
    }
    const before = rows[at + BASE_TIME] ?? 0;
    const size = dayVolume - (rows[at + BASE_VOLUME] ?? 0);
    if (size < 0 && time <= before) {
      return Math.floor(time / MINUTE) === Math.floor(before / MINUTE) ? 0 : UNKNOWN_SIZE;
    }
    rows[at + BASE_VOLUME] = dayVolume;
    rows[at + BASE_TIME] = Math.max(time, before);
    if (size >= 0) return size;
    this.falls += 1;
    return UNKNOWN_SIZE;
  }

  #grow(needed: number): void {
    const rows = new Float64Array(Math.max(needed, this.#rows.length * 2));
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
