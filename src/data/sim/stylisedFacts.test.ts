/**
 * The stylised facts of asset returns (Cont 2001) on the simulated market, over several seeds and days: a soak run
 * takes more of both. Returns are those of one-minute closes in regular hours; a symbol's day with a trading pause is
 * left out of the distribution and the autocorrelations, because a pause is one return of five minutes and a band.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { nextSession } from '../../calendar/sessions.js';
import { parseDate } from '../../calendar/tradingDate.js';
import { soakCount } from '../../../test/soak.js';
import { MinuteFacts } from './testing/MinuteFacts.js';
import { createSimulatedDay } from './simulatedDay.js';
import { SIM_UNIVERSE } from './simUniverse.js';

const SEEDS = Array.from({ length: soakCount(2, 6) }, (_, index) => 11 + index);
const DAYS = soakCount(2, 8);
const LAGS = Array.from({ length: 20 }, (_, index) => index + 1);
const facts = new MinuteFacts(SIM_UNIVERSE.length);

beforeAll(() => {
  for (const seed of SEEDS) {
    let date = parseDate('2026-11-23');
    let openingPrices: readonly number[] | undefined;
    for (let day = 0; day < DAYS; day += 1) {
      const market = createSimulatedDay({ seed, date, ...(openingPrices === undefined ? {} : { openingPrices }) });
      facts.read(market, date);
      openingPrices = market.prices();
      date = nextSession(date).date;
    }
  }
}, 600_000);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The fourth central moment over the square of the second, less that of the normal distribution. */
function excessKurtosis(values: readonly number[]): number {
  const middle = mean(values);
  const variance = mean(values.map((value) => (value - middle) ** 2));
  return mean(values.map((value) => (value - middle) ** 4)) / variance ** 2 - 3;
}

/** The mean over symbols' days of the autocorrelation of a function of their returns. */
function autocorrelation(lag: number, of: (value: number) => number): number {
  return mean(
    facts.quietDays().map((returns) => {
      const values = returns.map(of);
      const middle = mean(values);
      let [covariance, variance] = [0, 0];
      values.forEach((value, index) => {
        variance += (value - middle) ** 2;
        const later = values[index + lag];
        if (later !== undefined) covariance += (value - middle) * (later - middle);
      });
      return covariance / variance;
    }),
  );
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanOfA, meanOfB] = [mean(a), mean(b)];
  let [both, ofA, ofB] = [0, 0, 0];
  a.forEach((value, index) => {
    const other = (b[index] ?? 0) - meanOfB;
    both += (value - meanOfA) * other;
    ofA += (value - meanOfA) ** 2;
    ofB += other ** 2;
  });
  return both / Math.sqrt(ofA * ofB);
}

describe('stylised facts of the simulated market', () => {
  it('heavy tails: excess kurtosis of one-minute returns between 3 and 50', () => {
    const bySymbol = SIM_UNIVERSE.map((_, symbolId) => excessKurtosis(facts.quietReturns(symbolId)));
    expect(median(bySymbol)).toBeGreaterThan(3);
    expect(median(bySymbol)).toBeLessThan(50);
    const inRange = bySymbol.filter((kurtosis) => kurtosis > 3 && kurtosis < 50);
    expect(inRange.length).toBeGreaterThan(0.75 * bySymbol.length);
    // All together, each in units of its own standard deviation.
    const together = excessKurtosis(SIM_UNIVERSE.flatMap((_, symbolId) => facts.standardised(symbolId)));
    expect(together).toBeGreaterThan(3);
    expect(together).toBeLessThan(50);
  });

  it('no memory of returns: autocorrelation beyond the first lag below 0.05 in size', () => {
    for (const lag of LAGS.slice(1)) {
      expect(Math.abs(autocorrelation(lag, (value) => value)), `lag ${lag}`).toBeLessThan(0.05);
    }
  });

  it('clustered volatility: autocorrelation of absolute returns above 0.05 out to 20 lags', () => {
    for (const lag of LAGS) expect(autocorrelation(lag, Math.abs), `lag ${lag}`).toBeGreaterThan(0.05);
  });

  it('volume in a U: the first and the last half hour have at least twice that of midday', () => {
    const { first, midday, last } = facts.volume;
    expect(first / midday).toBeGreaterThan(2);
    expect(last / midday).toBeGreaterThan(2);
  });

  it('spreads are wider at the open, outside regular hours, and for thin symbols', () => {
    const spreads = SIM_UNIVERSE.map((_, symbolId) => facts.spreadOf(symbolId));
    for (const [symbolId, { early, regular, extended }] of spreads.entries()) {
      const symbol = SIM_UNIVERSE[symbolId]?.symbol;
      expect(early, `${symbol} at the open`).toBeGreaterThan(1.2 * regular);
      expect(extended, `${symbol} outside regular hours`).toBeGreaterThan(1.5 * regular);
    }
    // By turnover: the ten thinnest against the ten busiest, in parts of the price.
    const byTurnover = SIM_UNIVERSE.map(({ dailyVolume, price }, symbolId) => ({
      turnover: dailyVolume * price,
      symbolId,
    }))
      .toSorted((a, b) => a.turnover - b.turnover)
      .map(({ symbolId }) => spreads[symbolId]?.relative ?? Number.NaN);
    expect(median(byTurnover.slice(0, 10))).toBeGreaterThan(1.5 * median(byTurnover.slice(-10)));
  });

  it('companies of a sector move together more than those of different sectors', () => {
    const [within, across]: [number[], number[]] = [[], []];
    // The first is the index fund.
    for (let a = 1; a < SIM_UNIVERSE.length; a += 1) {
      for (let b = a + 1; b < SIM_UNIVERSE.length; b += 1) {
        const isSame = SIM_UNIVERSE[a]?.sector === SIM_UNIVERSE[b]?.sector;
        (isSame ? within : across).push(correlation(facts.returnsOf(a), facts.returnsOf(b)));
      }
    }
    expect(mean(across)).toBeGreaterThan(0.03);
    expect(mean(within)).toBeGreaterThan(1.5 * mean(across));
  });
});
