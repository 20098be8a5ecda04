/**
 * Fill scenarios of a backtest: the same strategies on the same data under expected, strict and optimistic fills, each
 * a full run, because other fills change later decisions (M4); and one run per assumption in which expected and strict
 * differ, to name the one that carries most of the result. The headline is expected with strict beside it.
 */
import type { HistoryStore } from '../domain/ports.js';
import type { Money } from '../domain/units.js';
import { ASSUMPTION_TEXTS, differingAssumptions } from '../exchange/assumptions.js';
import type { Assumption } from '../exchange/assumptions.js';
import { presetOf } from '../exchange/presets.js';
import { backtestFromStore } from './backtestHistory.js';
import type { BeginListener, HistoryBacktestRun } from './backtestHistory.js';
import type { HistoryBacktest } from './historyMarket.js';
import { rememberLoads } from './rememberLoads.js';

/** The scenarios, the headline first. */
export const SCENARIOS = ['expected', 'strict', 'optimistic'] as const;
/** One scenario. */
export type Scenario = (typeof SCENARIOS)[number];

/** What one assumption carries: the result with the strict form of it alone. */
export interface AssumptionEffect {
  readonly assumption: Assumption;
  /** What it is about, in a few words. */
  readonly text: string;
  readonly finalEquity: Money;
  /** Against expected fills; negative where the strict form costs. */
  readonly change: Money;
}

/** The scenarios and what stands behind their differences. */
export interface FillScenarios {
  readonly runs: Readonly<Record<Scenario, HistoryBacktestRun>>;
  /** Largest change first. */
  readonly effects: readonly AssumptionEffect[];
  /** The assumption whose strict form changes the result most; undefined if none changes it. */
  readonly decisive: AssumptionEffect | undefined;
}

/** How far all runs together are. */
export interface ScenarioProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** The preset of the run under way. */
  readonly preset: string;
}

/** The names of the presets that are run, the three scenarios first. */
export function scenarioPresets(base: string): readonly string[] {
  const expected = presetOf(base);
  const effects = differingAssumptions(expected, presetOf('strict')).map((name) => `${base}+strict.${name}`);
  return [base, `${base}+strict`, `${base}+optimistic`, ...effects];
}

/**
 * The presets of the shadow accounts of a live session: those of {@link scenarioPresets} without the session's own.
 * None where that is joined of two already.
 */
export function shadowPresets(base: string): readonly string[] {
  return base.includes('+') ? [] : scenarioPresets(base).slice(1);
}

/** Loads once and runs all; `onBegin` hears of the first. Throws as `backtestFromStore` does. */
export async function scenariosFromStore(
  store: HistoryStore,
  backtest: HistoryBacktest,
  onProgress?: (progress: ScenarioProgress) => void | Promise<void>,
  onBegin?: BeginListener,
): Promise<FillScenarios> {
  const base = backtest.preset ?? 'papertape';
  const presets = scenarioPresets(base);
  const remembering = rememberLoads(store);
  const results: HistoryBacktestRun[] = [];
  for (const [index, preset] of presets.entries()) {
    const result = await backtestFromStore(
      remembering,
      { ...backtest, preset },
      ({ fraction }) => onProgress?.({ fraction: (index + fraction) / presets.length, preset }),
      index === 0 ? onBegin : undefined,
    );
    results.push(result);
  }
  const [expected, strict, optimistic, ...others] = results;
  if (expected === undefined || strict === undefined || optimistic === undefined) {
    throw new TypeError('three scenarios were to be run');
  }
  const effects = differingAssumptions(presetOf(base), presetOf('strict')).map((assumption, index) =>
    effectOf(assumption, others[index]?.run.finalEquity ?? 0, expected.run.finalEquity),
  );
  effects.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const [largest] = effects;
  return {
    runs: { expected, strict, optimistic },
    effects,
    decisive: largest === undefined || largest.change === 0 ? undefined : largest,
  };
}

function effectOf(assumption: Assumption, finalEquity: Money, expected: Money): AssumptionEffect {
  return { assumption, text: ASSUMPTION_TEXTS[assumption], finalEquity, change: finalEquity - expected };
}
