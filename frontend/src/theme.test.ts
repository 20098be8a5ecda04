import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./styles.css', import.meta.url), 'utf8');

/** The colour tokens of one rule, by name. */
function tokensOf(selector: string): Map<string, string> {
  const body = css.split(`\n${selector} {`)[1]?.split('}')[0] ?? '';
  return new Map(
    [...body.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
}

/** Relative luminance by WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const dark = tokensOf(':root');
const light = new Map([...dark, ...tokensOf("[data-theme='light']")]);
const looks = {
  dark,
  light,
  'dark, safe palette': new Map([...dark, ...tokensOf("[data-palette='safe']")]),
  'light, safe palette': new Map([...light, ...tokensOf("[data-theme='light'][data-palette='safe']")]),
};

const SURFACES = ['canvas', 'surface', 'raised', 'hover'];
const TEXTS = ['ink', 'ink-muted', 'ink-faint', 'gain', 'loss', 'accent', 'warn'];
const PAIRS: readonly (readonly [text: string, surface: string])[] = [
  ...TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)),
  ['warn', 'warn-wash'],
  ['ink', 'danger-wash'],
  ['ink-muted', 'danger-wash'],
  ['tape-ink', 'tape'],
];
const SOLIDS = ['accent-solid', 'gain-solid', 'danger-solid'];

describe.each(Object.entries(looks))('text in the look %s', (_, tokens) => {
  const color = (name: string): string => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`styles.css has no token --${name}`);
    return value;
  };

  it.each(PAIRS)('%s on %s can be read (WCAG AA)', (text, surface) => {
    expect(contrast(color(text), color(surface))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SOLIDS)('white on %s can be read', (solid) => {
    expect(contrast('#ffffff', color(solid))).toBeGreaterThanOrEqual(4.5);
  });
});

it('measures as WCAG says', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
