/** What lies over the candles: fills at their bars, working orders and average prices as lines. */
import { LineStyle, createSeriesMarkers } from 'lightweight-charts';
import type { IPriceLine, ISeriesApi, ISeriesMarkersPluginApi, SeriesMarker, Time } from 'lightweight-charts';
import type { FillView, OrderView, PositionView } from '../../../src/contracts/index.js';
import { formatPrice, formatShares } from '../format/decimal.js';
import type { ChartColors } from './chartTheme.js';

/** Fills, orders and positions of one symbol on its candles. */
export class PriceChartOverlays {
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  /** Time of the drawn bar that covers a moment; undefined before the first. */
  readonly #barAt: (micros: number) => Time | undefined;
  #colors: ChartColors;
  #fills: readonly FillView[] = [];
  #orders: readonly OrderView[] = [];
  #orderLines: IPriceLine[] = [];
  #positions: readonly PositionView[] = [];
  #positionLines: IPriceLine[] = [];

  constructor(candles: ISeriesApi<'Candlestick'>, colors: ChartColors, barAt: (micros: number) => Time | undefined) {
    this.#candles = candles;
    this.#colors = colors;
    this.#barAt = barAt;
    this.#markers = createSeriesMarkers(candles, []);
  }

  /** Draws everything anew in other colours. */
  paint(colors: ChartColors): void {
    this.#colors = colors;
    this.drawFills();
    this.#drawOrderLines();
    this.#drawPositionLines();
  }

  /** Marks fills, newest first. */
  setFills(fills: readonly FillView[]): void {
    this.#fills = fills;
    this.drawFills();
  }

  /** Draws working orders at their price. */
  setOrders(orders: readonly OrderView[]): void {
    this.#orders = orders;
    this.#drawOrderLines();
  }

  /** Draws the average prices of open positions. */
  setPositions(positions: readonly PositionView[]): void {
    this.#positions = positions;
    this.#drawPositionLines();
  }

  /** Whether a fill of this id is among the marked ones. */
  hasFill(id: string): boolean {
    return this.#fills.some((fill) => fill.id === id);
  }

  /** Draws the fills on the bars that are there now. */
  drawFills(): void {
    /** One marker per bar and side; fills come newest first, and a click opens the newest. */
    const markers = new Map<string, { readonly fill: FillView; readonly time: Time; count: number }>();
    for (const fill of this.#fills) {
      const time = this.#barAt(fill.time);
      if (time === undefined) continue;
      const key = `${Number(time)} ${fill.side}`;
      const marker = markers.get(key);
      if (marker === undefined) markers.set(key, { fill, time, count: 1 });
      else marker.count += 1;
    }
    const sorted = [...markers.values()].sort((a, b) => Number(a.time) - Number(b.time));
    this.#markers.setMarkers(sorted.map(({ fill, time, count }) => this.#markerOf(fill, time, count)));
  }

  #markerOf(fill: FillView, time: Time, count: number): SeriesMarker<Time> {
    const buys = fill.side === 'buy';
    return {
      id: fill.id,
      time,
      position: buys ? 'belowBar' : 'aboveBar',
      shape: buys ? 'arrowUp' : 'arrowDown',
      color: buys ? this.#colors.gain : this.#colors.loss,
      size: 1.4,
      ...(count > 1 ? { text: `${count} fills` } : {}),
    };
  }

  #drawOrderLines(): void {
    for (const line of this.#orderLines) this.#candles.removePriceLine(line);
    this.#orderLines = [];
    for (const order of this.#orders) {
      const price = order.limitPrice ?? order.stopPrice;
      if (price === null) continue;
      const buys = order.side === 'buy';
      this.#orderLines.push(
        this.#candles.createPriceLine({
          id: order.id,
          price: Number(price),
          color: buys ? this.#colors.gain : this.#colors.loss,
          lineWidth: 1,
          lineStyle: order.type === 'stop' ? LineStyle.SparseDotted : LineStyle.Dashed,
          axisLabelVisible: true,
          title: `${buys ? 'Buy' : 'Sell'} ${formatShares(order.quantity)} ${order.type} ${formatPrice(price)}`,
        }),
      );
    }
  }

  #drawPositionLines(): void {
    for (const line of this.#positionLines) this.#candles.removePriceLine(line);
    this.#positionLines = this.#positions.map(({ owner, quantity, averagePrice }) =>
      this.#candles.createPriceLine({
        price: Number(averagePrice),
        color: this.#colors.accent,
        lineWidth: 1,
        lineStyle: LineStyle.Dotted,
        axisLabelVisible: true,
        title: `${owner} ${formatShares(quantity, { plus: true })}`,
      }),
    );
  }
}
