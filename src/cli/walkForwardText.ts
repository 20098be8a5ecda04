/** A walk-forward analysis as people and programs read it: facts, the table of steps, the text, the document. */
import { dataText } from '../analytics/dataTables.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import { formatCount, formatPercent, formatRatio, plural } from '../analytics/figureText.js';
import { missingFigures } from '../analytics/missingFigures.js';
import { byDays, runDaysOf } from '../analytics/yearlyFigures.js';
import { afterText, paramsText, samplerText, scoreText } from '../analytics/optimise/paramsText.js';
import { returnAfter, walkForwardEfficiency } from '../analytics/optimise/walkForward.js';
import { unsupportedOf } from '../analytics/optimise/unsupportedOf.js';
import { heldDocument } from '../analytics/optimise/heldOutside.js';
import type { HeldOutside } from '../analytics/optimise/heldOutside.js';
import type { StitchedResult, WalkForwardStep } from '../analytics/optimise/walkForward.js';
import type { LuckOfDays } from '../analytics/optimise/luckOfDays.js';
import { rangeText } from '../analytics/optimise/WalkForwardReport.js';
import { timeframeOf } from '../analytics/strategyDefaults.js';
import type { TrialCount } from '../analytics/validation/trialCount.js';
import type { KeptTable } from '../domain/runs.js';
import type { WalkForwardFlags } from './commands/walkForward.js';
import { datesText } from './countedRun.js';
import { drawChart } from './equityChart.js';
import type { PreparedSearch, SearchRequest } from './preparedSearch.js';
import { planDocument } from './searchDocument.js';
import { headLine, warningLines } from './searchText.js';
import { renderFacts, renderTable } from './table.js';
import type { Terminal } from './terminal.js';

/** An analysis that is done. */
export interface Walked {
  readonly request: SearchRequest;
  readonly prepared: PreparedSearch;
  readonly steps: readonly WalkForwardStep[];
  readonly stitched: StitchedResult;
  readonly count: TrialCount;
  readonly startEquity: number;
  readonly luck: LuckOfDays;
  /** What it is measured against; undefined for several symbols that were given nothing else. */
  readonly held: HeldOutside | undefined;
  readonly warnings: readonly string[];
}

/** Why figures of the joined days against a benchmark are null: what holding it came to is told beside them. */
const UNMEASURED = 'the joined days are not reckoned against a benchmark';
const CHART = { width: 72, height: 4 };

/** What the figures rest on, in order. */
export function walkForwardFacts(
  { prepared, steps, stitched, count, luck, held }: Walked,
  { train, test, anchored }: WalkForwardFlags,
): readonly (readonly [name: string, value: string])[] {
  const { plan, dates, tables } = prepared;
  const efficiency = walkForwardEfficiency(steps, stitched);
  const sets = new Set(steps.flatMap(({ chosen }) => (chosen === undefined ? [] : [paramsText(chosen.params)])));
  return [
    [
      'Walk',
      `${plural(steps.length, 'step')}: ${anchored === true ? 'from the first day on, at first ' : ''}` +
        `${train} days of training, ${test} of test; by ${samplerText(plan)}`,
    ],
    ['Data', dataText(tables)],
    ['Dates', `${datesText(dates)}; judged on ${datesText(stitched.dates)}`],
    [
      'Efficiency',
      efficiency === undefined
        ? 'n/a: training gained nothing'
        : `${formatPercent(efficiency)} of the yearly return that was found in training is left after it`,
    ],
    ...heldFacts(held),
    ['Luck', luckText(luck)],
    ['Stability', `${plural(sets.size, 'set')} of parameters chosen in ${plural(steps.length, 'step')}`],
    ['Tried', `${formatCount(count.trials)} configurations on these data so far, in ${formatCount(count.runs)} runs`],
    ['Joined', 'returns of the tests; each begins flat and with the cash of the start'],
  ];
}

function heldFacts(held: HeldOutside | undefined): readonly (readonly [name: string, value: string])[] {
  if (held === undefined) return [];
  const { name, totalReturn, adjust } = held;
  const prices = { raw: '', split: ', splits taken out', all: ', dividends reinvested' }[adjust];
  return [[name, `${formatPercent(totalReturn, { signed: true })} on the days outside of training${prices}`]];
}

function luckText({ probabilistic, drawn, missing }: LuckOfDays): string {
  if (drawn === undefined) return `n/a: ${missing ?? ''} outside of training`;
  const sharpe = probabilistic === undefined ? 'n/a' : formatPercent(probabilistic);
  return (
    `probability of a Sharpe above 0 outside of training ${sharpe}; ` +
    `${formatPercent(drawn.lossShare)} of ${formatCount(drawn.runs)} runs of days drawn anew lost money`
  );
}

