/**
 * Finds what a query's prices are adjusted by, as known at its time: factors that were imported, else factors
 * reckoned from the splits and dividends that sources told. Dividends need a close from before them: of the
 * instrument's daily bars, else the last regular bar of the series that is asked for.
 */
import { fromNewYork, newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { rowAtOrAfter } from '../domain/tables.js';
import type { AdjustmentFactor, HistoryTable } from '../domain/history.js';
import type { HistorySeries, TimeStretch } from '../domain/historyArchive.js';
import type { HistoryQuery } from '../domain/ports.js';
import { DAY } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { factorsOfActions, factorsUpTo } from './actionFactors.js';
import type { CloseBefore } from './actionFactors.js';
import { wasAsked } from './actionRows.js';
import type { ActionList } from './actionRows.js';
import { actionsMissing, closeMissing, factorsMissing } from './cacheErrors.js';
import { regularRows } from './historyFilter.js';
import { keyColumn } from './historyTables.js';
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
  /**
   * The factors of an instrument for everybody: imported, else of all its splits and dividends up to today, without
   * dividends that no close before them makes a factor of. Undefined if nothing is known of it.
   */
  allFactors(symbol: string, knownAt?: Micros): Promise<readonly AdjustmentFactor[] | undefined>;
  /** Changes whenever the factors of a series may. */
  state(series: HistorySeries): Promise<string>;
}

/** How far before an ex-date its last close may lie: longer than any closure of the exchange. */
const LONGEST_BREAK = 12 * DAY;

/** Before all that is stored. */
const FIRST_DATE = '1900-01-01';

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

  const stateOf = async (series: HistorySeries): Promise<string> => {
    const daily = await state({ ...series, kind: 'bar', timeframe: '1d' });
    return `${today()} ${reference.state(series.symbol)} ${daily} ${await state(series)}`;
  };

  /** Reckoned lists by instrument: each dividend of one costs a look for a close. */
  const reckonedLists = new Map<string, { readonly state: string; readonly factors: readonly AdjustmentFactor[] }>();
  const allFromActions = async (symbol: string, list: ActionList): Promise<readonly AdjustmentFactor[]> => {
    const series: HistorySeries = { symbol, kind: 'bar', timeframe: '1m', feed: undefined };
    const now = await stateOf(series);
    const known = reckonedLists.get(symbol);
    if (known?.state === now) return known.factors;
    const factors = await reckonAll(series, list);
    reckonedLists.set(symbol, { state: now, factors });
    return factors;
  };

  const reckonAll = async (series: HistorySeries, list: ActionList): Promise<readonly AdjustmentFactor[]> => {
    const range = { from: FIRST_DATE, to: today() };
    const closes = await closesBefore(series, list, range);
    let { actions } = list;
    for (;;) {
      const reckoned = factorsOfActions(actions, range, 'all', closes);
      if ('factors' in reckoned) return reckoned.factors;
      const { dividendWithoutClose } = reckoned;
      actions = actions.filter((action) => action !== dividendWithoutClose);
    }
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
    async allFactors(symbol, knownAt) {
      const imported = await reference.factors(symbol, knownAt);
      const actions = imported === undefined ? await reference.actions(symbol, knownAt) : undefined;
      if (actions === undefined) return imported;
      if (knownAt === undefined) return allFromActions(symbol, actions);
      return reckonAll({ symbol, kind: 'bar', timeframe: '1m', feed: undefined }, actions);
    },
    state: stateOf,
  };
}

function lastClose(table: HistoryTable): number | undefined {
  const regular = regularRows(table);
  if (regular.kind !== 'bar') return undefined;
  return regular.close[rowAtOrAfter(keyColumn(regular), regular.length, Infinity) - 1];
}
