/** The chart of a symbol with its legend, fills and working orders. */
import { useEffect, useRef, useState } from 'react';
import type { FillView, OrderView, PositionView, Topic } from '../../../src/contracts/index.js';
import { useApi, useLiveStore, useTopic } from '../app/TradingContext.js';
import { signTone } from '../components/figures.js';
import { formatCompact, formatPercent } from '../format/decimal.js';
import { formatDate, formatTime } from '../format/easternTime.js';
import { settings } from '../stores/settings.js';
import { ChartNotice } from './ChartNotice.js';
import { PriceChartController } from './PriceChartController.js';
import type { LegendBar } from './PriceChartController.js';
import { timeframeSchema } from '../../../src/contracts/index.js';

/** What the chart takes. `fills` and `orders` are those of the symbol; the latter the working ones. */
export interface PriceChartProps {
  readonly symbol: string;
  readonly timeframe: string;
  readonly extendedHours: boolean;
  readonly fills: readonly FillView[];
  readonly orders: readonly OrderView[];
  /** Open positions in the symbol: their average prices are drawn. */
  readonly positions: readonly PositionView[];
  readonly onFillClick: (fillId: string) => void;
}

const EARLIER_COUNT = '1000';

/** The chart. Its parent gives the height. */
export function PriceChart({
  symbol,
  timeframe,
  extendedHours,
  fills,
  orders,
  positions,
  onFillClick,
}: PriceChartProps) {
  const topic: Topic = `bars:${symbol}:${timeframe}`;
  useTopic(topic);
  const live = useLiveStore();
  const loadEarlier = useEarlierBars(topic, symbol, timeframe);
  const element = useRef<HTMLDivElement>(null);
  const controller = useRef<PriceChartController>(undefined);
  const [legend, setLegend] = useState<LegendBar>();
  /** The topic of which a snapshot has come; it may be empty. */
  const [loadedTopic, setLoadedTopic] = useState<string>();
  const latest = useRef({ onFillClick, loadEarlier, positions });
  latest.current = { onFillClick, loadEarlier, positions };

  useEffect(() => {
    if (element.current === null) return undefined;
    const made = new PriceChartController(element.current, settings.getState().extendedHours, {
      onLegend: setLegend,
      onFillClick: (fillId) => latest.current.onFillClick(fillId),
      onNeedEarlier: () => latest.current.loadEarlier(),
    });
    controller.current = made;
    const end = settings.subscribe(() => made.paint());
    return () => {
      end();
      made.destroy();
      controller.current = undefined;
    };
  }, []);

  useEffect(() => {
    controller.current?.setTimeframe(timeframe);
    const end = live.bars.watch(topic, (series, from) => {
      setLoadedTopic(topic);
      controller.current?.setBars(series, from);
    });
    return () => {
      end();
      controller.current?.clear();
    };
  }, [live, topic, timeframe]);
  useEffect(() => controller.current?.setExtendedHours(extendedHours), [extendedHours]);
  useEffect(() => controller.current?.setFills(fills), [fills]);
  useEffect(() => controller.current?.setOrders(orders), [orders]);
  const averages = positions.map(({ averagePrice, quantity }) => `${averagePrice} ${quantity}`).join();
  // Marks change all the time, averages only with a fill.
  useEffect(() => controller.current?.setPositions(latest.current.positions), [averages]);

  return (
    <div className="relative isolate h-full w-full">
      <div ref={element} role="img" aria-label={`Chart of ${symbol}, bars of ${timeframe}`} className="h-full w-full" />
      <Legend bar={legend} isDaily={timeframe.endsWith('d')} />
      {legend === undefined && (
        <p
          role="status"
          className="pointer-events-none absolute inset-0 z-10 flex items-center justify-center text-muted"
        >
          {loadedTopic === topic ? `There are no bars of ${timeframe} yet.` : `Loading bars of ${symbol}…`}
        </p>
      )}
      <ChartNotice />
    </div>
  );
}

/** Fetches bars before the first one, one request at a time, until there are none. */
function useEarlierBars(topic: string, symbol: string, timeframe: string): () => void {
  const api = useApi();
  const live = useLiveStore();
  const state = useRef({ topic: '', loading: false, exhausted: false });
  return () => {
    if (state.current.topic !== topic) state.current = { topic, loading: false, exhausted: false };
    const current = state.current;
    const first = live.bars.get(topic)?.time[0];
    const parsed = timeframeSchema.safeParse(timeframe);
    if (current.loading || current.exhausted || first === undefined || !parsed.success) return;
    current.loading = true;
    api
      .call('bars', { query: { symbol, timeframe: parsed.data, limit: EARLIER_COUNT, before: String(first) } })
      .then((bars) => {
        current.exhausted = bars.time.every((time) => time >= first);
        live.bars.prepend(topic, bars);
      })
      // Without earlier bars the chart is as good as before; the next scroll asks again.
      .catch(() => undefined)
      .finally(() => {
        current.loading = false;
      });
  };
}

function Legend({ bar, isDaily }: { readonly bar: LegendBar | undefined; readonly isDaily: boolean }) {
  if (bar === undefined) return null;
  const change = bar.open === 0 ? 0 : bar.close / bar.open - 1;
  const tone = signTone(bar.close - bar.open);
  const figures = [
    ['O', bar.open],
    ['H', bar.high],
    ['L', bar.low],
    ['C', bar.close],
  ] as const;
  return (
    <div className="pointer-events-none absolute top-2 right-20 left-3 z-10 flex flex-wrap gap-x-2.5 text-xs text-muted">
      <span>{isDaily ? formatDate(bar.time) : formatTime(bar.time)}</span>
      {figures.map(([name, price]) => (
        <span key={name}>
          {name} <span className={tone}>{price.toFixed(price < 1 ? 4 : 2)}</span>
        </span>
      ))}
      <span className={tone}>{formatPercent(change)}</span>
      <span>
        Vol <span className="text-ink">{formatCompact(bar.volume)}</span>
      </span>
      {bar.vwap !== null && (
        <span>
          VWAP <span className="text-warn">{bar.vwap.toFixed(2)}</span>
        </span>
      )}
    </div>
  );
}
