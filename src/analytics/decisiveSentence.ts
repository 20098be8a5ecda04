/** Which assumption about fills carries most of a result, in words: the same in terminal, report and page. */
import type { Money } from '../domain/units.js';
import { formatMoney } from './figureText.js';

/** The sentence; `decisive` is the assumption whose strict form changes the result most, undefined if none does. */
export function decisiveSentence(decisive: { readonly text: string; readonly change: Money } | undefined): string {
  if (decisive === undefined) return 'No assumption about fills changes the result by itself.';
  const verb = decisive.change < 0 ? 'costs' : 'adds';
  return `Most depends on ${decisive.text}: its strict form alone ${verb} ${formatMoney(Math.abs(decisive.change))}.`;
}
