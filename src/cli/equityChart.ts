/**
 * An equity curve in text: block characters of eight heights in a few rows, so that a drawdown can be seen without
 * leaving the terminal.
 */
const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The shape of a chart in characters. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Draws values (oldest first, at least one) as rows from top to bottom. Every column shows the last value of its
 * share of the values, so that the right end is the last one exactly.
 */
export function drawChart(values: Float64Array, size: ChartSize): readonly string[] {
  const columns = Math.min(size.width, values.length);
  const samples = Array.from({ length: columns }, (_, i) => {
    const index = Math.ceil(((i + 1) * values.length) / columns) - 1;
    return values[index] ?? 0;
  });
  const low = Math.min(...samples);
  const span = Math.max(...samples) - low;
  const steps = size.height * BLOCKS.length;
  const rows = Array.from({ length: size.height }, () => '');
  for (const value of samples) {
    const level = span === 0 ? steps / 2 : 1 + Math.round(((value - low) / span) * (steps - 1));
    for (let row = 0; row < size.height; row += 1) {
      const fill = level - (size.height - 1 - row) * BLOCKS.length;
      rows[row] += fill <= 0 ? ' ' : (BLOCKS[Math.min(fill, BLOCKS.length) - 1] ?? ' ');
    }
  }
  return rows;
}
