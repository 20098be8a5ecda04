/** `runs ls|show|rm`: tells of kept backtests and analyses, and removes them. */
import { paramsText } from '../analytics/compareRuns.js';
import { dataText } from '../analytics/dataTables.js';
import { formatCount, formatMoney, formatPercent, formatRatio, plural } from '../analytics/figureText.js';
import { byDays, keptReturns } from '../analytics/yearlyFigures.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { PapertapeError } from '../domain/errors.js';
import type { AnalysisResult, RunRecord, RunResult, RunStanding } from '../domain/runs.js';
import { DOLLAR, formatDecimal } from '../domain/units.js';
import { RunArchive } from '../host/RunArchive.js';
import { systemClock } from '../utils/clock.js';
import { shortHash } from './backtestSummary.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ListRunsFlags, RunsFlags, ShowRunFlags } from './commands/runs.js';
import { prepareReports, reportFacts } from './reportFile.js';
import type { PreparedReport } from './reportFile.js';
import { renderFacts, renderTable } from './table.js';

/** `runs ls`. */
export async function listRuns(flags: ListRunsFlags, context: CommandContext): Promise<void> {
  await withRuns(flags, context, async (archive) => {
    const all = await archive.runs();
    const shown = all.slice(0, flags.last);
    const { terminal } = context;
    if (flags.json === true) {
      const runs = shown.map((run) => runDocument(run, archive.standingOf(run)));
      terminal.out(`${JSON.stringify({ runs, total: all.length }, null, 2)}\n`);
      return;
    }
    if (all.length === 0) {
      terminal.out('No run was kept yet; `papertape backtest`, `walk-forward` and `validate` keep each.\n');
      return;
    }
    terminal.out(renderList(shown, archive, context));
    if (shown.length < all.length) {
      terminal.out(`  ${formatCount(all.length - shown.length)} older ones; --last says how many to list.\n`);
    }
  });
}

/** `runs show`. */
export async function showRun(name: string, flags: ShowRunFlags, context: CommandContext): Promise<void> {
  const files = await prepareReports(flags.report, context.cwd);
  await withRuns(flags, context, async (archive) => {
    const run = await archive.find(name);
    await writeKept(run, archive, files);
    const standing = archive.standingOf(run);
    const { terminal } = context;
    if (flags.json === true) {
      const trades = run.result === undefined ? [] : await archive.trades(run);
      const document = { ...runDocument(run, standing), trades };
      terminal.out(`${JSON.stringify(document, null, 2)}\n`);
      return;
    }
    terminal.out(`\n${renderFacts([...factsOf(run, standing), ...reportFacts(files)], terminal.colours)}`);
    if (run.analysis !== undefined) {
      const { columns, rows } = run.analysis.table;
      terminal.out(`\n${renderTable(columns, rows, terminal.colours)}`);
    }
    const { warnings } = run.result ?? run.analysis ?? { warnings: [] };
    for (const warning of warnings) terminal.out(`  ${terminal.colours.yellow('!')} ${warning}\n`);
  });
}

/** Writes the report that was kept with a run. Throws `NOT_FOUND` where there is none. */
async function writeKept(run: RunRecord, archive: RunArchive, files: readonly PreparedReport[]): Promise<void> {
  for (const file of files) {
    const text = await archive.report(run, file.format);
    if (text === undefined) {
      throw new PapertapeError('NOT_FOUND', `No report was kept with run ${run.number}.`, {
        remedy: 'Run it again with --report: of a large run none is kept otherwise.',
      });
    }
    await file.write(() => text);
  }
}

