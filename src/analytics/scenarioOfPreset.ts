/** Which fill scenario the figures of a run are, by its preset: said wherever a figure stands alone. */

/** `strict fills`, `optimistic fills`, `expected fills`, and which assumption was made strict by itself. */
export function scenarioOfPreset(preset: string): string {
  const whole = preset.slice(preset.lastIndexOf('+') + 1);
  if (whole === 'strict' || whole === 'optimistic') return `${whole} fills`;
  const [other, assumption] = preset.includes('+') ? whole.split('.') : [];
  return assumption === undefined ? 'expected fills' : `expected fills, ${other ?? ''} in ${assumption}`;
}
