/** `backtest`: loads the strategy, runs it over the cache's history, prints the result. */
import { backtestFromStore } from '../analytics/backtestHistory.js';
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import { scenarioOfPreset } from '../analytics/scenarioOfPreset.js';
import { scenariosFromStore } from '../analytics/fillScenarios.js';
import { generateReport } from '../analytics/ReportGenerator.js';
import { ADJUST_NAMES } from '../analytics/report/provenance.js';
import { PapertapeError } from '../domain/errors.js';
import { describeFees } from '../exchange/fees/feePlans.js';
import { presetOf } from '../exchange/presets.js';
import { loadStrategy } from '../host/strategyLoader.js';
import type { LoadedStrategy } from '../host/strategyLoader.js';
import { resolveParams } from '../strategies/param.js';
import { formatCount, plural } from '../analytics/figureText.js';
import type { BacktestSummary } from './backtestReport.js';
import { renderBacktest } from './backtestReport.js';
import { backtestDocument } from './backtestDocument.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { BacktestFlags } from './commands/backtest.js';
import { countBacktest, trialsDocument, trialsText } from './countedRun.js';
import type { CountedRun } from './countedRun.js';
import { backtestOf, withMarketHistory } from './marketHistory.js';
import { checkRange } from './options.js';
import { startProgress } from './progress.js';
import { renderError } from './renderError.js';
import { prepareReport } from './reportFile.js';
import { renderScenarios, scenariosDocument } from './scenarioReport.js';

/** Hexadecimal digits of a hash that people see; `--json` has all of them. */
const SHOWN_DIGITS = 12;
const PER_CENT = 100;

/** Runs the command. A strategy that failed on the way fails it, after the result up to there was told. */
export async function runBacktest(name: string, flags: BacktestFlags, context: CommandContext): Promise<void> {
  checkRange(flags.from, flags.to);
  const { dataDir } = settingsOf(context, flags);
  const strategy = await loadStrategy(name, { cwd: context.cwd, dataDir });
  const params = resolveParams(name, strategy.strategyClass.params, flags.param ?? {});
  // Before the run: nobody should wait for a result that cannot be kept.
  const report = flags.report === undefined ? undefined : await prepareReport(flags.report, context.cwd);
  const backtest = backtestOf(strategy, params, flags);
  const { result, scenarios } = await withProgress(context, (onProgress) =>
    withMarketHistory(flags, context, async (history, feed) => {
      const fed = feed === undefined ? backtest : { ...backtest, feed };
      if (flags.scenarios !== true) {
        return { result: await backtestFromStore(history, fed, onProgress), scenarios: undefined };
      }
      const all = await scenariosFromStore(history, fed, onProgress);
      return { result: all.runs.expected, scenarios: all };
    }),
  );
  const counted = countBacktest(dataDir, strategy, result, flags);
  const warnings = [...warningsOf(result), ...counted.warnings];
  await report?.write(() => {
    const { from, to } = flags;
    const trials = trialsText(counted);
    return generateReport({
      strategy: name,
      strategyHash: strategy.hash,
      from,
      to,
      result,
      scenarios,
      warnings,
      trials,
    });
  });
  const { terminal } = context;
  if (flags.json === true) {
    const document = { ...backtestDocument(name, strategy.hash, flags, result), trials: trialsDocument(counted) };
    const whole = scenarios === undefined ? document : { ...document, scenarios: scenariosDocument(scenarios) };
    terminal.out(`${JSON.stringify(whole, null, 2)}\n`);
  } else {
    const summary = summaryOf(name, strategy, flags, result, { path: report?.path, counted, warnings });
    terminal.out(renderBacktest(summary, terminal.colours, terminal.columns));
    if (scenarios !== undefined) terminal.out(renderScenarios(scenarios, terminal.colours));
  }
  failIfStopped(name, result, context);
}

