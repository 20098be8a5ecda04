/** `compare`: two kept backtests side by side, their inputs, their figures and their trades. */
import { compareTrades } from '../analytics/compareTrades.js';
import type { TradeChange, TradeComparison, TradeField } from '../analytics/compareTrades.js';
import { formatCount, formatMoney, plural } from '../analytics/figureText.js';
import { FEWEST_DAYS } from '../analytics/dayFigures.js';
import { isSupported, returnCount, SHORTEST_YEARLY_DAYS } from '../analytics/yearlyFigures.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { PapertapeError } from '../domain/errors.js';
import { canGoOn } from '../domain/runs.js';
import type { RunRecord, RunResult, StoredTrade } from '../domain/runs.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import type { CommandContext } from './CommandContext.js';
import type { RunsFlags } from './commands/runs.js';
import { figureChange, figureName, figureValue } from './comparedFigures.js';
import { paramsText, withRuns } from './runRuns.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** Differences of a kind that are listed; `--json` has all. */
const MOST_LISTED = 10;

interface Side {
  readonly run: RunRecord;
  readonly result: RunResult;
  readonly trades: readonly StoredTrade[];
  /** Of its equity. */
  readonly dailyReturns: number;
}

/** Runs the command. Throws `RUN_UNKNOWN`, and `USAGE` for a run without a result. */
export async function compareRuns(
  nameA: string,
  nameB: string,
  flags: RunsFlags,
  context: CommandContext,
): Promise<void> {
  await withRuns(flags, context, async (archive) => {
    const sideOf = async (name: string): Promise<Side> => {
      const run = await archive.find(name);
      const { result } = run;
      if (result !== undefined) {
        const dailyReturns = returnCount(await archive.equity(run));
        return { run, result, trades: await archive.trades(run), dailyReturns };
      }
      if (run.kind !== 'backtest') {
        throw new PapertapeError('USAGE', `Run ${run.number} is a ${run.kind}, which has no trades to compare.`, {
          remedy: 'Compare two backtests; `papertape runs ls` tells which runs those are.',
        });
      }
      const standing = archive.standingOf(run);
      throw new PapertapeError('USAGE', `Run ${run.number} has no result to compare: it stands as ${standing}.`, {
        remedy: canGoOn(standing)
          ? `Go on with it first: papertape backtest --resume ${run.number}`
          : `See what became of it with \`papertape runs show ${run.number}\`, and compare a run that is done.`,
      });
    };
    const a = await sideOf(nameA);
    const b = await sideOf(nameB);
    const trades = compareTrades(a.trades, b.trades, { a: a.result.priceScale, b: b.result.priceScale });
    const { terminal } = context;
    if (flags.json === true) terminal.out(`${JSON.stringify(compareDocument(a, b, trades), null, 2)}\n`);
    else terminal.out(renderComparison(a, b, trades, terminal.colours));
  });
}

/** Names and values of both runs that say what was run, where they differ. */
function inputDifferences({ result: a, run: runA }: Side, { result: b, run: runB }: Side) {
  const texts = (run: RunRecord, result: RunResult): readonly (readonly [name: string, value: string])[] => [
    ['strategies', result.strategies.map(({ name }) => name).join(', ')],
    ['code', result.strategies.map(({ hash }) => hash.slice(0, 12)).join(', ')],
    ['parameters', result.strategies.map(({ params }) => paramsText(params)).join(' | ')],
    ['timeframes', result.strategies.map(({ timeframe }) => timeframe).join(', ')],
    ['symbols', run.symbols.join(' ')],
    ['days', `${run.from} to ${run.to}`],
    ['data', result.dataHash.slice(0, 12)],
    ['prices', result.adjust],
    ['preset', result.preset],
    ['fee plan', result.feePlan],
    ['starting cash', formatMoney(result.startingCash)],
    ['engine', result.engineVersion],
    ['seed', String(result.seed)],
  ];
  const other = texts(runB, b);
  return texts(runA, a).flatMap(([name, value], index) => {
    const valueB = other[index]?.[1] ?? '';
    return value === valueB ? [] : [{ name, a: value, b: valueB }];
  });
}

/** Every statistic of either run, in the order of the first. */
function statisticPairs({ result: a }: Side, { result: b }: Side) {
  const names = [...new Set([...Object.keys(a.statistics), ...Object.keys(b.statistics)])];
  return names.map((name) => ({ name, a: a.statistics[name] ?? null, b: b.statistics[name] ?? null }));
}

