/** What is told of a backtest: its figures in one summary, what to know before believing them, and what is kept. */
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import type { BacktestRun } from '../analytics/BacktestRun.js';
import { dataText } from '../analytics/dataTables.js';
import { benchmarkName } from '../analytics/benchmarkName.js';
import { denialWarnings } from '../analytics/denialWarnings.js';
import { evidenceGapWarnings } from '../analytics/evidenceGapWarnings.js';
import { formatCount, formatMoney, formatPercent, plural } from '../analytics/figureText.js';
import { ADJUST_NAMES } from '../analytics/report/provenance.js';
import { ruinWarnings } from '../analytics/ruinWarning.js';
import { returnCount, tooFewDays } from '../analytics/yearlyFigures.js';
import { scenarioOfPreset } from '../analytics/scenarioOfPreset.js';
import { fetchCommand, unknownSplitWarnings } from '../analytics/unknownSplits.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { RunResult } from '../domain/runs.js';
import type { SessionConfig } from '../domain/session.js';
import { describeFees } from '../exchange/fees/feePlans.js';
import { versionOf } from '../exchange/preset.js';
import { presetOf } from '../exchange/presets.js';
import type { BacktestSummary } from './backtestReport.js';
import type { BacktestRequest } from './backtestRequest.js';
import { finiteFigures } from '../analytics/finiteFigures.js';
import { openPositionsText } from '../analytics/openPositions.js';
import { missingDaysWarning } from './missingDays.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** Hexadecimal digits of a hash that people see; `--json` has all of them. */
const SHOWN_DIGITS = 12;

/** The names of a request's strategies, joined. */
export function titleOf({ strategies }: Pick<BacktestRequest, 'strategies'>): string {
  return strategies.map(({ name }) => name).join(' + ');
}

/** The summary for the terminal. `number` is that of the kept run. */
export function summaryOf(
  request: BacktestRequest,
  hashes: readonly string[],
  result: HistoryBacktestRun,
  warnings: readonly string[],
  written: { readonly number: number | undefined; readonly reportPaths: readonly string[]; readonly trials: string },
): BacktestSummary {
  const { run } = result;
  const { number, reportPaths, trials } = written;
  const { from, to } = request.flags;
  const few = tooFewDays(returnCount(run.curve));
  const hash = hashes.map(shortHash).join(', ');
  const preset = presetOf(run.config.preset);
  const fees = describeFees(run.config.feePlan, preset.regulatoryFees);
  const open = openPositionsText(result);
  const warmUp = result.warmUpRows === 0 ? 'no warm-up' : `${formatCount(result.warmUpRows)} for warm-up`;
  return {
    strategy: titleOf(request),
    symbols: result.symbols,
    timeframe: [...new Set(run.config.strategies.map(({ timeframe }) => timeframe))].join(' '),
    from,
    to,
    scenario: scenarioOfPreset(run.config.preset),
    startingCash: run.config.startingCash,
    finalEquity: run.finalEquity,
    fees: run.fees,
    orders: run.orders.length,
    fills: run.fillCount,
    statistics: run.statistics,
    benchmark: benchmarkName(run.benchmark),
    curve: run.curve,
    facts: [
      ['Fills', `preset ${preset.name}, version ${versionOf(preset)}; ${fees}`],
      ['', preset.description],
      ...(open === undefined
        ? []
        : [['Open', `${open.list}: in the equity at the last mark, in no round trip`] as const]),
      ...dividendFacts(run),
      ['Data', `${dataText(result.data)}, ${warmUp}; ${ADJUST_NAMES[result.adjust]}`],
      [
        'Figures',
        [`by the conventions of ${run.statistics.convention}`, ...(few === undefined ? [] : [few])].join('; '),
      ],
      [
        'Run',
        `${number === undefined ? 'not kept' : `number ${number}`}, identity ${shortHash(run.identity)}, ` +
          `ledger ${shortHash(run.ledgerHash)}, strategy ${hash}`,
      ],
      ['Trials', trials],
      ...(reportPaths.length === 0
        ? [['More', '--report FILE.html and --json give every trade; docs/fill-model.md explains the fills'] as const]
        : reportPaths.map((path, index) => [index === 0 ? 'Report' : '', path] as const)),
    ],
    warnings,
  };
}

/** A run, as far as its dividends go. */
type PaidRun = Pick<BacktestRun, 'dividends' | 'benchmark'> & { readonly config: Pick<SessionConfig, 'symbols'> };

/** What was paid to positions: in none of their round trips, so that these do not add up to the profit. */
export function dividendFacts({
  dividends,
  benchmark,
  config,
}: PaidRun): readonly (readonly [name: string, value: string])[] {
  if (dividends === 0) return [];
  const isAlone = config.symbols.length === 1 && config.symbols[0] === benchmark?.symbol;
  const name = `${benchmarkName(benchmark)} puts ${isAlone ? 'them' : 'its own'} into more of it`;
  const held = benchmark?.hasDividends === true ? `; ${name}` : '';
  const paid = dividends > 0 ? `+${formatMoney(dividends)}` : formatMoney(dividends);
  return [['Dividends', `${paid} in cash: in the profit, in no round trip${held}`]];
}

