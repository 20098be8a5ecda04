/**
 * Market time on the screen: New York, with the zone named. The browser's own zone data give the offset, which
 * is looked up once per quarter of an hour and then reused, because a chart asks for thousands of times at once.
 */

const MICROS_PER_MS = 1000;
const QUARTER_HOUR_MS = 900_000;
const DAY_MS = 86_400_000;

const parts = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});
const offsets = new Map<number, number>();

/** Milliseconds to add to UTC to get New York's clock at `micros`. */
export function easternOffsetMs(micros: number): number {
  const quarter = Math.floor(micros / MICROS_PER_MS / QUARTER_HOUR_MS);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  const at = quarter * QUARTER_HOUR_MS;
  const field = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(
    field['year'] ?? 1970,
    (field['month'] ?? 1) - 1,
    field['day'] ?? 1,
    field['hour'] ?? 0,
    field['minute'] ?? 0,
  );
  const offset = local - at;
  offsets.set(quarter, offset);
  return offset;
}

/** New York's clock at `micros` as if it were UTC, in whole seconds: the time axis of the charts. */
export function toChartSeconds(micros: number): number {
  return Math.floor((micros / MICROS_PER_MS + easternOffsetMs(micros)) / 1000);
}

function localMs(micros: number): number {
  return micros / MICROS_PER_MS + easternOffsetMs(micros);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `09:30:00`, or `09:30` without seconds. */
export function formatTime(micros: number, seconds = true): string {
  const ofDay = ((localMs(micros) % DAY_MS) + DAY_MS) % DAY_MS;
  const total = Math.floor(ofDay / 1000);
  const minutes = `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}`;
  return seconds ? `${minutes}:${two(total % 60)}` : minutes;
}

/** `09:30:00.012345`: all six decimals of the tape. */
export function formatTimeExact(micros: number): string {
  const fraction = ((micros % 1_000_000) + 1_000_000) % 1_000_000;
  return `${formatTime(micros)}.${String(fraction).padStart(6, '0')}`;
}

/** `7 Oct`. */
export function formatDay(micros: number): string {
  return formatDate(micros).split(' ').slice(1, 3).join(' ');
}

/** `Mon 7 Oct 2013`. */
export function formatDate(micros: number): string {
  const date = new Date(localMs(micros));
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getUTCDay()] ?? '';
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    date.getUTCMonth()
  ];
  return `${day} ${date.getUTCDate()} ${month ?? ''} ${date.getUTCFullYear()}`;
}

/** The same moment in the user's own zone, for tooltips. */
export function formatLocal(micros: number): string {
  return `${new Date(micros / MICROS_PER_MS).toLocaleString(undefined, { timeZoneName: 'short' })} (your zone)`;
}

/** A length of time: `2h 05m`, `04:59`, `12.3 ms`, `250 µs`. */
export function formatDuration(micros: number): string {
  if (micros < 0) return `−${formatDuration(-micros)}`;
  if (micros < 1_000) return `${micros} µs`;
  if (micros < 1_000_000) return `${(micros / 1_000).toFixed(micros < 10_000 ? 2 : 1)} ms`;
  if (micros < 60_000_000) return `${(micros / 1_000_000).toFixed(2)} s`;
  return formatCountdown(Math.round(micros / 1_000_000) * 1_000_000);
}

/** A countdown: `1d 02h`, `2h 05m`, `04:59`. */
export function formatCountdown(micros: number): string {
  const total = Math.max(0, Math.floor(micros / 1_000_000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor(total / 3600) % 24;
  const minutes = Math.floor(total / 60) % 60;
  if (days > 0) return `${days}d ${two(hours)}h`;
  if (hours > 0) return `${hours}h ${two(minutes)}m`;
  return `${two(minutes)}:${two(total % 60)}`;
}
