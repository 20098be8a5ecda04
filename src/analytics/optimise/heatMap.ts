/** The best score over two parameters as a grid, coarse enough to be seen at once. */
import type { Dimension, Point, SearchSpace } from './searchSpace.js';

/** One axis: the parameter, and what its columns or rows stand for. */
export interface HeatAxis {
  readonly name: string;
  readonly labels: readonly string[];
}

/** See the module header. */
export interface HeatMap {
  readonly x: HeatAxis;
  /** Undefined where a single parameter is searched: there is one row then. */
  readonly y: HeatAxis | undefined;
  /** Rows of `y` by columns of `x`; undefined where nothing was tried, or nothing has a score. */
  readonly cells: readonly (readonly (number | undefined)[])[];
  /** Lowest and highest score; undefined where there is none. */
  readonly range: { readonly low: number; readonly high: number } | undefined;
}

/** A point with its score; undefined scores are left out. */
export interface HeatPoint {
  readonly point: Point;
  readonly score: number | undefined;
}

/** Most columns and rows: neighbours share one where there would be more. */
export interface HeatSize {
  readonly columns: number;
  readonly rows: number;
}

/** Over the two dimensions with the most values, or the only one; undefined without a dimension. */
export function heatMapOf(space: SearchSpace, points: readonly HeatPoint[], size: HeatSize): HeatMap | undefined {
  const [first, second] = space.dimensions
    .map((dimension, index) => ({ dimension, index }))
    .toSorted((a, b) => valueCount(b.dimension) - valueCount(a.dimension));
  if (first === undefined) return undefined;
  const x = binsOf(first.dimension, size.columns);
  const y = second === undefined ? undefined : binsOf(second.dimension, size.rows);
  const cells: (number | undefined)[][] = Array.from({ length: y?.labels.length ?? 1 }, () =>
    Array.from({ length: x.labels.length }, () => undefined),
  );
  let low = Infinity;
  let high = -Infinity;
  for (const { point, score } of points) {
    if (score === undefined) continue;
    const row = cells[y === undefined || second === undefined ? 0 : y.binOf(point[second.index] ?? 0)];
    const column = x.binOf(point[first.index] ?? 0);
    if (row === undefined) continue;
    row[column] = Math.max(row[column] ?? -Infinity, score);
    low = Math.min(low, score);
    high = Math.max(high, score);
  }
  return {
    x: { name: first.dimension.name, labels: x.labels },
    y: y === undefined || second === undefined ? undefined : { name: second.dimension.name, labels: y.labels },
    cells,
    range: low > high ? undefined : { low, high },
  };
}

/** Where a score lies between the lowest and the highest, 0 to 1; 1 where they are one. */
export function heatShare({ range }: HeatMap, score: number): number {
  if (range === undefined || range.high === range.low) return 1;
  return (score - range.low) / (range.high - range.low);
}

function valueCount(dimension: Dimension): number {
  return dimension.kind === 'continuous' ? Infinity : dimension.values.length;
}

interface Bins {
  readonly labels: readonly string[];
  binOf(coordinate: number): number;
}

function binsOf(dimension: Dimension, most: number): Bins {
  if (dimension.kind === 'continuous') {
    const { low, high } = dimension;
    const step = (high - low) / most;
    return {
      labels: Array.from({ length: most }, (_, bin) => String(Number((low + bin * step).toPrecision(3)))),
      binOf: (value) => Math.min(most - 1, Math.floor((value - low) / step)),
    };
  }
  const { values } = dimension;
  const perBin = Math.ceil(values.length / most);
  return {
    labels: Array.from({ length: Math.ceil(values.length / perBin) }, (_, bin) => String(values[bin * perBin])),
    binOf: (index) => Math.floor(index / perBin),
  };
}
