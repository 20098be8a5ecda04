/**
 * The equity curve: above the day's start in the colour of gain, below in that of loss; behind it the band between
 * strict and optimistic fills.
 */
import { BaselineSeries, LineStyle, createChart } from 'lightweight-charts';
import type { IChartApi, ISeriesApi, Time } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { EquityCurve, ScenarioCurve } from '../../../src/contracts/index.js';
import { settings } from '../stores/settings.js';
import { bandPoints } from './bandPoints.js';
import { BandPrimitive } from './BandPrimitive.js';
import type { BandPoint } from './BandPrimitive.js';
import { ChartNotice } from './ChartNotice.js';
import { chartOptions, readColors } from './chartTheme.js';
import { equityPoints } from './equityPoints.js';
import type { EquityPoint } from './equityPoints.js';

/** What the chart takes; `base` is the equity that parts gain from loss. */
export interface EquityChartProps {
  readonly curve: EquityCurve;
  readonly base: number;
  /** Absent where nothing follows the session under other fills. */
  readonly scenarios?: ScenarioCurve | undefined;
}

class EquityController {
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<'Baseline'>;
  readonly #band = new BandPrimitive();
  #firstTime: Time | undefined;
  #count = 0;

  constructor(element: HTMLElement) {
    this.#chart = createChart(element, chartOptions(readColors()));
    this.#series = this.#chart.addSeries(BaselineSeries, {
      lineWidth: 2,
      priceFormat: { type: 'price', precision: 0, minMove: 1 },
      lastValueVisible: true,
      priceLineStyle: LineStyle.Dotted,
      crosshairMarkerRadius: 3,
    });
    this.#series.attachPrimitive(this.#band);
    this.#chart.applyOptions({
      timeScale: { timeVisible: true },
      handleScroll: false,
      handleScale: false,
      localization: {
        priceFormatter: (price: number) => `$${price.toLocaleString('en-US', { maximumFractionDigits: 0 })}`,
      },
    });
    this.paint();
  }

  paint(): void {
    const colors = readColors();
    this.#chart.applyOptions(chartOptions(colors));
    this.#series.applyOptions({
      topLineColor: colors.gain,
      topFillColor1: `${colors.gain}38`,
      topFillColor2: `${colors.gain}05`,
      bottomLineColor: colors.loss,
      bottomFillColor1: `${colors.loss}05`,
      bottomFillColor2: `${colors.loss}38`,
    });
    this.#band.setColors({ fill: colors.accent, edge: colors.accent });
  }

  drawBand(points: readonly BandPoint[]): void {
    this.#band.setPoints(points);
  }

  draw(points: readonly EquityPoint[], base: number): void {
    this.#series.applyOptions({ baseValue: { type: 'price', price: base } });
    const first = points[0]?.time;
    if (first === this.#firstTime && points.length >= this.#count && this.#count > 0) {
      for (const point of points.slice(this.#count - 1)) this.#series.update(point);
    } else {
      this.#series.setData([...points]);
    }
    this.#firstTime = first;
    this.#count = points.length;
    this.#chart.timeScale().fitContent();
  }

  destroy(): void {
    this.#chart.remove();
  }
}

/** The equity curve. Its parent gives the height. */
export function EquityChart({ curve, base, scenarios }: EquityChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const controller = useRef<EquityController>(undefined);
  useEffect(() => {
    if (element.current === null) return undefined;
    const made = new EquityController(element.current);
    controller.current = made;
    const end = settings.subscribe(() => made.paint());
    return () => {
      end();
      made.destroy();
      controller.current = undefined;
    };
  }, []);
  useEffect(() => controller.current?.drawBand(scenarios === undefined ? [] : bandPoints(scenarios)), [scenarios]);
  useEffect(() => controller.current?.draw(equityPoints(curve), base), [curve, base]);
  const label = scenarios === undefined ? 'Equity curve' : 'Equity curve with the band of strict to optimistic fills';
  return (
    <div className="relative isolate h-full w-full">
      <div ref={element} role="img" aria-label={label} className="h-full w-full" />
      <ChartNotice />
    </div>
  );
}
