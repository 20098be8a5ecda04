/** Trading hours within a stretch of time: what lies between cannot miss anything. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { sessionsBetween } from '../../calendar/sessions.js';
import type { Micros } from '../../domain/units.js';

/** Calendar days that are looked back on at most: history further back is no need of a running session. */
const MOST_DAYS = 7;

/** The parts of [since, until) in which some market trades, oldest first; of the last week at most. */
export function tradingStretches(
  since: Micros,
  until: Micros,
): readonly { readonly since: Micros; readonly until: Micros }[] {
  if (until <= since) return [];
  const to = newYorkDate(until - 1);
  const from = Math.max(newYorkDate(since), to - MOST_DAYS);
  return sessionsBetween(from, to)
    .map((session) => ({
      since: Math.max(since, session.premarketOpen),
      until: Math.min(until, session.afterHoursClose),
    }))
    .filter((stretch) => stretch.since < stretch.until);
}
