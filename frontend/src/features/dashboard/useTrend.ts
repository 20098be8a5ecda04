/** Recent prices of a symbol for its sparkline: five-minute closes fetched once, then sampled from the quotes. */
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Bars, QuoteView } from '../../../../src/contracts/index.js';
import { useApi } from '../../app/TradingContext.js';

const COUNT = 60;
const SAMPLE_EVERY_MICROS = 300_000_000;
const NONE: readonly number[] = [];

interface Samples {
  readonly seed: Bars | undefined;
  readonly values: readonly number[];
  readonly sampledAt: number;
}

/** Prices oldest first, at most {@link COUNT}; a new list only when a sample was added. */
export function useTrend(symbol: string, quote: QuoteView | undefined): readonly number[] {
  const api = useApi();
  const { data: seed } = useQuery({
    queryKey: ['trend', symbol],
    queryFn: () => api.call('bars', { query: { symbol, timeframe: '5m', limit: String(COUNT) } }),
    staleTime: Infinity,
    retry: false,
  });
  const samples = useRef<Samples>({ seed: undefined, values: NONE, sampledAt: 0 });
  if (samples.current.seed !== seed) {
    samples.current = { seed, values: seed?.close ?? NONE, sampledAt: seed?.time.at(-1) ?? 0 };
  }
  const { values, sampledAt } = samples.current;
  if (quote?.last != null && quote.time - sampledAt >= SAMPLE_EVERY_MICROS) {
    samples.current = { seed, values: [...values, Number(quote.last)].slice(-COUNT), sampledAt: quote.time };
  }
  return samples.current.values;
}
