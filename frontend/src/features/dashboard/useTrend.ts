/** Recent prices of a symbol for its sparkline, with the closes of earlier bars fetched once per session. */
import { useQuery } from '@tanstack/react-query';
import { useApi, useLiveStore } from '../../app/TradingContext.js';
import { TREND_LENGTH } from '../../stores/TrendStore.js';

/** Prices oldest first. Read anew at each render, which every quote of the symbol causes. */
export function useTrend(symbol: string): readonly number[] {
  const api = useApi();
  const live = useLiveStore();
  useQuery({
    queryKey: ['trend', symbol],
    queryFn: async () => {
      live.trends.addEarlier(
        await api.call('bars', { query: { symbol, timeframe: '5m', limit: String(TREND_LENGTH) } }),
      );
      return true;
    },
    staleTime: Infinity,
    gcTime: Infinity,
    retry: false,
  });
  return live.trends.get(symbol);
}