async function withProgress<T>(
  context: CommandContext,
  use: (onProgress: (progress: { readonly fraction: number }) => void) => Promise<T>,
): Promise<T> {
  const progress = startProgress(context.terminal, 'Backtest');
  try {
    return await use(({ fraction }) => {
      progress.update(fraction * PER_CENT, PER_CENT);
    });
  } finally {
    progress.stop();
  }
}

function summaryOf(
  name: string,
  strategy: LoadedStrategy,
  flags: BacktestFlags,
  result: HistoryBacktestRun,
  told: { readonly path: string | undefined; readonly counted: CountedRun; readonly warnings: readonly string[] },
): BacktestSummary {
  const { run } = result;
  const preset = presetOf(run.config.preset);
  const data = result.data.map(({ what, rows }) => `${formatCount(rows)} ${what}`).join(', ');
  const fees = describeFees(run.config.feePlan, preset.regulatoryFees);
  const warmUp = result.warmUpRows === 0 ? 'no warm-up' : `${formatCount(result.warmUpRows)} for warm-up`;
  return {
    strategy: name,
    symbols: result.symbols,
    timeframe: run.config.strategies[0]?.timeframe ?? '',
    from: flags.from,
    to: flags.to,
    scenario: scenarioOfPreset(run.config.preset),
    startingCash: run.config.startingCash,
    finalEquity: run.finalEquity,
    fees: run.fees,
    orders: run.orders.length,
    fills: run.fills.length,
    statistics: run.statistics,
    curve: run.curve,
    facts: [
      ['Fills', `preset ${preset.name}, version ${preset.version}; ${fees}`],
      ['', preset.description],
      ['Data', `${data}, ${warmUp}; ${ADJUST_NAMES[result.adjust]}`],
      ['Figures', `by the conventions of ${run.statistics.convention}`],
      ['Run', `${shortHash(run.identity)}, ledger ${shortHash(run.ledgerHash)}, strategy ${shortHash(strategy.hash)}`],
      ['Trials', trialsText(told.counted)],
      told.path === undefined
        ? ['More', '--report FILE.html and --json give every trade; docs/fill-model.md explains the fills']
        : ['Report', told.path],
    ],
    warnings: told.warnings,
  };
}

function warningsOf({ run }: HistoryBacktestRun): readonly string[] {
  const warnings: string[] = [];
  for (const { instanceId, readyAt, error } of run.strategies) {
    if (readyAt === undefined && error === undefined) {
      warnings.push(
        `The indicators of ${instanceId} never had enough bars; give an earlier --from or import more history.`,
      );
    }
  }
  const refused = run.orders.filter((order) => order.status === 'denied' || order.status === 'rejected');
  const [first] = refused;
  if (first !== undefined) {
    warnings.push(
      `${plural(refused.length, 'order was', 'orders were')} refused, the first because ${first.statusReason}.`,
    );
  }
  return warnings;
}

function failIfStopped(name: string, { run }: HistoryBacktestRun, context: CommandContext): void {
  const failed = run.strategies.find(({ error }) => error !== undefined);
  if (failed === undefined) return;
  const [message, ...stack] = (failed.error ?? '').split('\n');
  const error = new PapertapeError('STRATEGY_FAILED', `${name} failed while it ran and was stopped: ${message ?? ''}`, {
    remedy: stack.length === 0 ? 'Correct the strategy.' : `Correct the strategy; it happened${placeOf(stack)}.`,
  });
  renderError(error, context.terminal, false);
  throw new CommandFailed();
}

/** The innermost place of a stack that is in a strategy file, in words. */
function placeOf(stack: readonly string[]): string {
  const place = /\s+at (?:(\S+) )?.*?([^/\\(]+\.[cm]?[jt]s:\d+:\d+)/.exec(stack[0] ?? '');
  if (place === null) return '';
  return place[1] === undefined ? ` at ${place[2] ?? ''}` : ` in ${place[1]} at ${place[2] ?? ''}`;
}

function shortHash(hash: string): string {
  return hash.slice(0, SHOWN_DIGITS);
}
