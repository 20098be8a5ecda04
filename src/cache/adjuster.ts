/**
 * Finds what a query's prices are adjusted by, as known at its time: factors that were imported, else factors
 * reckoned from the splits and dividends that sources told. Dividends need a close from before them: of the
 * instrument's daily bars, else the last regular bar of the series that is asked for.
 */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import type { AdjustmentFactor, HistoryTable } from '../domain/history.js';
import type { HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import type { HistoryQuery } from '../domain/ports.js';
import { DAY } from '../domain/timeframe.js';
import { factorsOfActions, factorsUpTo } from './actionFactors.js';
import type { CloseBefore } from './actionFactors.js';
import { wasAsked } from './actionRows.js';
import type { ActionList } from './actionRows.js';
import { actionsMissing, closeMissing, factorsMissing } from './cacheErrors.js';
import { regularRows } from './historyFilter.js';
import { keyColumn, rowAtOrAfter } from './historyTables.js';
import type { ReferenceRows } from './referenceRows.js';

/** What the adjuster asks of its store. */
export interface AdjusterSources {
  readonly reference: Pick<ReferenceRows, 'factors' | 'actions' | 'state'>;
  readonly rows: (series: HistorySeries, range: TimeStretch) => Promise<HistoryTable>;
  readonly state: (series: HistorySeries) => Promise<string>;
  /** Today's New York date. */
  readonly today: () => string;
}

/** See the module header. */
export interface Adjuster {
  /** The factors of each series; none for raw prices. Throws `DATA_MISSING`. */
  factors(series: readonly HistorySeries[], query: HistoryQuery): Promise<readonly (readonly AdjustmentFactor[])[]>;
  /** Changes whenever the factors of a series may. */
  state(series: HistorySeries): Promise<string>;
}

/** How far before an ex-date its last close may lie: longer than any closure of the exchange. */
const LONGEST_BREAK = 12 * DAY;

/** An adjuster over a store. */
export function createAdjuster({ reference, rows, state, today }: AdjusterSources): Adjuster {
  const factorsFrom = async (
    series: HistorySeries,
    actions: ActionList,
    query: HistoryQuery,
  ): Promise<readonly AdjustmentFactor[]> => {
    const known = query.knownAt === undefined ? today() : formatDate(newYorkDate(query.knownAt));
    const to = query.adjustTo === undefined || query.adjustTo > known ? known : query.adjustTo;
    const range = { from: query.from, to };
    const wanted = { from: formatDate(parseDate(query.from) + 1), to: query.to };
    if (wanted.from <= wanted.to && !wasAsked(actions, wanted))
      throw actionsMissing(series.symbol, wanted, actions.asked);
    const closes = query.adjust === 'all' ? await closesBefore(series, actions, range) : () => undefined;
    const reckoned = factorsOfActions(actions.actions, range, query.adjust, closes);
    if ('factors' in reckoned) return reckoned.factors;
    throw closeMissing(reckoned.dividendWithoutClose);
  };

  /** Looks up the closes before all dividends that count. */
  const closesBefore = async (
    series: HistorySeries,
    { actions }: ActionList,
    range: { readonly from: string; readonly to: string },
  ): Promise<CloseBefore> => {
    const closes = new Map<string, number>();
    const daily: HistorySeries = { ...series, kind: 'bar', timeframe: '1d' };
    for (const { kind, exDate } of actions) {
      if (kind !== 'dividend' || exDate <= range.from || exDate > range.to) continue;
      const to = fromNewYork(parseDate(exDate), 0);
      const before = { from: to - LONGEST_BREAK, to };
      const close = lastClose(await rows(daily, before)) ?? (await closeOf(series, before));
      if (close !== undefined) closes.set(exDate, close);
    }
    return (date) => closes.get(date);
  };

  const closeOf = async (series: HistorySeries, range: TimeStretch): Promise<number | undefined> =>
    series.kind === 'bar' ? lastClose(await rows(series, range)) : undefined;

  return {
    async factors(series, query) {
      if (query.adjust === 'raw') return [];
      const found: (readonly AdjustmentFactor[])[] = [];
      const missing: string[] = [];
      for (const one of series) {
        const factors = await reference.factors(one.symbol, query.knownAt);
        const actions = factors === undefined ? await reference.actions(one.symbol, query.knownAt) : undefined;
        if (factors === undefined && actions === undefined) missing.push(one.symbol);
        if (factors !== undefined) found.push(factorsUpTo(factors, query.adjustTo));
        else found.push(actions === undefined ? [] : await factorsFrom(one, actions, query));
      }
      if (missing.length > 0) throw factorsMissing(missing, query.adjust);
      return found;
    },
    async state(series) {
      const daily = await state({ ...series, kind: 'bar', timeframe: '1d' });
      return `${today()} ${reference.state(series.symbol)} ${daily} ${await state(series)}`;
    },
  };
}

function lastClose(table: HistoryTable): number | undefined {
  const regular = regularRows(table);
  if (regular.kind !== 'bar') return undefined;
  return regular.close[rowAtOrAfter(keyColumn(regular), regular.length, Infinity) - 1];
}
