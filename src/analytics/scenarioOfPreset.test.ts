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
    ['strict+backtesting.py.limits', 'expected fills, backtesting.py in limits'],
    ['papertape+slippage.5bps', 'expected fills'],
    ['lean+leverage.1', 'expected fills'],
    ['lean+leverage.1+strict', 'strict fills'],
  ])('%s: %s', (preset, scenario) => {
    expect(scenarioOfPreset(preset)).toBe(scenario);
  });
});
