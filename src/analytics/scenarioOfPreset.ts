/** Which fill scenario the figures of a run are, by its preset: said wherever a figure stands alone. */
import { isAssumption } from '../exchange/assumptions.js';

/** `strict fills`, `optimistic fills`, `expected fills`, and which assumption was made strict by itself. */
export function scenarioOfPreset(preset: string): string {
  const whole = preset.slice(preset.lastIndexOf('+') + 1);
  if (whole === 'strict' || whole === 'optimistic') return `${whole} fills`;
  const dot = whole.lastIndexOf('.');
  const assumption = whole.slice(dot + 1);
  const isJoined = preset.includes('+') && isAssumption(assumption);
  // Figures of its own, such as `+slippage.5bps`, are no scenario.
  return isJoined ? `expected fills, ${whole.slice(0, dot)} in ${assumption}` : 'expected fills';
}
