/** `walk-forward`: prepares the search, walks through the range, and tells what the days outside of training gave. */
import { DEFAULT_CASH } from '../analytics/Backtester.js';
import { conventionOf } from '../analytics/BacktestRun.js';
import { formatCount, formatPercent, formatRatio, plural } from '../analytics/figureText.js';
import { paramsText, samplerText, scoreText, wantedText } from '../analytics/optimise/paramsText.js';
import { runWalkForward } from '../analytics/optimise/runWalkForward.js';
import { stitch, walkForwardEfficiency, walkForwardWindows } from '../analytics/optimise/walkForward.js';
import type { StitchedResult, WalkForwardStep } from '../analytics/optimise/walkForward.js';
import { rangeText, walkForwardReport } from '../analytics/optimise/WalkForwardReport.js';
import { timeframeOf } from '../analytics/strategyDefaults.js';
import { countTrials } from '../analytics/validation/trialCount.js';
import type { TrialCount } from '../analytics/validation/trialCount.js';
import { PapertapeError } from '../domain/errors.js';
import { DOLLAR } from '../domain/units.js';
import { presetOf } from '../exchange/presets.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import type { WalkForwardFlags } from './commands/walkForward.js';
import { datesText } from './countedRun.js';
import { drawChart } from './equityChart.js';
import { remainingTime } from './eta.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import { checkRange } from './options.js';
import { requestSearch, withSearch } from './preparedSearch.js';
import type { PreparedSearch, SearchRequest } from './preparedSearch.js';
import { startProgress } from './progress.js';
import { prepareReport } from './reportFile.js';
import { planDocument } from './searchDocument.js';
import { headLine, warningLines } from './searchText.js';
import { renderFacts, renderTable } from './table.js';
import type { Terminal } from './terminal.js';

interface Walked {
  readonly request: SearchRequest;
  readonly prepared: PreparedSearch;
  readonly steps: readonly WalkForwardStep[];
  readonly stitched: StitchedResult;
  readonly count: TrialCount;
  readonly startEquity: number;
  readonly warnings: readonly string[];
}

const CHART = { width: 72, height: 4 };

/** Runs the command. */
export async function runWalkForwardCommand(
  name: string,
  flags: WalkForwardFlags,
  context: CommandContext,
): Promise<void> {
  checkRange(flags.from, flags.to);
  const request = await requestSearch(name, 'walk-forward', flags, context);
  const report = flags.report === undefined ? undefined : await prepareReport(flags.report, context.cwd);
  const walked = await withSearch(request, flags, context, async (prepared): Promise<Walked> => {
    const steps = await walk(prepared, flags, context.terminal);
    const startEquity = (flags.cash ?? DEFAULT_CASH) / DOLLAR;
    const convention = conventionOf(presetOf(flags.preset ?? 'papertape').statistics);
    const { records } = prepared.ledger.read();
    return {
      request,
      prepared,
      steps,
      stitched: stitch(steps, startEquity, convention),
      count: countTrials(records, prepared.stretch),
      startEquity,
      warnings: [...prepared.warnings, ...warningsOf(steps)],
    };
  });
  const facts = factsOf(walked, flags);
  await report?.write(() => {
    const { plan, stretch } = walked.prepared;
    return walkForwardReport({
      ...walked,
      strategy: name,
      subtitle: `${stretch.symbols.join(' ')} · ${wantedText(plan)}`,
      plan,
      facts,
    });
  });
  const { terminal } = context;
  if (flags.json === true) terminal.out(`${JSON.stringify(documentOf(walked, flags), null, 2)}\n`);
  else
    terminal.out(
      render(walked, [...facts, ...(report === undefined ? [] : [['Report', report.path] as const])], terminal),
    );
}

async function walk(
  { dates, plan, parts }: PreparedSearch,
  { train, test, anchored }: WalkForwardFlags,
  terminal: Terminal,
): Promise<readonly WalkForwardStep[]> {
  const windows = walkForwardWindows(dates, { train, test, anchored: anchored === true });
  if (windows.length === 0) {
    throw new PapertapeError(
      'USAGE',
      `${formatCount(dates.length)} trading days are not enough for ${train} days of training and a day to judge on.`,
      { remedy: 'Give a longer range or a shorter --train.' },
    );
  }
  const progress = startProgress(terminal, 'Walk-forward');
  const left = remainingTime(systemClock);
  try {
    return await runWalkForward(plan, windows, {
      ...parts,
      onProgress: (done, total) => {
        const note = [`step ${Math.min(total, Math.floor(done) + 1)} of ${total}`, left(done, total)];
        progress.update(done, total, note.filter((part) => part !== '').join(' · '));
      },
    });
  } finally {
    progress.stop();
  }
}

