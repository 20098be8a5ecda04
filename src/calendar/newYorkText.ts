/** Times as traders read them. */
import { toNewYork } from './newYorkTime.js';
import { formatDate } from './tradingDate.js';
import { HOUR, MINUTE, SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** New York date and time, `YYYY-MM-DD HH:MM:SS`, with the fraction of the second if there is one. */
export function newYorkText(time: Micros): string {
  const { date, microsOfDay } = toNewYork(time);
  const part = (value: number, width = 2): string => String(value).padStart(width, '0');
  const hours = part(Math.floor(microsOfDay / HOUR));
  const minutes = part(Math.floor((microsOfDay % HOUR) / MINUTE));
  const seconds = part(Math.floor((microsOfDay % MINUTE) / SECOND));
  const fraction = microsOfDay % SECOND;
  const clock = `${hours}:${minutes}:${seconds}`;
  return `${formatDate(date)} ${clock}${fraction === 0 ? '' : `.${part(fraction, 6).replace(/0+$/, '')}`}`;
}
