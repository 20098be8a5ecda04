/** Adjusted closes out of the cache against what other projects made of the same data. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import type { HistoricalCache } from '../src/cache/historicalCache.js';
import { importFile } from '../src/data/import/importFile.js';
import { FACTOR_SCALE } from '../src/domain/history.js';
import type { SourceCorporateAction } from '../src/domain/marketSource.js';
import type { BarTable } from '../src/domain/marketTables.js';
import type { AdjustMode } from '../src/domain/ports.js';
import type { Timeframe } from '../src/domain/timeframe.js';
import { formatDecimal, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { dividendOf, factorActions } from '../src/host/factorActions.js';
import { describeWithReferenceData, referenceData } from './referenceData.js';

interface Reference {
  readonly symbol: string;
  readonly first: string;
  readonly last: string;
  readonly metrics: Readonly<Record<string, number>>;
}

describeWithReferenceData('adjusted closes of the cache', () => {
  let root = '';
  let cache: HistoricalCache;
  const SYMBOLS = ['spy', 'aapl', 'ibm'];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'papertape-adjusted-'));
    cache = createHistoricalCache(root);
    const files = [
      'factor_files.csv',
      'map_files.csv',
      'minute/spy_trade.csv.gz',
      'hour/spy.csv.gz',
      ...SYMBOLS.map((symbol) => `daily/${symbol}.csv.gz`),
    ];
    for (const file of files) await importFile(referenceData(`lean/${file}`), cache);
  });
  afterAll(async () => {
    await cache.close();
    await rm(root, { recursive: true });
  });

  const bars = async (
    symbol: string,
    range: { readonly from: string; readonly to: string },
    adjust: AdjustMode,
    timeframe: Timeframe = '1d',
  ): Promise<BarTable> => {
    const table = await cache.load({
      ...range,
      symbols: [symbol],
      kind: 'bar',
      timeframe,
      adjust,
      extendedHours: false,
    });
    if (table.kind !== 'bar') throw new Error('bars were asked for');
    return table;
  };

  // JSON of the reference writes NaN, which is none.
  const text = (): string => readFileSync(referenceData('metrics/real_series_metrics.json'), 'utf8');
  const references = (): readonly Reference[] => JSON.parse(text().replaceAll('NaN', 'null')).results;

  it.each(SYMBOLS)('of %s give the figures that empyrical has of the same returns', async (symbol) => {
    const reference = references().find((one) => one.symbol === symbol);
    if (reference === undefined) throw new Error('there is a reference of the symbol');
    const table = await bars(symbol, { from: reference.first, to: reference.last }, 'all');
    const figures = figuresOf(returnsOf(table));
    expect(figures['n_returns']).toBe(reference.metrics['n_returns']);
    for (const [name, value] of Object.entries(figures)) {
      // Adjusted prices have eight decimals: of the ten cents of the oldest closes, eight digits hold.
      const expected = reference.metrics[name] ?? Number.NaN;
      expect(Math.abs(value - expected), name).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
    }
  });

  it.each([
    ['1m', '2013-10-07', '2013-10-11', 8_646_266],
    ['1h', '2013-10-07', '2013-10-11', 8_646_266],
    ['1d', '2013-10-08', '2013-10-17', 8_646_266],
    ['1h', '2021-03-01', '2021-03-03', 9_967_360],
  ] as const)('of SPY in %s bars from %s to %s are scaled as the backtests of LEAN say', async (...row) => {
    const [timeframe, from, to, scale] = row;
    const raw = await bars('SPY', { from, to }, 'raw', timeframe);
    const adjusted = await bars('SPY', { from, to }, 'all', timeframe);
    expect(raw.length).toBeGreaterThan(0);
    // Raw prices are whole ten-thousandths of dollars, the scale has seven decimals: half a step is off at most.
    for (let at = 0; at < raw.length; at++) {
      expect(Math.abs((adjusted.close[at] ?? 0) - ((raw.close[at] ?? 0) * scale) / 100_000)).toBeLessThanOrEqual(0.5);
    }
  });

  it.each(['aapl', 'ibm', 'spy'])('come out the same for %s from its splits and dividends alone', async (symbol) => {
    const factors = (await cache.factors(symbol)) ?? [];
    const range = { from: '1998-01-02', to: '2021-03-31' };
    const raw = await bars(symbol, range, 'raw');
    const actions: SourceCorporateAction[] = [];
    for (const { exDate, closeOn, split, paidShare } of factorActions(factors, range.from, range.to)) {
      // Factors of seven decimals miss whole ratios by a little.
      const ratio = split === undefined ? undefined : { to: Math.round(split.to), from: split.from };
      if (ratio !== undefined) actions.push({ kind: 'split', symbol, exDate, ratio });
      const close = (await bars(symbol, { from: closeOn, to: closeOn }, 'raw')).close[0] ?? 0;
      const dividend = dividendOf(close, paidShare);
      const cash = formatDecimal(dividend, RAW_PRICE_SCALE);
      if (dividend > 0) actions.push({ kind: 'dividend', symbol, exDate, cash });
    }
    expect(actions.length).toBeGreaterThan(30);
    const own = createHistoricalCache(join(root, `of-${symbol}`));
    try {
      await own.merge(symbol, raw);
      await own.putActions(symbol, actions, { from: '1998-01-01', to: '2026-01-01' });
      const query = { ...range, symbols: [symbol], kind: 'bar', timeframe: '1d', extendedHours: false } as const;
      const ours = await own.load({ ...query, adjust: 'all' });
      if (ours.kind !== 'bar') throw new Error('bars were asked for');
      const last = factors.find(({ until }) => until >= range.to) ?? { priceFactor: FACTOR_SCALE };
      const theirs = await bars(symbol, range, 'all');
      // What was paid after the last date here scales all of theirs; their factors are rounded to seven decimals.
      const later = last.priceFactor / FACTOR_SCALE;
      for (let at = 0; at < ours.length; at++) {
        const ratio = ((ours.close[at] ?? 0) * later) / (theirs.close[at] ?? 1);
        expect(Math.abs(ratio - 1), `row ${at}`).toBeLessThan(5e-5);
      }
    } finally {
      await own.close();
    }
  });
});

function returnsOf(table: BarTable): readonly number[] {
  const returns: number[] = [];
  for (let row = 1; row < table.length; row++) returns.push((table.close[row] ?? 0) / (table.close[row - 1] ?? 1) - 1);
  return returns;
}

/** Some figures of empyrical, as its documentation defines them. */
function figuresOf(returns: readonly number[]): Readonly<Record<string, number>> {
  const count = returns.length;
  const mean = returns.reduce((sum, one) => sum + one, 0) / count;
  const moment = (power: number): number => returns.reduce((sum, one) => sum + (one - mean) ** power, 0) / count;
  const deviation = Math.sqrt((moment(2) * count) / (count - 1));
  let wealth = 1;
  let peak = 1;
  let drawdown = 0;
  for (const one of returns) {
    wealth *= 1 + one;
    peak = Math.max(peak, wealth);
    drawdown = Math.min(drawdown, wealth / peak - 1);
  }
  const downside = Math.sqrt(returns.reduce((sum, one) => sum + Math.min(one, 0) ** 2, 0) / count) * Math.sqrt(252);
  const annual = wealth ** (252 / count) - 1;
  return {
    n_returns: count,
    cum_return: wealth - 1,
    annual_return: annual,
    annual_volatility: deviation * Math.sqrt(252),
    sharpe: (mean / deviation) * Math.sqrt(252),
    downside_risk: downside,
    sortino: (mean * 252) / downside,
    max_drawdown: drawdown,
    calmar: annual / Math.abs(drawdown),
    value_at_risk_5: percentile(returns, 0.05),
    mean,
    std_ddof1: deviation,
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const [below = 0, above = 0] = [sorted[low], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - low);
}
