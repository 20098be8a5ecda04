/** What built-in strategies know of the hours they trade in: orders from other hours could only wait. */
import { sessionAt } from '../../calendar/sessions.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { IndicatorLine } from '../../indicators/IndicatorLine.js';
import type { Bar } from '../Bar.js';

/** Whether some of a bar lies in regular hours; the bar that ends at the close does. */
export function isRegular(bar: Bar): boolean {
  const session = sessionAt(bar.time);
  return session !== undefined && bar.time > session.open && bar.start < session.close;
}

/** Where in regular trading a bar lies; undefined outside it. */
export interface RegularPlace {
  /** Names the day. */
  readonly open: Micros;
  /** From the open to the end of the bar. */
  readonly minutesIn: number;
  /** From the end of the bar to the close. */
  readonly minutesLeft: number;
}

/** See {@link RegularPlace}. */
export function regularPlace(bar: Bar): RegularPlace | undefined {
  const session = sessionAt(bar.start);
  if (session === undefined || bar.start < session.open || bar.start >= session.close) return undefined;
  return {
    open: session.open,
    minutesIn: (bar.time - session.open) / MINUTE,
    minutesLeft: (session.close - bar.time) / MINUTE,
  };
}

/** Which way one line crossed another. */
export type Cross = 'above' | 'below';

/** What the newest bar made of two lines; undefined if neither crossed. */
export function crossOf(line: IndicatorLine, other: IndicatorLine): Cross | undefined {
  if (line.crossedAbove(other)) return 'above';
  return line.crossedBelow(other) ? 'below' : undefined;
}

/**
 * Keeps crosses that fall outside regular hours until the first bar inside, by symbol; a cross back takes the place of
 * the one before.
 */
export class RegularCrosses {
  private readonly waiting = new Map<string, Cross>();

  /** The cross to act on with this bar, if any. `cross` is what happened on it. */
  take(bar: Bar, cross: Cross | undefined): Cross | undefined {
    if (cross === undefined && this.waiting.size === 0) return undefined;
    const { symbol } = bar;
    const newest = cross ?? this.waiting.get(symbol);
    if (newest === undefined) return undefined;
    if (!isRegular(bar)) {
      this.waiting.set(symbol, newest);
      return undefined;
    }
    this.waiting.delete(symbol);
    return newest;
  }
}
