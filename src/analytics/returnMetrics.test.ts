/** Figures of returns against empyrical's own cases, and against plain second definitions. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWithReferenceData, referenceData } from '../../test/referenceData.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { TradingDate } from '../calendar/tradingDate.js';
import { aggregateReturns } from './aggregateReturns.js';
import type { ReturnPeriod } from './aggregateReturns.js';
import {
  alphaBeta,
  captureRatio,
  excessSharpe,
  informationRatio,
  trackingError,
  treynorRatio,
} from './benchmarkMetrics.js';
import {
  annualReturn,
  annualVolatility,
  calmarRatio,
  conditionalValueAtRisk,
  downsideRisk,
  excessKurtosis,
  maxDrawdown,
  omegaRatio,
  PERIODS_PER_YEAR,
  rolling,
  sharpeRatio,
  skewness,
  sortinoRatio,
  stability,
  tailRatio,
  valueAtRisk,
} from './returnMetrics.js';
import { ReturnSample } from './ReturnSample.js';
import { cumulativeReturn } from './samples.js';

interface Series {
  /** Null where they do not matter: one day after the other. */
  readonly dates: readonly string[] | null;
  readonly values: readonly (number | null)[];
}
type Value = number | string | null | undefined;
type Case = Readonly<Record<string, unknown>> & { readonly function: string; readonly expected: unknown };

interface Vectors {
  readonly series: Readonly<Record<string, Series>>;
  readonly cases: readonly Case[];
}

