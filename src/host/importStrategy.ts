/**
 * Imports a bundled strategy into this thread. It loads neither esbuild nor the compiler, so that a worker starts
 * at once.
 */
import { pathToFileURL } from 'node:url';
import { PapertapeError } from '../domain/errors.js';
import { Strategy } from '../strategies/Strategy.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { publishLibrary } from './strategyLibrary.js';

/**
 * The strategy class that the module in `bundle` (an absolute path) exports by default; `name` is what its author
 * calls it. Each `copy` is a module of its own, with module-level state of its own. Throws `STRATEGY_INVALID` if the
 * module throws or exports no strategy.
 */
export async function importStrategy(bundle: string, name: string, copy = 0): Promise<StrategyClass> {
  publishLibrary();
  // Stacks of strategies then name the author's lines.
  process.setSourceMapsEnabled(true);
  let module: unknown;
  try {
    const url = pathToFileURL(bundle);
    if (copy > 0) url.searchParams.set('copy', String(copy));
    module = await import(/* @vite-ignore */ url.href);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PapertapeError('STRATEGY_INVALID', `${name} failed while it was loaded: ${why}`, {
      remedy: 'Correct what the file does outside its class, and in its static fields.',
      cause: error,
    });
  }
  const exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (isStrategyClass(exported)) return exported;
  const found = exported === undefined ? 'has no default export' : 'exports by default something else';
  throw new PapertapeError('STRATEGY_INVALID', `${name} ${found}; a strategy file exports one strategy class.`, {
    remedy: 'Write "export default class MyStrategy extends Strategy.with({ … }) { … }".',
  });
}

function isStrategyClass(value: unknown): value is StrategyClass {
  return typeof value === 'function' && value.prototype instanceof Strategy;
}
