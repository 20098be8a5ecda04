/** Shades the bars outside regular hours behind the candles. */
import type { ISeriesPrimitive, IPrimitivePaneView, SeriesAttachedParameter, Time, Logical } from 'lightweight-charts';

/** Phase of a bar on the wire: 0 premarket, 1 regular, 2 after hours. */
const REGULAR = 1;

type DrawTarget = Parameters<NonNullable<ReturnType<IPrimitivePaneView['renderer']>>['draw']>[0];

/** A primitive of the chart library; `phases` are those of the bars in the chart, by index. */
export class SessionShading implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | undefined;
  #phases: readonly number[] = [];
  #color = 'transparent';
  readonly #view: IPrimitivePaneView = {
    zOrder: () => 'bottom',
    renderer: () => ({ draw: () => undefined, drawBackground: (target) => this.#draw(target) }),
  };

  /** Takes the phases of all bars and the colour of the shade. */
  update(phases: readonly number[], color: string): void {
    this.#phases = phases;
    this.#color = color;
    this.#attached?.requestUpdate();
  }

  attached(parameters: SeriesAttachedParameter<Time>): void {
    this.#attached = parameters;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#view];
  }

  #draw(target: DrawTarget): void {
    const timeScale = this.#attached?.chart.timeScale();
    const range = timeScale?.getVisibleLogicalRange();
    if (timeScale === undefined || range === null || range === undefined) return;
    const first = Math.max(0, Math.floor(range.from));
    const last = Math.min(this.#phases.length - 1, Math.ceil(range.to));
    const half = timeScale.options().barSpacing / 2;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio }) => {
      context.fillStyle = this.#color;
      let start = -1;
      for (let index = first; index <= last + 1; index++) {
        const shaded = index <= last && this.#phases[index] !== REGULAR;
        if (shaded && start < 0) start = index;
        if (shaded || start < 0) continue;
        // The library knows coordinates of whole indices only: the middles of bars.
        const left = timeScale.logicalToCoordinate(logical(start));
        const right = timeScale.logicalToCoordinate(logical(index - 1));
        start = -1;
        if (left === null || right === null) continue;
        const x = Math.round((left - half) * horizontalPixelRatio);
        const width = Math.round((right + half) * horizontalPixelRatio) - x;
        context.fillRect(x, 0, width, bitmapSize.height);
      }
    });
  }
}

function logical(index: number): Logical {
  // The library brands indices of bars as a type of its own.
  return index as Logical;
}
