/**
 * A band between two curves behind the line of a series: filled, with the lower edge dashed and the upper one dotted,
 * so that they are told apart without colour. The scale makes room for it.
 */
import type {
  AutoscaleInfo,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  PrimitivePaneViewZOrder,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';

/** One point of the band; both values in dollars. */
export interface BandPoint {
  readonly time: Time;
  readonly strict: number;
  readonly optimistic: number;
}

/** Colours with six hexadecimal digits. */
export interface BandColors {
  readonly fill: string;
  readonly edge: string;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];
interface Placed {
  readonly x: number;
  readonly strict: number;
  readonly optimistic: number;
}

const EDGE_WIDTH = 1;
const STRICT_DASH = [4, 3];
const OPTIMISTIC_DASH = [1, 2];
const FILL_ALPHA = '2e';

/** See the module header. */
export class BandPrimitive implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | undefined;
  #points: readonly BandPoint[] = [];
  #colors: BandColors = { fill: '#000000', edge: '#000000' };
  readonly #view: IPrimitivePaneView = {
    zOrder: (): PrimitivePaneViewZOrder => 'bottom',
    renderer: () => ({ draw: (target) => this.#draw(target) }),
  };

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#view];
  }

  autoscaleInfo(_from: Logical, _to: Logical): AutoscaleInfo | null {
    let minValue = Infinity;
    let maxValue = -Infinity;
    for (const { strict, optimistic } of this.#points) {
      minValue = Math.min(minValue, strict, optimistic);
      maxValue = Math.max(maxValue, strict, optimistic);
    }
    return minValue === Infinity ? null : { priceRange: { minValue, maxValue } };
  }

  setPoints(points: readonly BandPoint[]): void {
    this.#points = points;
    this.#attached?.requestUpdate();
  }

  setColors(colors: BandColors): void {
    this.#colors = colors;
    this.#attached?.requestUpdate();
  }

  #place(): Placed[] {
    const attached = this.#attached;
    if (attached === undefined) return [];
    const scale = attached.chart.timeScale();
    const placed: Placed[] = [];
    for (const point of this.#points) {
      const x = scale.timeToCoordinate(point.time);
      const strict = attached.series.priceToCoordinate(point.strict);
      const optimistic = attached.series.priceToCoordinate(point.optimistic);
      if (x !== null && strict !== null && optimistic !== null) placed.push({ x, strict, optimistic });
    }
    return placed;
  }

  #draw(target: Target): void {
    const points = this.#place();
    if (points.length < 2) return;
    target.useMediaCoordinateSpace(({ context }) => {
      context.save();
      context.beginPath();
      for (const { x, optimistic } of points) context.lineTo(x, optimistic);
      for (const { x, strict } of points.toReversed()) context.lineTo(x, strict);
      context.closePath();
      context.fillStyle = `${this.#colors.fill}${FILL_ALPHA}`;
      context.fill();
      context.strokeStyle = this.#colors.edge;
      context.lineWidth = EDGE_WIDTH;
      for (const [edge, dash] of [
        ['strict', STRICT_DASH],
        ['optimistic', OPTIMISTIC_DASH],
      ] as const) {
        context.setLineDash(dash);
        context.beginPath();
        for (const point of points) context.lineTo(point.x, point[edge]);
        context.stroke();
      }
      context.restore();
    });
  }
}
