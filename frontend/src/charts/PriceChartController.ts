/**
 * Candles, volume and VWAP of one series with fills and working orders on them: the one place that speaks to the
 * chart library about prices. Times are New York's clock, so the axis breaks at New York's midnight.
 */
import { CandlestickSeries, HistogramSeries, LineSeries, createChart } from 'lightweight-charts';
import type { IChartApi, ISeriesApi, MouseEventParams, Time } from 'lightweight-charts';
import type { FillView, OrderView, PositionView } from '../../../src/contracts/index.js';
import { toChartSeconds } from '../format/easternTime.js';
import type { BarSeries } from '../stores/BarSeriesStore.js';
import { chartOptions, readColors } from './chartTheme.js';
import type { ChartColors } from './chartTheme.js';
import { PriceChartOverlays } from './PriceChartOverlays.js';
import { SessionShading } from './sessionShading.js';

/** The bar under the cursor, or the last one; prices in dollars, for drawing. */
export interface LegendBar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number | null;
}

/** What the chart tells its owner. */
export interface PriceChartEvents {
  readonly onLegend: (bar: LegendBar | undefined) => void;
  readonly onFillClick: (fillId: string) => void;
  /** The left edge came near the first bar. */
  readonly onNeedEarlier: () => void;
}

/** How far from the first bar earlier ones are asked for. */
const EARLIER_WITHIN = 30;
const REGULAR = 1;
/** Pixels per bar, and empty bars at the right. */
const USUAL_BAR = 7;
const WIDEST_BAR = 14;
const RIGHT_OFFSET = 8;

/** A chart in an element. */
export class PriceChartController {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #volume: ISeriesApi<'Histogram'>;
  readonly #vwap: ISeriesApi<'Line'>;
  readonly #overlays: PriceChartOverlays;
  readonly #shading = new SessionShading();
  readonly #events: PriceChartEvents;
  #colors: ChartColors;
  #series: BarSeries | undefined;
  /** Indices into the series of the bars that are drawn; all of them unless extended hours are left out. */
  #drawn: number[] = [];
  #extendedHours: boolean;
  #hovered: number | undefined;

