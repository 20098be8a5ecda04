/** A heat map in text: a shaded cell of two characters a value, the best one marked, so that plateaus can be seen. */
import { heatShare } from '../analytics/optimise/heatMap.js';
import type { HeatMap } from '../analytics/optimise/heatMap.js';
import type { Colours } from './terminal.js';

const SHADES = ['░░', '▒▒', '▓▓', '██'];
const NOTHING = ' ·';

/**
 * Lines from the largest `y` down, then the labels of `x` and the scale of the shades, whose scores are told by `text`;
 * none where nothing has a score.
 */
export function drawHeatMap(map: HeatMap, c: Colours, text: (score: number) => string): readonly string[] {
  const { range } = map;
  if (range === undefined) return [];
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
    `${pad} ${scaleText(range, c, text)}`,
  ];
}

function cellText(map: HeatMap, score: number | undefined, c: Colours): string {
  if (score === undefined) return c.dim(NOTHING);
  if (score === map.range?.high) return c.green(c.bold('◆◆'));
  const shade = SHADES[Math.min(SHADES.length - 1, Math.floor(heatShare(map, score) * SHADES.length))] ?? '';
  return tinted(shade, score, c);
}

function tinted(shade: string, score: number, c: Colours): string {
  return score < 0 ? c.red(shade) : c.cyan(shade);
}

/** The score that each shade begins at, and the best. */
function scaleText({ low, high }: NonNullable<HeatMap['range']>, c: Colours, text: (score: number) => string): string {
  const best = `${c.green(c.bold('◆◆'))} ${c.dim(`best ${text(high)}`)}`;
  if (low === high) return best;
  const shades = SHADES.map((shade, index) => {
    const from = low + ((high - low) * index) / SHADES.length;
    return `${tinted(shade, from, c)} ${c.dim(`${index === 0 ? 'from ' : ''}${text(from)}`)}`;
  });
  return [...shades, best].join('  ');
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
