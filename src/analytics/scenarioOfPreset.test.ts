import { describe, expect, it } from 'vitest';
import { scenarioOfPreset } from './scenarioOfPreset.js';

describe('the fill scenario of a preset', () => {
  it.each([
    ['papertape', 'expected fills'],
    ['alpaca', 'expected fills'],
    ['backtesting.py', 'expected fills'],
    ['strict', 'strict fills'],
    ['optimistic', 'optimistic fills'],
    ['papertape+strict', 'strict fills'],
    ['backtesting.py+optimistic', 'optimistic fills'],
    ['papertape+strict.latency', 'expected fills, strict in latency'],
  ])('%s: %s', (preset, scenario) => {
    expect(scenarioOfPreset(preset)).toBe(scenario);
  });
});