/** `runs rm`. Nothing is removed if one of the names is of no run, or one runs. */
export async function removeRuns(names: readonly string[], flags: RunsFlags, context: CommandContext): Promise<void> {
  await withRuns(flags, context, async (archive) => {
    const runs = new Map<number, RunRecord>();
    for (const name of names) {
      const run = await archive.find(name);
      if (archive.standingOf(run) === 'running') {
        throw new PapertapeError('USAGE', `Run ${run.number} is running, in process ${run.pid}.`, {
          remedy: 'Stop it first, with Ctrl+C where it runs.',
        });
      }
      runs.set(run.number, run);
    }
    for (const run of runs.values()) await archive.remove(run);
    const numbers = [...runs.keys()];
    const { terminal } = context;
    if (flags.json === true) terminal.out(`${JSON.stringify({ removed: numbers })}\n`);
    else terminal.out(`Removed ${plural(numbers.length, 'run')}: ${numbers.join(', ')}.\n`);
  });
}

/** Lends the archive and closes it afterwards. */
export async function withRuns<T>(
  flags: RunsFlags,
  context: CommandContext,
  use: (archive: RunArchive) => Promise<T>,
): Promise<T> {
  const archive = await RunArchive.open(settingsOf(context, flags).dataDir, systemClock);
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}

/** A run as JSON; money is decimal text in dollars. */
export function runDocument(run: RunRecord, standing: RunStanding): Readonly<Record<string, unknown>> {
  const { number, kind, title, symbols, from, to, startedAt, updatedAt, checkpoint, result, request } = run;
  const money = (value: number): string => formatDecimal(value, DOLLAR);
  return {
    number,
    kind,
    state: standing,
    title,
    symbols,
    from,
    to,
    startedAt,
    updatedAt,
    request: JSON.parse(request) as unknown,
    checkpoint: checkpoint === undefined ? null : { ...checkpoint, equity: money(checkpoint.equity) },
    result:
      result === undefined
        ? null
        : {
            ...result,
            startingCash: money(result.startingCash),
            finalEquity: money(result.finalEquity),
            fees: money(result.fees),
          },
    failure: run.failure ?? null,
    analysis: run.analysis ?? null,
  };
}

function renderList(runs: readonly RunRecord[], archive: RunArchive, { terminal }: CommandContext): string {
  const right = true;
  const columns = [
    { title: 'Run', right },
    { title: 'What' },
    { title: 'Strategy' },
    { title: 'Symbols' },
    { title: 'Days' },
    { title: 'Return', right },
    { title: 'Sharpe', right },
    { title: 'Trades', right },
    { title: 'Identity, verdict, fault' },
    { title: 'Begun (New York)' },
  ];
  const rows = runs.map((run) => {
    const { number, kind, title, symbols, from, to, startedAt, result, analysis, checkpoint, failure } = run;
    const statistics = (result ?? analysis)?.statistics;
    // What was judged did well where it was searched; beside real results that would mislead.
    const isTold = statistics !== undefined && kind !== 'validation';
    const far = checkpoint === undefined ? '' : ` at ${formatPercent(checkpoint.fraction)}`;
    return [
      String(number),
      kind,
      title,
      symbols.length > 3 ? `${symbols.slice(0, 3).join(' ')} +${symbols.length - 3}` : symbols.join(' '),
      from === to ? from : `${from} to ${to}`,
      statistics === undefined ? `${archive.standingOf(run)}${far}` : returnText(run, archive.standingOf(run)),
      isTold ? sharpeText(run, statistics) : '',
      isTold ? formatCount(statistics?.['trades'] ?? 0) : '',
      result === undefined ? (analysis?.verdict ?? failure?.code ?? '') : shortHash(result.identity),
      newYorkText(startedAt).slice(0, 16),
    ];
  });
  return renderTable(columns, rows, terminal.colours);
}

/** The Sharpe ratio of a kept run; `n/a` where its daily returns are too few for one. */
function sharpeText({ from, to, result, analysis }: RunRecord, statistics: RunResult['statistics']): string {
  const returns = keptReturns({ from, to, dailyReturns: (result ?? analysis)?.dailyReturns });
  return byDays(returns, formatRatio(statistics['sharpe'] ?? Number.NaN));
}

