/** Sizes as people read them; figures are written by analytics/figureText.ts. */

/** Bytes in the unit that fits: `812 B`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < UNITS.length - 1) {
    value /= 1000;
    index += 1;
  }
  return `${index === 0 ? String(value) : value.toFixed(1)} ${UNITS[index] ?? ''}`;
}
