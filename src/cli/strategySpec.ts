/** A strategy of a command line with what is said of it alone, such as `./MyIdea.ts symbols=SPY,IBM fast=10`. */
import { PapertapeError } from '../domain/errors.js';
import type { Timeframe } from '../domain/timeframe.js';
import { readSymbols, readTimeframe } from './options.js';

/** See the module header. What is absent is that of the whole run, or the strategy's own. */
export interface StrategySpec {
  readonly name: string;
  /** Unique within the run; made from the name if absent. */
  readonly id?: string;
  readonly symbols?: readonly string[];
  readonly timeframe?: Timeframe;
  /** Fraction of the equity for its entries. */
  readonly allocation?: number;
  readonly params: Readonly<Record<string, string>>;
}

const SETTING = /(?:^|\s)([\p{ID_Start}_$][\p{ID_Continue}$]*)=/gu;
const ID = /^[A-Za-z0-9_-]{1,60}$/;

/**
 * Reads one. The name ends where the first `name=value` begins, so that paths may hold spaces. `id`, `symbols`,
 * `timeframe` and `allocation` are the run's; every other name is a parameter. Throws `USAGE`.
 */
export function readStrategySpec(text: string): StrategySpec {
  const settings = [...text.matchAll(SETTING)];
  const name = text.slice(0, settings[0]?.index ?? text.length).trim();
  if (name === '') {
    throw new PapertapeError('USAGE', `--strategy "${text}" does not begin with the name of a strategy.`, {
      remedy: 'Write for example --strategy "sma-cross timeframe=5m fast=10".',
    });
  }
  const values = new Map<string, string>();
  for (const [place, match] of settings.entries()) {
    const [whole, key = ''] = match;
    const value = text.slice(match.index + whole.length, settings[place + 1]?.index ?? text.length).trim();
    if (values.has(key)) throw twice(text, key);
    values.set(key, value);
  }
  const take = (key: string): string | undefined => {
    const value = values.get(key);
    values.delete(key);
    return value;
  };
  const id = take('id');
  const symbols = take('symbols');
  const timeframe = take('timeframe');
  const allocation = take('allocation');
  return {
    name,
    ...(id === undefined ? {} : { id: checkedId(id) }),
    ...(symbols === undefined ? {} : { symbols: readSymbols(symbols) }),
    ...(timeframe === undefined ? {} : { timeframe: readTimeframe(timeframe) }),
    ...(allocation === undefined ? {} : { allocation: checkedAllocation(allocation) }),
    params: Object.fromEntries(values),
  };
}

function checkedId(id: string): string {
  if (ID.test(id)) return id;
  throw new PapertapeError('USAGE', `id=${id} is not a name for a strategy of a run.`, {
    remedy: 'Use letters, digits, "_" and "-", at most 60.',
  });
}

function checkedAllocation(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= 1) return value;
  throw new PapertapeError('USAGE', `allocation=${text} is not a share of the equity.`, {
    remedy: 'Give a number above 0 and up to 1, such as 0.25.',
  });
}

function twice(text: string, key: string): PapertapeError {
  return new PapertapeError('USAGE', `--strategy "${text}" says ${key} twice.`, { remedy: 'Leave one of them out.' });
}