/** The whole text; ends with a line break. */
export function renderWalkForward(
  { request, prepared, steps, stitched, warnings }: Walked,
  facts: readonly (readonly [name: string, value: string])[],
  { colours: c, columns }: Terminal,
): string {
  const { statistics: s, curve } = stitched;
  const { plan, stretch, data } = prepared;
  const tint = s.totalReturn < 0 ? c.red : c.green;
  const timeframe = data.setup.strategy.timeframe ?? timeframeOf(request.strategy.strategyClass);
  const figures = [
    `return ${tint(formatPercent(s.totalReturn, { signed: true }))}`,
    `Sharpe ${byDays(stitched.dailyReturns.length, formatRatio(s.sharpe))}`,
    `drawdown ${formatPercent(s.maxDrawdown)}`,
    `${plural(s.trades, 'round trip')}`,
  ];
  const chart = drawChart(curve.equity, { ...CHART, width: Math.max(10, Math.min(CHART.width, columns - 4)) });
  const { columns: titles, rows } = stepsTable(plan, steps);
  return [
    '',
    headLine([request.strategy.name, stretch.symbols.join(' '), timeframe, `${stretch.from} to ${stretch.to}`], c),
    '',
    `  ${c.dim('Outside of training')}  ${figures.join(c.dim(' · '))}`,
    ...chart.map((row) => `  ${tint(row.trimEnd())}`),
    '',
    renderTable(titles, rows, c),
    renderFacts(facts, c),
    ...warningLines(warnings, c),
  ].join('\n');
}

/** What each step found, and what it gave afterwards. */
export function stepsTable(plan: PreparedSearch['plan'], steps: readonly WalkForwardStep[]): KeptTable {
  const column = (title: string, right: boolean) => ({ title, right });
  return {
    columns: [
      column('#', true),
      column('Test', false),
      column('Parameters', false),
      column(`${plan.objective.figure} in training`, true),
      column('Return after', true),
      column('Sharpe after', true),
    ],
    rows: steps.map((step, index) => {
      const { window, chosen, test } = step;
      return [
        String(index + 1),
        rangeText(window.test),
        chosen === undefined ? 'in cash' : paramsText(chosen.params),
        scoreText(plan.objective, chosen?.score, chosen === undefined ? undefined : runDaysOf(chosen.outcome)),
        afterText(returnAfter(step)),
        test === undefined ? 'n/a' : byDays(test.dailyReturns.length, formatRatio(test.statistics.sharpe)),
      ];
    }),
  };
}

/** One JSON document. */
export function walkForwardDocument(
  { request, prepared, steps, stitched, count, luck, held, warnings }: Walked,
  { train, test, anchored, from, to }: WalkForwardFlags,
): Readonly<Record<string, unknown>> {
  const { strategy, id } = request;
  const { setup } = prepared.data;
  const { objective } = prepared.plan;
  const hasBenchmark = setup.symbols.length === 1;
  return {
    search: id,
    strategy: { name: strategy.name, hash: strategy.hash, symbols: setup.symbols },
    from,
    to,
    dataHash: setup.dataHash,
    data: { tables: prepared.tables },
    plan: planDocument(prepared.plan),
    train,
    test,
    anchored: anchored === true,
    statistics: finiteFigures(stitched.statistics),
    unsupported: { statistics: missingFigures(stitched.statistics, UNMEASURED) },
    efficiency: walkForwardEfficiency(steps, stitched) ?? null,
    probabilityOfSharpeAboveZero: luck.probabilistic ?? null,
    lossShareOfDaysDrawnAnew: luck.drawn?.lossShare ?? null,
    dates: [...stitched.dates],
    dailyReturns: [...stitched.dailyReturns],
    equity: [...stitched.curve.equity],
    benchmark: held === undefined ? null : heldDocument(held),
    steps: steps.map(({ window, search, chosen, test: judged }) => ({
      train: rangeText(window.train),
      test: rangeText(window.test),
      trials: search.trials.length,
      params: chosen?.params ?? null,
      score: chosen?.score ?? null,
      training: chosen === undefined ? null : finiteFigures(chosen.outcome.statistics),
      judged: judged === undefined ? null : finiteFigures(judged.statistics),
      unsupported: {
        training: chosen === undefined ? null : unsupportedOf(objective, chosen.outcome, hasBenchmark),
        judged: judged === undefined ? null : missingFigures(judged.statistics, hasBenchmark),
      },
    })),
    ledger: { configurations: count.trials, runs: count.runs },
    warnings,
  };
}
