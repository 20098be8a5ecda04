/** The errors that name what a store does not have and what it has instead, or why it cannot write. */
import { PapertapeError } from '../domain/errors.js';
import type { AdjustMode, HistoryCoverage, HistoryQuery } from '../domain/ports.js';
import { describeSeries } from './cacheLayout.js';

/** `DATA_MISSING` for symbols without a row in a query's dates. */
export function dataMissing(
  query: HistoryQuery,
  symbols: readonly string[],
  coverage: readonly HistoryCoverage[],
): PapertapeError {
  const what = query.timeframe === undefined ? `${query.kind}s` : `${query.timeframe} ${query.kind}s`;
  const there = symbols.map((symbol) => `${symbol}: ${whatIsThere(symbol, coverage)}`).join('; ');
  return new PapertapeError(
    'DATA_MISSING',
    `There are no ${what} of ${symbols.join(', ')} from ${query.from} to ${query.to} (in the cache for ${there}).`,
    { remedy: 'Import them with `papertape data import FILES`, or choose dates that `papertape data ls` shows.' },
  );
}

/** `DATA_MISSING` for symbols that cannot be adjusted. */
export function factorsMissing(symbols: readonly string[], mode: AdjustMode): PapertapeError {
  return new PapertapeError(
    'DATA_MISSING',
    `There are no adjustment factors of ${symbols.join(', ')}, so prices cannot be adjusted ("${mode}").`,
    { remedy: 'Import a factor file with `papertape data import`, or use `--adjust raw`.' },
  );
}

function whatIsThere(symbol: string, coverage: readonly HistoryCoverage[]): string {
  const own = coverage.filter((stretch) => stretch.symbol === symbol);
  if (own.length === 0) return 'nothing';
  return own
    .map((stretch) => `${describeSeries({ ...stretch, symbol: '' }).trim()}s ${stretch.from} to ${stretch.to}`)
    .join(', ');
}

/** What a failed write means to the user; errors of ours pass as they are. */
export function writeFailure(root: string, cause: unknown): unknown {
  if (cause instanceof PapertapeError || !(cause instanceof Error)) return cause;
  const text = `${String(Reflect.get(cause, 'code') ?? '')} ${cause.message}`;
  if (/ENOSPC|EDQUOT|No space left/i.test(text)) {
    const remedy = 'Free some space and import again; what was imported before is intact.';
    return new PapertapeError('STORAGE_FULL', `The disk of ${root} is full.`, { remedy, cause });
  }
  if (/EROFS|EACCES|EPERM|ENOTDIR|EEXIST|Permission denied|Read-only/i.test(text)) {
    const remedy = 'Choose a folder that this user may write, with `--data-dir`.';
    return new PapertapeError('DATA_DIR_UNUSABLE', `The data cache in ${root} cannot be written.`, { remedy, cause });
  }
  return cause;
}
