/**
 * The regular session that a time belongs to, looked up once per session; for indicators that begin anew with
 * each open. Times must not go back by more than a session.
 */
import { sessionAt } from '../calendar/sessions.js';
import type { Micros } from '../domain/units.js';

/** See the module header. Times outside regular hours belong to no session. */
export class SessionCursor {
  /** Start and end of regular trading of the last session looked up. */
  open: Micros = Infinity;
  close: Micros = -Infinity;
  private checkedUntil: Micros = -Infinity;

  /** Whether `time` lies in [open, close) of a session, which then is in `open` and `close`. */
  covers(time: Micros): boolean {
    if (time >= this.open && time < this.close) return true;
    if (time < this.checkedUntil) return false;
    const session = sessionAt(time);
    if (session === undefined) return false;
    this.open = session.open;
    this.close = session.close;
    if (time < session.open) this.checkedUntil = session.open;
    else if (time >= session.close) this.checkedUntil = session.afterHoursClose;
    else this.checkedUntil = session.close;
    return time >= session.open && time < session.close;
  }
}