function warningsOf(steps: readonly WalkForwardStep[]): readonly string[] {
  const inCash = steps.filter(({ chosen }) => chosen === undefined).length;
  const failed = steps.filter(({ chosen, test }) => chosen !== undefined && test === undefined).length;
  const warnings: string[] = [];
  if (inCash > 0) {
    warnings.push(`In ${plural(inCash, 'step')} nothing kept the constraints; the days after were spent in cash.`);
  }
  if (failed > 0)
    warnings.push(`In ${plural(failed, 'step')} the strategy failed on the days after; they count as cash.`);
  return warnings;
}

function factsOf(
  { prepared, steps, stitched, count }: Walked,
  { train, test, anchored }: WalkForwardFlags,
): readonly (readonly [name: string, value: string])[] {
  const { plan, dates } = prepared;
  const efficiency = walkForwardEfficiency(steps, stitched);
  const sets = new Set(steps.flatMap(({ chosen }) => (chosen === undefined ? [] : [paramsText(chosen.params)])));
  return [
    [
      'Walk',
      `${plural(steps.length, 'step')}: ${anchored === true ? 'from the first day on, at first ' : ''}` +
        `${train} days of training, ${test} of test; by ${samplerText(plan)}`,
    ],
    ['Dates', `${datesText(dates)}; judged on ${datesText(stitched.dates)}`],
    [
      'Efficiency',
      efficiency === undefined
        ? 'n/a: training gained nothing'
        : `${formatPercent(efficiency)} of the yearly return that was found in training is left after it`,
    ],
    ['Stability', `${plural(sets.size, 'set')} of parameters chosen in ${plural(steps.length, 'step')}`],
    ['Tried', `${formatCount(count.trials)} configurations on these data so far, in ${formatCount(count.runs)} runs`],
    ['Joined', 'returns of the tests; each begins flat and with the cash of the start'],
  ];
}

function render(
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
    `Sharpe ${formatRatio(s.sharpe)}`,
    `drawdown ${formatPercent(s.maxDrawdown)}`,
    `${plural(s.trades, 'round trip')}`,
  ];
  const chart = drawChart(curve.equity, { ...CHART, width: Math.max(10, Math.min(CHART.width, columns - 4)) });
  const rows = steps.map(({ window, chosen, test }, index) => [
    String(index + 1),
    rangeText(window.test),
    chosen === undefined ? 'in cash' : paramsText(chosen.params),
    scoreText(plan.objective, chosen?.score),
    test === undefined ? 'n/a' : formatPercent(test.statistics.totalReturn, { signed: true }),
    test === undefined ? 'n/a' : formatRatio(test.statistics.sharpe),
  ]);
  const right = (title: string) => ({ title, right: true });
  return [
    '',
    headLine([request.strategy.name, stretch.symbols.join(' '), timeframe, `${stretch.from} to ${stretch.to}`], c),
    '',
    `  ${c.dim('Outside of training')}  ${figures.join(c.dim(' · '))}`,
    ...chart.map((row) => `  ${tint(row.trimEnd())}`),
    '',
    renderTable(
      [
        right('#'),
        { title: 'Test' },
        { title: 'Parameters' },
        right(`${plan.objective.figure} in training`),
        right('Return after'),
        right('Sharpe after'),
      ],
      rows,
      c,
    ),
    renderFacts(facts, c),
    ...warningLines(warnings, c),
  ].join('\n');
}

function documentOf(
  { request, prepared, steps, stitched, count, warnings }: Walked,
  { train, test, anchored, from, to }: WalkForwardFlags,
): Readonly<Record<string, unknown>> {
  const { strategy, id } = request;
  const { setup } = prepared.data;
  return {
    search: id,
    strategy: { name: strategy.name, hash: strategy.hash, symbols: setup.symbols },
    from,
    to,
    dataHash: setup.dataHash,
    plan: planDocument(prepared.plan),
    train,
    test,
    anchored: anchored === true,
    statistics: finiteFigures(stitched.statistics),
    efficiency: walkForwardEfficiency(steps, stitched) ?? null,
    dates: [...stitched.dates],
    dailyReturns: [...stitched.dailyReturns],
    steps: steps.map(({ window, search, chosen, test: judged }) => ({
      train: rangeText(window.train),
      test: rangeText(window.test),
      trials: search.trials.length,
      params: chosen?.params ?? null,
      score: chosen?.score ?? null,
      training: chosen === undefined ? null : finiteFigures(chosen.outcome.statistics),
      judged: judged === undefined ? null : finiteFigures(judged.statistics),
    })),
    ledger: { configurations: count.trials, runs: count.runs },
    warnings,
  };
}
