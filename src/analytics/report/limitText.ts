/** Risk limits with their units, as people read them. */
import { SECOND } from '../../domain/timeframe.js';
import { SHARE } from '../../domain/units.js';
import { formatCount, formatMoney, formatPercent } from '../figureText.js';

/** `maxDailyLoss = $10,000.00, maxOrdersPerMinute = 120`; `none` for no limit. */
export function limitsText(limits: Readonly<Record<string, unknown>>): string {
  return (
    Object.entries(limits)
      .map(([name, value]) => `${name} = ${valueText(name, value)}`)
      .join(', ') || 'none'
  );
}

function valueText(name: string, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  if (name.endsWith('Fraction')) return formatPercent(value);
  if (name.endsWith('Notional') || name.endsWith('Loss')) return formatMoney(value);
  if (name.endsWith('Shares')) return formatCount(value / SHARE);
  return name.endsWith('Age') ? `${formatCount(value / SECOND)} s` : formatCount(value);
}
