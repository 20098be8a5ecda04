/** Finds symbols by a part of their name, among those of the session and those that have history. */
import type { SymbolSearch } from '../../../contracts/index.js';
import type { HistoryCoverage } from '../../../domain/ports.js';

/** A symbol that fits, without what only the history store knows of it. */
export type FoundSymbol = Omit<SymbolSearch['symbols'][number], 'formerTickers'>;

/**
 * At most `limit` symbols: the one that is the text, those that begin with it, those that contain it; those of the
 * session first within each, then by name.
 */
export function searchSymbols(
  session: readonly string[],
  coverage: readonly HistoryCoverage[],
  text: string,
  limit: number,
): readonly FoundSymbol[] {
  const wanted = text.toUpperCase();
  const found = new Map<string, FoundSymbol>(
    session.map((symbol) => [symbol, { symbol, inSession: true, history: null }]),
  );
  for (const { symbol, from, to } of coverage) {
    const known = found.get(symbol);
    const before = known?.history ?? { from, to };
    found.set(symbol, {
      symbol,
      inSession: known?.inSession ?? false,
      history: { from: from < before.from ? from : before.from, to: to > before.to ? to : before.to },
    });
  }
  const rank = ({ symbol, inSession }: FoundSymbol): number =>
    (symbol === wanted ? 0 : symbol.startsWith(wanted) ? 2 : 4) + (inSession ? 0 : 1);
  return [...found.values()]
    .filter(({ symbol }) => symbol.includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, limit);
}
