/**
 * What became of signals that were denied, in words. A run goes on without them, so that figures alone do not show
 * that a strategy wanted more than it got. Pure.
 */
import { DENIAL_REASONS } from '../domain/refusals.js';
import type { DenialReason } from '../domain/refusals.js';
import { plural } from './figureText.js';

/** Denials that are told elsewhere, or that strategies which repeat themselves earn all the time. */
const USUAL: ReadonlySet<DenialReason> = new Set<DenialReason>([
  'QUANTITY_ZERO',
  'DUPLICATE_SIGNAL',
  'ACCOUNT_RUINED',
  'STRATEGY_STOPPED',
]);

/**
 * A sentence of the signals that the risk checks denied, the most frequent reason first; where a run has no order at
 * all also of those whose quantity comes to nothing, which is then why. None where there is nothing to tell.
 */
export function denialWarnings(denials: ReadonlyMap<DenialReason, number>, orders: number): readonly string[] {
  const told = [...denials]
    .filter(([reason]) => !USUAL.has(reason) || (orders === 0 && reason === 'QUANTITY_ZERO'))
    .sort(([, a], [, b]) => b - a);
  if (told.length === 0) return [];
  const count = told.reduce((sum, [, one]) => sum + one, 0);
  const reasons = told.map(([reason, one]) => `${String(one)} × ${reason}: ${DENIAL_REASONS[reason]}`).join(' ');
  const end = orders === 0 ? ', and no order came of any' : '';
  return [`${plural(count, 'signal was', 'signals were')} denied${end}. ${reasons}`];
}
