/** Sensitivity to fills: how much of the profit is left under strict fills, and which assumption carries most of it. */
import { decisiveSentence } from '../decisiveSentence.js';
import { formatMoney, formatPercent } from '../figureText.js';
import { SCENARIOS, scenarioPresets, scenariosFromStore } from '../fillScenarios.js';
import type { Scenario } from '../fillScenarios.js';
import type { Money } from '../../domain/units.js';
import type { CheckResult } from './CheckReport.js';
import type { CheckRuns } from './CheckRuns.js';

/** The share of the expected profit that strict fills must leave. */
const KEPT = 0.5;

/** How many runs the check makes under a preset. */
export function fillRuns(preset: string): number {
  return scenarioPresets(preset).length;
}

/** Makes the check. A preset that is joined of two already is one scenario, not three. */
export async function checkFills(runs: CheckRuns, preset: string): Promise<CheckResult> {
  if (preset.includes('+')) {
    return { check: 'fills', verdict: 'skip', sentence: `The preset ${preset} is one fill scenario by itself.` };
  }
  const count = fillRuns(preset);
  const scenarios = await scenariosFromStore(runs.store, await runs.plan(), ({ fraction }) =>
    fraction < 1 ? runs.report(fraction, count) : undefined,
  );
  await runs.report(1, count);
  const profits = SCENARIOS.map((scenario) => {
    const { run } = scenarios.runs[scenario];
    return [scenario, run.finalEquity - run.config.startingCash] as const;
  });
  const { expected, strict } = Object.fromEntries(profits) as Record<Scenario, Money>;
  const kept = expected > 0 ? strict / expected : null;
  const figures = {
    profits: Object.fromEntries(profits),
    unit: 'micro-dollars',
    keptUnderStrict: kept,
    effects: scenarios.effects.map(({ assumption, change }) => ({ assumption, change })),
  };
  const because = decisiveSentence(scenarios.decisive);
  if (scenarios.runs.expected.run.fillCount === 0) {
    return { check: 'fills', verdict: 'skip', sentence: 'It had no fill, so nothing depends on fills.', figures };
  }
  const amounts = profits.map(([scenario, profit]) => `${formatMoney(profit)} ${scenario}`).join(', ');
  if (kept === null) {
    return {
      check: 'fills',
      verdict: 'pass',
      sentence: `There is no profit that could depend on fills: ${amounts}. ${because}`,
      figures,
    };
  }
  const share = formatPercent(kept);
  if (kept >= KEPT) {
    return {
      check: 'fills',
      verdict: 'pass',
      sentence: `Strict fills leave ${share} of the profit: ${amounts}. ${because}`,
      figures,
    };
  }
  const sentence =
    strict <= 0
      ? `The profit depends on the fills, strict ones leave none: ${amounts}. ${because}`
      : `Strict fills leave ${share} of the profit: ${amounts}. ${because}`;
  return { check: 'fills', verdict: 'warn', sentence, figures };
}
