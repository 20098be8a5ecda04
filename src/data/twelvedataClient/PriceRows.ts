/**
 * From price events to rows: what the stream says of a price, checked against the clock and against the volume known
 * so far, as one print. A price is a sample: it carries `PrintFlag.SAMPLED`, and `PrintFlag.VOLUME` only if the shares
 * that it stands for are known ({@link TickVolume}). Bids and asks, which US equities do not have, are left out.
 */
import type { TradingCalendar } from '../../calendar/TradingCalendar.js';
import { PrintFlag } from '../../domain/marketTables.js';
import type { SourceRows } from '../../domain/marketSource.js';
import { SourceRowKind } from '../../domain/marketSource.js';
import { DAY, MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { clearSourceRows, createSourceRows } from '../sourceRows.js';
import { PRICE, TIME } from './priceValues.js';
import { TickVolume } from './TickVolume.js';

/** Why a price makes no row. */
export const Refusal = { NONE: 0, FUTURE: 1, STALE: 2 } as const;
/** Why a price makes no row; `NONE`: it made one. */
export type Refusal = (typeof Refusal)[keyof typeof Refusal];

/** A price from further ahead than this is a fault of a clock, not a trade. */
const FURTHEST_AHEAD = MINUTE;
/** A last known price may be sent on subscribing; one older than this says nothing of today. */
const OLDEST = DAY;
const SAMPLED = PrintFlag.SAMPLED | PrintFlag.LAST | PrintFlag.HIGH_LOW;

/** See the module header. */
export class PriceRows {
  /** The row of the last price that was taken. */
  readonly rows: SourceRows = createSourceRows(1);
  readonly volume = new TickVolume();
  /** Prices whose size is not known. */
  unknownSizes = 0;
  readonly #calendar: TradingCalendar;
  #connectedAt: Micros = 0.5;
  /** The phase that the last price lay in. */
  #phaseFrom = 0.5;
  #phaseTo = 0.5;
  #phaseFlags = 0;

  constructor(calendar: TradingCalendar) {
    this.#calendar = calendar;
  }

  /** Prices from now on come over a connection that opened at `now`. */
  connected(now: Micros): void {
    this.#connectedAt = now;
    this.volume.reconnected();
  }

  /**
   * Makes the row of a price; what is refused changes nothing. `values` are laid out as priceValues.ts says.
   */
  take(symbolId: number, values: Float64Array, receivedAt: Micros): Refusal {
    const time = values[TIME] ?? NaN;
    if (time > receivedAt + FURTHEST_AHEAD) return Refusal.FUTURE;
    if (time < this.#connectedAt - OLDEST) return Refusal.STALE;
    if (!(time >= this.#phaseFrom && time < this.#phaseTo)) this.#enterPhase(time);
    const size = this.volume.sizeOf(symbolId, values);
    const isKnown = size >= 0;
    if (!isKnown) this.unknownSizes += 1;
    const { rows } = this;
    clearSourceRows(rows, receivedAt);
    rows.length = 1;
    rows.kinds[0] = SourceRowKind.PRINT;
    rows.printIds[0] = 0;
    const { prints } = rows;
    prints.length = 1;
    prints.symbolId[0] = symbolId;
    prints.time[0] = time;
    prints.price[0] = values[PRICE] ?? NaN;
    prints.size[0] = isKnown ? size : 0;
    prints.flags[0] = SAMPLED | this.#phaseFlags | (isKnown ? PrintFlag.VOLUME : 0);
    prints.exchange[0] = 0;
    return Refusal.NONE;
  }

  #enterPhase(time: Micros): void {
    const { boundaries } = this.#calendar;
    const next = this.#calendar.boundaryAfter(time);
    this.#phaseFrom = boundaries[next - 1] ?? time;
    this.#phaseTo = boundaries[next] ?? time;
    this.#phaseFlags = this.#calendar.phaseAt(time) === 'regular' ? 0 : PrintFlag.EXTENDED_HOURS;
  }
}
