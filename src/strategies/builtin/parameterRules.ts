/** Rules between the parameters of one built-in strategy, which no single declaration can say. */
import { PapertapeError } from '../../domain/errors.js';

/** Throws `STRATEGY_PARAMETER_INVALID` unless `holds`: `what` says what was given and why it cannot work. */
export function demand(holds: boolean, what: string, remedy: string): void {
  if (!holds) throw new PapertapeError('STRATEGY_PARAMETER_INVALID', what, { remedy });
}

/** Demands that the fast one of two averages is the shorter; `defaults` are named as a way out. */
export function demandShorter(
  strategy: string,
  { fast, slow }: { readonly fast: number; readonly slow: number },
  defaults: { readonly fast: { readonly default: number }; readonly slow: { readonly default: number } },
): void {
  demand(
    fast < slow,
    `The parameter fast of ${strategy} is ${fast}, and slow is ${slow}: the fast average must be the shorter one.`,
    `Give fast fewer bars than slow, such as fast=${defaults.fast.default} and slow=${defaults.slow.default}.`,
  );
}