/** JSON as Python writes it: the file has NaN and Infinity. */
function readVectors(name: string): unknown {
  const text = readFileSync(referenceData(`metrics/${name}`), 'utf8');
  return JSON.parse(text.replaceAll(/(?<=[[:,]\s*)(-?Infinity|NaN)/g, '"$1"'));
}

const TOLERANCE = 1e-8;
/** Written with few decimals. */
const ROUNDED = new Set(['cum_returns_final', 'roll_max_drawdown']);

describeWithReferenceData('figures of returns equal empyrical’s', () => {
  const { series, cases } = readVectors('empyrical_cases.json') as Vectors;
  const long = readVectors('empyrical_long_series.json') as Readonly<Record<string, unknown>>;

  const seriesOf = (name: string): { readonly dates: readonly TradingDate[]; readonly values: number[] } => {
    const found = series[name] ?? longSeries(long, name);
    const values = found.values.map((value) => value ?? NaN);
    return { dates: found.dates?.map((date) => parseDate(date)) ?? values.map((_, index) => index), values };
  };
  const valuesOf = (of: unknown): number[] => (typeof of === 'string' ? seriesOf(of).values : (of as number[]));
  const rateOf = (of: unknown): number | number[] => (typeof of === 'string' ? seriesOf(of).values : (of as number));

  /** Both series over the dates that both have. */
  const aligned = (one: unknown, other: unknown): readonly [number[], number[]] => {
    const [left, right] = [seriesOf(String(one)), seriesOf(String(other))];
    if (left.dates.length === 0 || right.dates.length === 0) return [[], []];
    const at = new Map(right.dates.map((date, index) => [date, right.values[index] ?? NaN]));
    const kept = left.dates.flatMap((date, index) => (at.has(date) ? [index] : []));
    return [
      kept.map((index) => left.values[index] ?? NaN),
      kept.map((index) => at.get(left.dates[index] as TradingDate) ?? NaN),
    ];
  };

  const figure = (one: Case): unknown => {
    const returns = (): number[] => valuesOf(one['returns'] ?? one['returns_literal']);
    const years = PERIODS_PER_YEAR[(one['period'] ?? 'daily') as keyof typeof PERIODS_PER_YEAR];
    const benchmark = (): readonly [number[], number[]] => aligned(one['returns'], one['benchmark']);
    const factor = (): readonly [number[], number[]] => aligned(one['returns'], one['factor_returns']);
    const side = one.function.startsWith('up_') ? 'up' : one.function.startsWith('down_') ? 'down' : 'all';
    switch (one.function) {
      case 'cum_returns_final': {
        const start = Number(one['starting_value']);
        return start === 0 ? cumulativeReturn(returns()) : start * (1 + cumulativeReturn(returns()));
      }
      case 'aggregate_returns': {
        const { dates, values } = seriesOf(String(one['returns']));
        return [...aggregateReturns(dates, values, one['convert_to'] as ReturnPeriod)];
      }
      case 'max_drawdown':
        return maxDrawdown(returns());
      case 'annual_return':
      case 'cagr':
        return annualReturn(returns(), years);
      case 'annual_volatility':
        return annualVolatility(returns(), years);
      case 'calmar_ratio':
        return calmarRatio(returns(), years);
      case 'omega_ratio':
        return omegaRatio(returns(), rateOf(one['risk_free']), Number(one['required_return']), years);
      case 'sharpe_ratio':
        return sharpeRatio(returns(), rateOf(one['risk_free']), years);
      case 'downside_risk':
        return downsideRisk(returns(), rateOf(one['required_return']), years);
      case 'sortino_ratio':
        return sortinoRatio(returns(), rateOf(one['required_return']), years);
      case 'excess_sharpe':
        return excessSharpe(returns(), rateOf(one['factor_returns']));
      case 'alpha_beta':
      case 'up_alpha_beta':
      case 'down_alpha_beta': {
        const { alpha, beta } = alphaBeta(...benchmark(), { periodsPerYear: years, side });
        return [alpha, beta];
      }
      case 'alpha':
        return alphaBeta(...benchmark(), { periodsPerYear: years }).alpha;
      case 'beta':
        return alphaBeta(...benchmark(), { periodsPerYear: years }).beta;
      case 'capture':
      case 'up_capture':
      case 'down_capture':
        return captureRatio(...factor(), years, side);
      case 'up_down_capture':
        return captureRatio(...factor(), years, 'up') / captureRatio(...factor(), years, 'down');
      case 'stability_of_timeseries':
        return stability(returns());
      case 'tail_ratio':
        return tailRatio(returns());
      case 'value_at_risk':
        return valueAtRisk(returns(), Number(one['cutoff']));
      case 'roll_max_drawdown':
        return [...rolling(returns(), Number(one['window']), maxDrawdown)];
      case 'roll_sharpe_ratio':
        return [...rolling(returns(), Number(one['window']), (part) => sharpeRatio(part, 0, years))];
      default:
        return undefined;
    }
  };

  /** Not figures of returns: how prices become returns, and wealth over time. */
  const OTHER = new Set(['simple_returns', 'cum_returns']);

  it('has a place for every function', () => {
    const unknown = cases.filter((one) => !OTHER.has(one.function) && figure(one) === undefined);
    expect(unknown.map((one) => one.function)).toEqual([]);
    expect(cases.filter((one) => !OTHER.has(one.function)).length).toBeGreaterThan(120);
  });

  /** The same of returns that were added one by one; undefined for figures that are not kept that way. */
  const incremental = (one: Case): unknown => {
    const rates = [one['risk_free'], one['required_return']];
    if (rates.some((rate) => typeof rate === 'string')) return undefined;
    const periodsPerYear = PERIODS_PER_YEAR[(one['period'] ?? 'daily') as keyof typeof PERIODS_PER_YEAR];
    const [riskFree, required] = rates.map((rate) => Number(rate ?? 0)) as [number, number];
    const isOmega = one.function === 'omega_ratio';
    const sample = new ReturnSample({
      periodsPerYear,
      riskFree,
      required: isOmega ? 0 : required,
      omegaRequired: isOmega ? required : 0,
    });
    const isPair = one.function === 'alpha_beta' || one.function === 'excess_sharpe';
    const against = one['benchmark'] ?? one['factor_returns'];
    if (one.function === 'excess_sharpe' && typeof against !== 'string') return undefined;
    const [own, market] = isPair
      ? aligned(one['returns'], against)
      : [valuesOf(one['returns'] ?? one['returns_literal'] ?? []), []];
    own.forEach((value, index) => sample.add(value, market[index]));
    const figures: Readonly<Record<string, () => unknown>> = {
      max_drawdown: () => sample.maxDrawdown,
      annual_return: () => sample.annualReturn,
      cagr: () => sample.annualReturn,
      annual_volatility: () => sample.annualVolatility,
      calmar_ratio: () => sample.calmar,
      omega_ratio: () => sample.omega,
      sharpe_ratio: () => sample.sharpe,
      downside_risk: () => sample.downsideRisk,
      sortino_ratio: () => sample.sortino,
      stability_of_timeseries: () => sample.stability,
      tail_ratio: () => sample.tailRatio,
      value_at_risk: () => sample.valueAtRisk(Number(one['cutoff'])),
      excess_sharpe: () => sample.informationRatio / Math.sqrt(periodsPerYear),
      alpha_beta: () => [sample.alphaBeta.alpha, sample.alphaBeta.beta],
    };
    return figures[one.function]?.();
  };

  const told = cases.filter((one) => !OTHER.has(one.function));
  const named = (kind: string, of: (one: Case) => unknown): [string, Case, (one: Case) => unknown][] =>
    told.flatMap((one, index) => (of(one) === undefined ? [] : [[`${index} ${one.function}${kind}`, one, of]]));

  it('keeps most of them incrementally too', () => {
    expect(named('', incremental).length).toBeGreaterThan(60);
  });

  it.each([...named('', figure), ...named(', one by one', incremental)])('%s', (_, one, of) => {
    const expected = ([one.expected].flat() as Value[]).map((value) => (value === null ? NaN : Number(value)));
    const actual = [of(one)].flat() as number[];
    const toleranceOf = (wanted: number): number =>
      ROUNDED.has(one.function) ? 0.5 * 10 ** -decimalsOf(wanted) : TOLERANCE * Math.max(1, Math.abs(wanted));
    expect(actual).toHaveLength(expected.length);
    for (const [index, wanted] of expected.entries()) {
      const value = actual[index] ?? NaN;
      if (Number.isNaN(wanted) || !Number.isFinite(wanted)) expect(value).toBe(wanted);
      else expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(toleranceOf(wanted));
    }
  });
});

function decimalsOf(value: number): number {
  return String(value).split('.')[1]?.length ?? 0;
}

function longSeries(long: Readonly<Record<string, unknown>>, name: string): Series {
  const all = (long['series'] ?? long) as Readonly<Record<string, Series>>;
  const found = all[name];
  if (found === undefined) throw new Error(`there is no series ${name}`);
  return found;
}

describe('figures of returns', () => {
  const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 60 });

  it('the largest drawdown is that of the worst pair of points', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const wealth = values.reduce<number[]>((all, value) => [...all, (all.at(-1) ?? 1) * (1 + value)], [1]);
        let worst = 0;
        for (let peak = 0; peak < wealth.length; peak += 1) {
          for (let point = peak; point < wealth.length; point += 1) {
            worst = Math.min(worst, (wealth[point] ?? 0) / (wealth[peak] ?? 1) - 1);
          }
        }
        expect(maxDrawdown(values)).toBeCloseTo(worst, 10);
      }),
    );
  });

  it('the worst share is the mean of the lowest returns', () => {
    expect(conditionalValueAtRisk([0.01, -0.05, 0.02, -0.01, 0.03], 0.25)).toBeCloseTo(-0.03, 12);
    expect(conditionalValueAtRisk([0.01], 0.05)).toBe(0.01);
    expect(conditionalValueAtRisk([], 0.05)).toBeNaN();
  });

  it('figures against a benchmark are those of plain sums, at once and one by one', () => {
    const pair = fc.tuple(
      fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      fc.double({ min: -0.1, max: 0.1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(pair, { minLength: 3, maxLength: 60 }), fc.constantFrom(0, 0.0002), (pairs, riskFree) => {
        const n = pairs.length;
        const sum = (of: (own: number, market: number) => number): number =>
          pairs.reduce((total, [own, market]) => total + of(own, market), 0);
        const mean = sum((own, market) => own - market) / n;
        const error = Math.sqrt((252 * sum((own, market) => (own - market - mean) ** 2)) / (n - 1));
        const [meanOwn, meanMarket] = [sum((own) => own) / n, sum((_, market) => market) / n];
        const covariance = sum((own, market) => (own - meanOwn) * (market - meanMarket));
        const beta = covariance / sum((_, market) => (market - meanMarket) ** 2);
        // Where a divisor is next to nothing, rounding decides.
        fc.pre(error > 1e-4 && Math.abs(beta) > 1e-4 && sum((_, market) => (market - meanMarket) ** 2) > 1e-8);
        const expected = [error, (252 * mean) / error, (252 * (meanOwn - riskFree)) / beta];
        const own = pairs.map(([value]) => value);
        const market = pairs.map(([, value]) => value);
        const sample = new ReturnSample({ periodsPerYear: 252, riskFree, required: 0, omegaRequired: 0 });
        for (const [value, other] of pairs) sample.add(value, other);
        for (const figures of [
          [
            trackingError(own, market, 252),
            informationRatio(own, market, 252),
            treynorRatio(own, market, { riskFree, periodsPerYear: 252 }),
          ],
          [sample.trackingError, sample.informationRatio, sample.treynorRatio],
        ]) {
          for (const [index, value] of figures.entries()) {
            const wanted = expected[index] ?? NaN;
            expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted)));
          }
        }
      }),
    );
  });

  it('figures against a benchmark by hand', () => {
    const own = [0.02, -0.01, 0.03];
    const market = [0.01, -0.01, 0.015];
    // Differences 0.01, 0, 0.015: mean 0.025 / 3, sample variance 0.0000583333…; 4 periods a year.
    expect(trackingError(own, market, 4)).toBeCloseTo(0.015275252316519, 12);
    expect(informationRatio(own, market, 4)).toBeCloseTo(2.182178902359924, 12);
    // Beta 0.00055 ÷ 0.00035, mean own 0.04 / 3.
    expect(treynorRatio(own, market, { periodsPerYear: 4 })).toBeCloseTo((4 * 0.04) / 3 / (0.00055 / 0.00035), 12);
  });

  it('there is no ratio to a benchmark that is held, that stands still, or of too few periods', () => {
    const own = [0.01, -0.02, 0.03];
    const terms = { periodsPerYear: 252 };
    expect(trackingError(own, own, 252)).toBe(0);
    expect(informationRatio(own, own, 252)).toBeNaN();
    expect(informationRatio([0.01], [0.02], 252)).toBeNaN();
    expect(trackingError([0.01], [0.02], 252)).toBeNaN();
    expect(treynorRatio(own, [0, 0, 0], terms)).toBeNaN();
    expect(treynorRatio([0, 0, 0], own, terms)).toBeNaN();
  });

  it('returns that fall short of what is required by rounding only fall short of nothing', () => {
    const own = [0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3].map((value) => value / 1000);
    const required = (0.1 + 0.2) / 1000;
    expect(downsideRisk(own, required, 252)).toBe(0);
    expect(Number.isFinite(sortinoRatio(own, required, 252))).toBe(false);
    const sample = new ReturnSample({ periodsPerYear: 252, riskFree: required, required, omegaRequired: 0 });
    for (const value of own) sample.add(value);
    expect([sample.downsideRisk, Number.isFinite(sample.sortino)]).toEqual([0, false]);
  });

  it('skewness and kurtosis need enough returns, and are 0 for what is symmetric and flat enough', () => {
    expect(skewness([0.01, 0.02])).toBeNaN();
    expect(excessKurtosis([0.01, 0.02, 0.03])).toBeNaN();
    expect(skewness([-0.02, -0.01, 0, 0.01, 0.02])).toBeCloseTo(0, 12);
    // 1 to 5: −1.2 by the corrected definition.
    expect(excessKurtosis([1, 2, 3, 4, 5])).toBeCloseTo(-1.2, 12);
  });
});
