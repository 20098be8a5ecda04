/** A heat map in text: a shaded cell of two characters a value, the best one marked, so that plateaus can be seen. */
import { heatShare } from '../analytics/optimise/heatMap.js';
import type { HeatMap } from '../analytics/optimise/heatMap.js';
import type { Colours } from './terminal.js';

const SHADES = ['░░', '▒▒', '▓▓', '██'];
const NOTHING = ' ·';

/** Lines from the largest `y` down, then the labels of `x`; none where nothing has a score. */
export function drawHeatMap(map: HeatMap, c: Colours): readonly string[] {
  if (map.range === undefined) return [];
  const names = map.y?.labels ?? [''];
  const width = Math.max(...names.map((label) => label.length), map.y?.name.length ?? 0);
  const rows = map.cells.map((row, index) => {
    const cells = row.map((score) => cellText(map, score, c)).join('');
    return `${c.dim((names[index] ?? '').padStart(width))} ${cells}`;
  });
  const pad = ' '.repeat(width);
  return [
    ...(map.y === undefined ? [] : [c.dim(map.y.name.padStart(width))]),
    ...rows.toReversed(),
    `${pad} ${c.dim(axisText(map.x.labels))}`,
    `${pad} ${c.dim(map.x.name)}`,
  ];
}

function cellText(map: HeatMap, score: number | undefined, c: Colours): string {
  if (score === undefined) return c.dim(NOTHING);
  if (score === map.range?.high) return c.green(c.bold('◆◆'));
  const shade = SHADES[Math.min(SHADES.length - 1, Math.floor(heatShare(map, score) * SHADES.length))] ?? '';
  return score < 0 ? c.red(shade) : c.cyan(shade);
}

/** As many labels as fit above their columns of two characters. */
function axisText(labels: readonly string[]): string {
  const longest = Math.max(...labels.map((label) => label.length));
  const every = Math.ceil((longest + 1) / 2);
  return labels
    .filter((_, index) => index % every === 0)
    .map((label) => label.padEnd(every * 2))
    .join('')
    .trimEnd();
}
