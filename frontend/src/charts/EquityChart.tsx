/**
 * The equity curve: above the day's start in the colour of gain, below in that of loss; behind it the band between
 * strict and optimistic fills, and where asked its falls below the peak in a pane of their own.
 */
import { BaselineSeries, LineStyle, createChart } from 'lightweight-charts';
import type { AutoscaleInfo, IChartApi, ISeriesApi, Time } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { EquityCurve, ScenarioCurve } from '../../../src/contracts/index.js';
import { settings } from '../stores/settings.js';
import { bandPoints } from './bandPoints.js';
import { BandPrimitive } from './BandPrimitive.js';
import type { BandPoint } from './BandPrimitive.js';
import { ChartNotice } from './ChartNotice.js';
import { chartOptions, readColors } from './chartTheme.js';
import { drawdownPoints, equityPoints } from './equityPoints.js';
import type { EquityPoint } from './equityPoints.js';

/** What the chart takes; `base` is the equity that parts gain from loss, and that falls are measured from at first. */
export interface EquityChartProps {
  readonly curve: EquityCurve;
  readonly base: number;
  /** Absent where nothing follows the session under other fills. */
  readonly scenarios?: ScenarioCurve | undefined;
  /** Whether the falls below the peak are drawn under the curve. Never changes. */
  readonly withDrawdown?: boolean;
}

class EquityController {
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<'Baseline'>;
  readonly #band = new BandPrimitive();
  readonly #falls: ISeriesApi<'Baseline'> | undefined;
  #firstTime: Time | undefined;
  #count = 0;
  #base = NaN;

  constructor(element: HTMLElement, withDrawdown: boolean) {
    this.#chart = createChart(element, chartOptions(readColors()));
    this.#series = this.#chart.addSeries(BaselineSeries, {
      lineWidth: 2,
      priceFormat: { type: 'custom', minMove: 1, formatter: dollars },
      lastValueVisible: true,
      priceLineStyle: LineStyle.Dotted,
      crosshairMarkerRadius: 3,
    });
    this.#series.attachPrimitive(this.#band);
    this.#falls = withDrawdown ? addFalls(this.#chart) : undefined;
    this.#chart.applyOptions({
      timeScale: { timeVisible: true },
      handleScroll: false,
      handleScale: false,
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
    this.#falls?.applyOptions({
      topLineColor: colors.loss,
      bottomLineColor: colors.loss,
      bottomFillColor1: `${colors.loss}18`,
      bottomFillColor2: `${colors.loss}50`,
    });
    this.#band.setColors({ fill: colors.accent, edge: colors.accent });
  }

  drawBand(points: readonly BandPoint[]): void {
    this.#band.setPoints(points);
  }

  draw(points: readonly EquityPoint[], base: number): void {
    this.#series.applyOptions({ baseValue: { type: 'price', price: base } });
    const first = points[0]?.time;
    const falls = this.#falls === undefined ? [] : drawdownPoints(points, base);
    const goesOn = first === this.#firstTime && base === this.#base;
    if (goesOn && points.length >= this.#count && this.#count > 0) {
      for (const point of points.slice(this.#count - 1)) this.#series.update(point);
      // Falls may begin later than the curve, and end with it.
      const from = Math.max(0, this.#count - 1 - (points.length - falls.length));
      for (const point of falls.slice(from)) this.#falls?.update(point);
    } else {
      this.#series.setData([...points]);
      this.#falls?.setData(falls);
    }
    this.#firstTime = first;
    this.#base = base;
    this.#count = points.length;
    this.#chart.timeScale().fitContent();
  }

  destroy(): void {
    this.#chart.remove();
  }
}

const dollars = (price: number): string => `$${price.toLocaleString('en-US', { maximumFractionDigits: 0 })}`;

/** The falls in a pane below, a third as high as the curve. */
function addFalls(chart: IChartApi): ISeriesApi<'Baseline'> {
  const series = chart.addSeries(
    BaselineSeries,
    {
      baseValue: { type: 'price', price: 0 },
      lineWidth: 1,
      priceFormat: { type: 'custom', minMove: 0.0001, formatter: (fall: number) => `${(fall * 100).toFixed(2)}%` },
      lastValueVisible: true,
      priceLineVisible: false,
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => {
        const info = original();
        return info === null
          ? null
          : { ...info, priceRange: { minValue: info.priceRange?.minValue ?? 0, maxValue: 0 } };
      },
    },
    1,
  );
  chart.panes()[0]?.setStretchFactor(3);
  chart.panes()[1]?.setStretchFactor(1);
  return series;
}

/** The equity curve. Its parent gives the height. */
export function EquityChart({ curve, base, scenarios, withDrawdown = false }: EquityChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const controller = useRef<EquityController>(undefined);
  useEffect(() => {
    if (element.current === null) return undefined;
    const made = new EquityController(element.current, withDrawdown);
    controller.current = made;
    const end = settings.subscribe(() => made.paint());
    return () => {
      end();
      made.destroy();
      controller.current = undefined;
    };
  }, [withDrawdown]);
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