function compareDocument(a: Side, b: Side, trades: TradeComparison): Readonly<Record<string, unknown>> {
  const head = ({ run, result }: Side) => ({
    number: run.number,
    title: run.title,
    identity: result.identity,
    ledgerHash: result.ledgerHash,
    finalEquity: formatDecimal(result.finalEquity, DOLLAR),
    trades: result.statistics['trades'] ?? null,
  });
  const of = (side: Side) => (trade: StoredTrade) => tradeDocument(trade, side.result.priceScale);
  const change = ({ a: one, b: other, fields }: TradeChange) => ({ fields, a: of(a)(one), b: of(b)(other) });
  const { first } = trades;
  return {
    a: head(a),
    b: head(b),
    sameLedger: a.result.ledgerHash === b.result.ledgerHash,
    inputs: inputDifferences(a, b),
    statistics: statisticPairs(a, b),
    trades: {
      same: trades.same,
      changed: trades.changed.map(change),
      onlyA: trades.onlyA.map(of(a)),
      onlyB: trades.onlyB.map(of(b)),
      first:
        first === undefined
          ? null
          : first.kind === 'changed'
            ? { kind: first.kind, ...change(first.change) }
            : { kind: first.kind, trade: of(first.kind === 'onlyA' ? a : b)(first.trade) },
    },
  };
}

function tradeDocument(trade: StoredTrade, scale: number): Readonly<Record<string, unknown>> {
  return {
    ...trade,
    side: trade.side === 'buy' ? 'long' : 'short',
    quantity: formatDecimal(trade.quantity, SHARE, 0),
    entryPrice: formatDecimal(trade.entryPrice, scale),
    exitPrice: formatDecimal(trade.exitPrice, scale),
    fees: formatDecimal(trade.fees, DOLLAR),
    pnl: formatDecimal(trade.pnl, DOLLAR),
  };
}

function renderComparison(a: Side, b: Side, trades: TradeComparison, c: Colours): string {
  const nameA = `Run ${a.run.number}`;
  const nameB = `Run ${b.run.number}`;
  const right = true;
  const inputs = inputDifferences(a, b).map(({ name, a: one, b: other }) => [name, one, other]);
  const pairs = statisticPairs(a, b).filter((pair) => pair.a !== pair.b);
  const statistics = pairs.map(({ name, ...pair }) => {
    const [one, other] = [supported(a, name, pair.a), supported(b, name, pair.b)];
    return [figureName(name), figureValue(name, one), figureValue(name, other), figureChange(name, one, other)];
  });
  const isSame = a.result.ledgerHash === b.result.ledgerHash;
  const head = isSame
    ? `${c.green('✔')} ${nameA} and ${nameB} have the same fills, to the last figure.`
    : `${nameA} and ${nameB} differ: ` +
      `equity ${formatMoney(a.result.finalEquity)} and ${formatMoney(b.result.finalEquity)}.`;
  return [
    `\n  ${head}\n`,
    inputs.length === 0
      ? '  What was asked for is the same.\n'
      : renderTable([{ title: 'Asked for' }, { title: nameA }, { title: nameB }], inputs, c),
    statistics.length === 0
      ? '  All statistics are the same.\n'
      : renderTable(
          [{ title: 'Statistic' }, { title: nameA, right }, { title: nameB, right }, { title: 'Change', right }],
          statistics,
          c,
        ),
    ...unsupportedText([a, b], pairs),
    renderTrades(a, b, trades, c),
  ].join('\n');
}

/** A figure of a run as it is shown: null where its days are too few for it. */
function supported({ result: { statistics }, dailyReturns }: Side, name: string, value: number | null): number | null {
  // Of a run that was kept without their number there cannot be more.
  const benchmarkDays = statistics['benchmarkDays'] ?? dailyReturns;
  return isSupported(name, { days: statistics['days'] ?? 0, returns: dailyReturns, benchmarkDays }) ? value : null;
}