/** What makes a benchmark of choice less than it seems. */
function benchmarkWarnings({ run, adjust }: HistoryBacktestRun): readonly string[] {
  const { benchmark, curve } = run;
  const chosen = benchmark?.chosen;
  const first = chosen?.path.time[0];
  if (chosen === undefined || first === undefined) return [];
  const { symbol } = chosen;
  const warnings: string[] = [];
  const begins = newYorkDate(first);
  if (begins > newYorkDate(curve.time[0] ?? first)) {
    warnings.push(`The benchmark ${symbol} begins on ${formatDate(begins)}: nothing before is measured against it.`);
  }
  if (chosen.adjust === 'raw' && adjust === 'raw') {
    const [from, to] = [curve.time[0] ?? first, curve.time.at(-1) ?? first].map((time) =>
      formatDate(newYorkDate(time)),
    );
    const command = fetchCommand([symbol], from ?? '', to ?? '');
    warnings.push(
      `The cache knows no splits of the benchmark ${symbol}: one in these days would look like a fall of it. ` +
        `Fetch them with \`${command}\`, or import a factor file of it with \`papertape data import FILE\`.`,
    );
  }
  return warnings;
}

/** What a reader should know before believing the figures; `actions` are those of the range of `flags`. */
export function warningsOf(
  result: HistoryBacktestRun,
  actions: readonly DatedAction[],
  { flags }: Pick<BacktestRequest, 'flags'>,
): readonly string[] {
  const { run, symbols } = result;
  const warnings = [
    ...ruinWarnings(run.curve, run.bookings),
    ...missingDaysWarning(run.curve, flags.from, flags.to),
    ...benchmarkWarnings(result),
  ];
  const splits = actions.filter(({ action }) => action.kind === 'split');
  const [split] = splits;
  if (split !== undefined) {
    warnings.push(
      `Prices are as traded, and ${symbols[split.symbolId] ?? ''} was split on ${split.exDate}${
        splits.length === 1 ? '' : ` (and ${splits.length - 1} more)`
      }: positions follow, indicators see a jump; --adjust split has none.`,
    );
  }
  const jumps = run.overnightJumps;
  warnings.push(...unknownSplitWarnings({ jumps, symbols, priceScale: run.config.priceScale, actions }));
  warnings.push(...evidenceGapWarnings(run.evidenceGaps, symbols));
  for (const { instanceId, readyAt, error } of run.strategies) {
    if (readyAt === undefined && error === undefined) {
      warnings.push(
        `The indicators of ${instanceId} never had enough bars; give an earlier --from or import more history.`,
      );
    }
  }
  warnings.push(...denialWarnings(run.signals.denials, run.orders.length));
  const refused = run.orders.filter((order) => order.status === 'denied' || order.status === 'rejected');
  const [first] = refused;
  if (first !== undefined) {
    warnings.push(
      `${plural(refused.length, 'order was', 'orders were')} refused, the first because ${first.statusReason}.`,
    );
  }
  return warnings;
}

/** What each of several strategies came to; ends with a line break. Nothing for one alone. */
export function renderStrategies({ run }: HistoryBacktestRun, colours: Colours): string {
  const { strategies } = run.config;
  if (strategies.length < 2) return '';
  const rows = strategies.map(({ instanceId, symbols, timeframe }) => {
    const trips = run.roundTrips.filter(({ owner }) => owner === instanceId);
    const won = trips.filter(({ pnl }) => pnl > 0).length;
    const closed = trips.reduce((sum, { pnl }) => sum + pnl, 0);
    const own = run.positions.filter(({ owner }) => owner === instanceId);
    const result = own.reduce((sum, one) => sum + one.realisedPnl + one.unrealisedPnl - one.fees, 0);
    return [
      instanceId,
      symbols.join(' '),
      timeframe,
      formatCount(trips.length),
      formatPercent(won / trips.length),
      formatMoney(own.reduce((sum, { fees }) => sum + fees, 0)),
      formatMoney(closed),
      // Fees of what is open are in it, so that both add up to what the strategy came to.
      formatMoney(result - closed),
    ];
  });
  const right = true;
  const columns = [
    { title: 'Strategy' },
    { title: 'Symbols' },
    { title: 'Bars' },
    { title: 'Round trips', right },
    { title: 'Won', right },
    { title: 'Fees', right },
    { title: 'Closed P&L', right },
    { title: 'Open P&L', right },
  ];
  return `\n${renderTable(columns, rows, colours)}`;
}

/** What is kept of a run. */
export function runResultOf(result: HistoryBacktestRun, warnings: readonly string[]): RunResult {
  const { run, adjust, data, warmUpRows } = result;
  const { inputs, config } = run;
  return {
    identity: run.identity,
    ledgerHash: run.ledgerHash,
    dataHash: inputs.dataHash,
    engineVersion: inputs.engineVersion,
    seed: inputs.seed,
    preset: inputs.preset,
    feePlan: inputs.feePlan,
    adjust,
    strategies: inputs.strategies.map(({ config: { instanceId, strategy, symbols, timeframe }, hash, params }) => ({
      instanceId,
      name: strategy,
      hash,
      symbols,
      timeframe,
      params,
    })),
    startingCash: config.startingCash,
    finalEquity: run.finalEquity,
    fees: run.fees,
    orders: run.orders.length,
    fills: run.fillCount,
    statistics: numbersOf(finiteFigures(run.statistics)),
    dailyReturns: returnCount(run.curve),
    data,
    warmUpRows,
    warnings,
    priceScale: config.priceScale,
  };
}

/** The figures among statistics, without the names of conventions. */
function numbersOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number | null>> {
  const numbers: Record<string, number | null> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' || value === null) numbers[name] = value;
  }
  return numbers;
}

/** The first digits of a hash. */
export function shortHash(hash: string): string {
  return hash.slice(0, SHOWN_DIGITS);
}
