/** What the scenarios are called on the screen. */
import type { ScenarioName } from '../../../../src/contracts/index.js';

/** Titles by scenario. */
export const SCENARIO_TITLES: Readonly<Record<ScenarioName, string>> = {
  expected: 'Expected',
  strict: 'Strict',
  optimistic: 'Optimistic',
};
