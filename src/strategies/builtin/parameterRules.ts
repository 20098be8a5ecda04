/** Rules between the parameters of one built-in strategy, which no single declaration can say. */
import { PapertapeError } from '../../domain/errors.js';

/** Throws `STRATEGY_PARAMETER_INVALID` unless `holds`: `what` says what was given and why it cannot work. */
export function demand(holds: boolean, what: string, remedy: string): void {
  if (!holds) throw new PapertapeError('STRATEGY_PARAMETER_INVALID', what, { remedy });
}