  constructor(element: HTMLElement, extendedHours: boolean, events: PriceChartEvents) {
    this.#events = events;
    this.#extendedHours = extendedHours;
    this.#colors = readColors();
    this.#chart = createChart(element, chartOptions(this.#colors));
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.#chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.#candles = this.#chart.addSeries(CandlestickSeries, { borderVisible: false });
    this.#chart.priceScale('right').applyOptions({ scaleMargins: { top: 0.1, bottom: 0.2 } });
    this.#vwap = this.#chart.addSeries(LineSeries, {
      lineWidth: 1,
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
      // A far average must not press the candles flat.
      autoscaleInfoProvider: () => null,
    });
    this.#overlays = new PriceChartOverlays(this.#candles, this.#colors, (micros) => this.#barAt(micros));
    this.#candles.attachPrimitive(this.#shading);
    this.#chart.timeScale().applyOptions({ barSpacing: USUAL_BAR, rightOffset: RIGHT_OFFSET });
    this.#chart.subscribeCrosshairMove((event) => this.#hover(event));
    this.#chart.subscribeClick((event) => this.#click(event));
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range !== null && range.from < EARLIER_WITHIN && this.#drawn.length > 0) events.onNeedEarlier();
    });
    this.paint();
  }

  /** Takes the colours of the current theme. */
  paint(): void {
    this.#colors = readColors();
    const { gain, loss, warn } = this.#colors;
    this.#chart.applyOptions(chartOptions(this.#colors));
    this.#candles.applyOptions({ upColor: gain, downColor: loss, wickUpColor: gain, wickDownColor: loss });
    this.#vwap.applyOptions({ color: warn });
    this.#redraw();
    this.#overlays.paint(this.#colors);
  }

  /** Shows on the time axis what the timeframe tells apart: seconds, minutes or days. */
  setTimeframe(timeframe: string): void {
    const timeVisible = !timeframe.endsWith('d');
    this.#chart.timeScale().applyOptions({ timeVisible, secondsVisible: timeframe.endsWith('s') });
  }

  /** Draws premarket and after hours, or leaves them out. */
  setExtendedHours(extendedHours: boolean): void {
    if (this.#extendedHours === extendedHours) return;
    this.#extendedHours = extendedHours;
    this.#redraw();
    this.#overlays.drawFills();
  }

  /** Takes a series of which the bars from index `from` on changed; bars grow in place. */
  setBars(series: BarSeries, from: number): void {
    const isNew = this.#series === undefined || this.#drawn.length === 0;
    this.#series = series;
    const lastDrawn = this.#drawn.at(-1) ?? -1;
    const before = this.#drawn.length;
    // The library can only change the last bar and append; everything else needs the whole series again.
    if (from < lastDrawn || isNew) this.#redraw();
    else this.#extend(series, from, lastDrawn);
    if (isNew) this.#showLatest();
    if (this.#drawn.length !== before) this.#overlays.drawFills();
    this.#tellLegend();
  }

  /** Takes away all bars: another series follows. */
  clear(): void {
    this.#series = undefined;
    this.#redraw();
    this.#overlays.drawFills();
    this.#events.onLegend(undefined);
  }

  /** Marks fills of the symbol. */
  setFills(fills: readonly FillView[]): void {
    this.#overlays.setFills(fills);
  }

  /** Draws working orders of the symbol at their price. */
  setOrders(orders: readonly OrderView[]): void {
    this.#overlays.setOrders(orders);
  }

  /** Draws the average prices of open positions in the symbol. */
  setPositions(positions: readonly PositionView[]): void {
    this.#overlays.setPositions(positions);
  }

  /** Takes the chart away. */
  destroy(): void {
    this.#chart.remove();
  }

  /** Shows the newest bars; few bars are drawn wider, so that a young day does not hide in a corner. */
  #showLatest(): void {
    const timeScale = this.#chart.timeScale();
    const fitting = timeScale.width() / (this.#drawn.length + 2 * RIGHT_OFFSET);
    timeScale.applyOptions({ barSpacing: Math.min(WIDEST_BAR, Math.max(USUAL_BAR, fitting)) });
    timeScale.scrollToRealTime();
  }

  #isDrawn(series: BarSeries, index: number): boolean {
    return this.#extendedHours || series.phase[index] === REGULAR;
  }

  #redraw(): void {
    const series = this.#series;
    this.#drawn = series === undefined ? [] : [...series.time.keys()].filter((index) => this.#isDrawn(series, index));
    const bars = series === undefined ? [] : this.#drawn.map((index) => this.#barOf(series, index));
    this.#candles.setData(bars.map(({ candle }) => candle));
    this.#volume.setData(bars.map(({ volume }) => volume));
    this.#vwap.setData(bars.map(({ vwap }) => vwap));
    this.#shade();
  }

  #extend(series: BarSeries, from: number, lastDrawn: number): void {
    for (let index = Math.max(from, lastDrawn); index < series.time.length; index++) {
      if (!this.#isDrawn(series, index)) continue;
      if (index > lastDrawn) this.#drawn.push(index);
      const { candle, volume, vwap } = this.#barOf(series, index);
      this.#candles.update(candle);
      this.#volume.update(volume);
      this.#vwap.update(vwap);
    }
    this.#shade();
  }

  #shade(): void {
    const series = this.#series;
    const phases = series === undefined ? [] : this.#drawn.map((index) => series.phase[index] ?? REGULAR);
    this.#shading.update(phases, `${this.#colors.lineStrong}48`);
  }

  #barOf(series: BarSeries, index: number) {
    const time = chartTime(series.time[index] ?? 0);
    const open = series.open[index] ?? 0;
    const close = series.close[index] ?? 0;
    const vwap = series.vwap[index] ?? null;
    const color = `${close >= open ? this.#colors.gain : this.#colors.loss}55`;
    return {
      candle: { time, open, high: series.high[index] ?? 0, low: series.low[index] ?? 0, close },
      volume: { time, value: series.volume[index] ?? 0, color },
      vwap: vwap === null ? { time } : { time, value: vwap },
    };
  }

  /** Time of the drawn bar that covers `micros`; undefined before the first. */
  #barAt(micros: number): Time | undefined {
    const series = this.#series;
    if (series === undefined) return undefined;
    let low = 0;
    let high = this.#drawn.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((series.time[this.#drawn[middle] ?? 0] ?? 0) <= micros) low = middle + 1;
      else high = middle;
    }
    const index = this.#drawn[low - 1];
    return index === undefined ? undefined : chartTime(series.time[index] ?? 0);
  }

  #hover(event: MouseEventParams<Time>): void {
    this.#hovered = event.logical === undefined || event.point === undefined ? undefined : event.logical;
    this.#chart.chartElement().style.cursor = this.#fillOf(event) === undefined ? '' : 'pointer';
    this.#tellLegend();
  }

  #click(event: MouseEventParams<Time>): void {
    const fillId = this.#fillOf(event);
    if (fillId !== undefined) this.#events.onFillClick(fillId);
  }

  #fillOf(event: MouseEventParams<Time>): string | undefined {
    const id = event.hoveredObjectId;
    return typeof id === 'string' && this.#overlays.hasFill(id) ? id : undefined;
  }

  #tellLegend(): void {
    const series = this.#series;
    const index = this.#drawn[this.#hovered ?? this.#drawn.length - 1] ?? this.#drawn.at(-1);
    if (series === undefined || index === undefined) return this.#events.onLegend(undefined);
    this.#events.onLegend({
      time: series.time[index] ?? 0,
      open: series.open[index] ?? 0,
      high: series.high[index] ?? 0,
      low: series.low[index] ?? 0,
      close: series.close[index] ?? 0,
      volume: series.volume[index] ?? 0,
      vwap: series.vwap[index] ?? null,
    });
  }
}

function chartTime(micros: number): Time {
  // The library brands whole seconds as its time type.
  return toChartSeconds(micros) as Time;
}