/** Why figures that a run has are not shown; a line or none. */
function unsupportedText(sides: readonly Side[], pairs: ReturnType<typeof statisticPairs>): readonly string[] {
  const isHidden = pairs.some(({ name, a, b }) =>
    sides.some((side, index) => {
      const value = index === 0 ? a : b;
      return value !== null && supported(side, name, value) === null;
    }),
  );
  if (!isHidden) return [];
  return [
    `  n/a: volatility, Sharpe and Sortino take ${FEWEST_DAYS} daily returns, information ratio, tracking error and ` +
      `Treynor as many of the benchmark too, growth and Calmar ${SHORTEST_YEARLY_DAYS} days; --json has the numbers.\n`,
  ];
}

function renderTrades(a: Side, b: Side, trades: TradeComparison, c: Colours): string {
  const { same, changed, onlyA, onlyB, first } = trades;
  const [nameA, nameB] = [`run ${a.run.number}`, `run ${b.run.number}`];
  const lines = [
    `  ${c.bold('Trades')}  ${formatCount(same)} the same, ${formatCount(changed.length)} changed, ` +
      `${formatCount(onlyA.length)} only in ${nameA}, ${formatCount(onlyB.length)} only in ${nameB}`,
  ];
  const scales = { a: a.result.priceScale, b: b.result.priceScale };
  const changeLine = (change: TradeChange): string =>
    `${tradeText(change.a, scales.a)}: ${change.fields.map((field) => fieldText(change, field, scales)).join('; ')}`;
  if (first !== undefined) {
    const text =
      first.kind === 'changed'
        ? changeLine(first.change)
        : `only in ${first.kind === 'onlyA' ? nameA : nameB}: ` +
          tradeText(first.trade, first.kind === 'onlyA' ? scales.a : scales.b);
    lines.push(`  ${c.yellow('First difference')}  ${text}`);
  }
  const list = (title: string, items: readonly string[]): void => {
    if (items.length === 0) return;
    lines.push('', `  ${c.dim(title)}`, ...items.slice(0, MOST_LISTED).map((item) => `    ${item}`));
    if (items.length > MOST_LISTED) {
      lines.push(`    ${c.dim(`and ${plural(items.length - MOST_LISTED, 'more', 'more')}; --json has all`)}`);
    }
  };
  list('Changed', changed.map(changeLine));
  list(
    `Only in ${nameA}`,
    onlyA.map((trade) => tradeText(trade, scales.a)),
  );
  list(
    `Only in ${nameB}`,
    onlyB.map((trade) => tradeText(trade, scales.b)),
  );
  return `${lines.join('\n')}\n`;
}

/** `long 100 SPY, 2013-10-07 09:31:00 at 168.12 to 2013-10-07 10:02:00 at 168.4, $28.00`; New York time. */
function tradeText(
  { symbol, side, quantity, entryTime, entryPrice, exitTime, exitPrice, pnl }: StoredTrade,
  scale: number,
) {
  const what = `${side === 'buy' ? 'long' : 'short'} ${formatDecimal(quantity, SHARE, 0)} ${symbol}`;
  const entry = `${newYorkText(entryTime)} at ${formatDecimal(entryPrice, scale)}`;
  const exit = `${newYorkText(exitTime)} at ${formatDecimal(exitPrice, scale)}`;
  return `${what}, ${entry} to ${exit}, ${formatMoney(pnl)}`;
}

const FIELD_NAMES: Readonly<Record<TradeField, string>> = {
  quantity: 'quantity',
  entryTime: 'entry',
  entryPrice: 'entry price',
  entryReason: 'entry reason',
  exitTime: 'exit',
  exitPrice: 'exit price',
  exitReason: 'exit reason',
  fees: 'fees',
  pnl: 'P&L',
};

function fieldText(
  { a, b }: TradeChange,
  field: TradeField,
  scales: { readonly a: number; readonly b: number },
): string {
  const value = (trade: StoredTrade, scale: number): string => {
    switch (field) {
      case 'quantity':
        return formatDecimal(trade.quantity, SHARE, 0);
      case 'entryTime':
      case 'exitTime':
        return newYorkText(trade[field]);
      case 'entryPrice':
      case 'exitPrice':
        return formatDecimal(trade[field], scale);
      case 'entryReason':
      case 'exitReason':
        return `"${trade[field]}"`;
      case 'fees':
      case 'pnl':
        return formatMoney(trade[field]);
    }
  };
  return `${FIELD_NAMES[field]} ${value(a, scales.a)} became ${value(b, scales.b)}`;
}
