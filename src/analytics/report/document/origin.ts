/** What a report rests on, as the JSON report has it; for units see figures.ts. */
import { DOLLAR, formatDecimal } from '../../../domain/units.js';
import type { BacktestReport } from '../../BacktestReport.js';
import { decisiveSentence } from '../../decisiveSentence.js';
import type { FillScenarios } from '../../fillScenarios.js';
import { finiteFigures } from '../../finiteFigures.js';
import { scenariosDocument } from '../../scenariosDocument.js';
import type { SectionDocument } from './figures.js';

/** The same under other fills; null where it was not run under them. */
export function otherFillsDocument(scenarios: FillScenarios | undefined): SectionDocument {
  if (scenarios === undefined) return null;
  return { ...finiteFigures(scenariosDocument(scenarios)), sentence: decisiveSentence(scenarios.decisive) };
}

/** Everything that identifies the run. */
export function identityDocument({
  strategy,
  strategyHash,
  from,
  to,
  result,
  trials,
}: BacktestReport): SectionDocument {
  const { run, symbols, adjust, data, warmUpRows } = result;
  const { config, inputs } = run;
  const chosen = run.benchmark?.chosen;
  return {
    strategy,
    strategyHash,
    strategies: inputs.strategies.map(({ config: instance, hash, params }) => ({
      instanceId: instance.instanceId,
      name: instance.strategy,
      hash,
      symbols: instance.symbols,
      timeframe: instance.timeframe,
      allocation: instance.allocation,
      params,
    })),
    symbols,
    from,
    to,
    startingCash: formatDecimal(config.startingCash, DOLLAR),
    data: { tables: data, warmUpRows, adjust, hash: inputs.dataHash, warmUpHash: inputs.warmUpHash },
    benchmark:
      chosen === undefined
        ? null
        : { symbol: chosen.symbol, timeframe: chosen.timeframe, rows: chosen.rows, adjust: chosen.adjust },
    preset: inputs.preset,
    feePlan: config.feePlan,
    riskLimits: inputs.limits,
    engineVersion: inputs.engineVersion,
    seed: inputs.seed,
    trials: trials ?? null,
    runIdentity: run.identity,
    ledgerHash: run.ledgerHash,
  };
}
