/** Fill scenarios for JSON documents. Money is decimal text in dollars; other figures are fractions. */
import { DOLLAR, formatDecimal } from '../domain/units.js';
import type { FillScenarios, Scenario } from './fillScenarios.js';

/** See the module header. */
export function scenariosDocument(scenarios: FillScenarios): Readonly<Record<string, unknown>> {
  const run = (scenario: Scenario) => {
    const { run: result } = scenarios.runs[scenario];
    return {
      preset: result.inputs.preset,
      finalEquity: formatDecimal(result.finalEquity, DOLLAR),
      return: result.finalEquity / result.config.startingCash - 1,
      maxDrawdown: result.statistics.maxDrawdown,
      fees: formatDecimal(result.fees, DOLLAR),
      fills: result.fillCount,
      identity: result.identity,
      ledgerHash: result.ledgerHash,
    };
  };
  return {
    expected: run('expected'),
    strict: run('strict'),
    optimistic: run('optimistic'),
    assumptions: scenarios.effects.map(({ assumption, text, finalEquity, change }) => ({
      assumption,
      text,
      finalEquity: formatDecimal(finalEquity, DOLLAR),
      change: formatDecimal(change, DOLLAR),
    })),
    decisive: scenarios.decisive?.assumption ?? null,
  };
}