/** The return, and whether the strategy failed on the way to it. */
function returnText({ kind, result, analysis }: RunRecord, standing: RunStanding): string {
  if (kind === 'validation') return '';
  const gain =
    result === undefined ? (analysis?.statistics['totalReturn'] ?? NaN) : result.finalEquity / result.startingCash - 1;
  const gained = formatPercent(gain, { signed: true });
  return standing === 'failed' ? `failed; ${gained}` : gained;
}

function factsOf(run: RunRecord, standing: RunStanding): readonly (readonly [name: string, value: string])[] {
  const { number, kind, title, symbols, from, to, startedAt, checkpoint, result, analysis, failure } = run;
  const head: (readonly [string, string])[] = [
    ['Run', `${number}, ${kind}, ${standing}, begun ${newYorkText(startedAt)} New York time`],
    ['Strategy', title],
    ['Symbols', symbols.join(' ')],
    ['Days', `${from} to ${to}`],
  ];
  if (failure !== undefined) head.push(['Failed', `${failure.message.replaceAll('\n', ' ')} ${failure.code}`]);
  if (analysis !== undefined) {
    const { facts, dataHash, engineVersion, seed } = analysis;
    const told = new Set(facts.map(([name]) => name));
    return [
      ...head,
      ...figureFacts(run, analysis),
      ...facts,
      ...(told.has('Data hash') ? [] : [['Data hash', dataHash] as const]),
      ['Engine', `${engineVersion}, seed ${seed}`],
    ];
  }
  if (result === undefined) {
    if (checkpoint !== undefined) {
      const { fraction, time, equity, fills } = checkpoint;
      const where = `${formatPercent(fraction)} of the way, at ${newYorkText(time)} New York time`;
      head.push(['Was at', `${where}; equity ${formatMoney(equity)} after ${plural(fills, 'fill')}`]);
    }
    return head;
  }
  const { statistics: s, finalEquity, startingCash } = result;
  const figure = (name: string): number => s[name] ?? Number.NaN;
  return [
    ...head,
    ...result.strategies.map(
      ({ instanceId, symbols: traded, timeframe, params }) =>
        ['', `${instanceId} on ${traded.join(' ')}, ${timeframe}: ${paramsText(params)}`] as const,
    ),
    ['Equity', `${formatMoney(startingCash)} to ${formatMoney(finalEquity)}, fees ${formatMoney(result.fees)}`],
    ['Return', formatPercent(finalEquity / startingCash - 1, { signed: true })],
    ['Sharpe', sharpeText(run, s)],
    ['Max drawdown', formatPercent(figure('maxDrawdown'))],
    ['Round trips', `${formatCount(figure('trades'))}, won ${formatPercent(figure('winRate'))}`],
    ['Orders, fills', `${formatCount(result.orders)}, ${formatCount(result.fills)}`],
    ['Fills', `preset ${result.preset}, fee plan ${result.feePlan}`],
    ['Data', `${dataText(result.data)}; prices ${result.adjust}`],
    ['Identity', result.identity],
    ['Ledger', result.ledgerHash],
    ['Data hash', result.dataHash],
    ['Engine', `${result.engineVersion}, seed ${result.seed}`],
  ];
}

/** What an analysis came to: outside of training, or of the trial that was judged where it was searched. */
function figureFacts(run: RunRecord, { statistics }: AnalysisResult): readonly (readonly [string, string])[] {
  const figure = (name: string): number => statistics[name] ?? Number.NaN;
  return [
    [
      'Figures',
      run.kind === 'validation' ? 'of the best trial, on the days it was chosen by' : 'of the days outside of training',
    ],
    ['Return', formatPercent(figure('totalReturn'), { signed: true })],
    ['Sharpe', sharpeText(run, statistics)],
    ['Max drawdown', formatPercent(figure('maxDrawdown'))],
    ['Round trips', formatCount(figure('trades'))],
  ];
}
