/** `compare`: two kept backtests side by side, their inputs, their figures and their trades. */
import {
  changedFields,
  compareRuns as comparisonOf,
  FIGURES_TAKE,
  storedTradeDocument,
  whyIncomparable,
} from '../analytics/compareRuns.js';
import type { RunComparison } from '../analytics/compareRuns.js';
import type { TradeChange, TradeDifference } from '../analytics/compareTrades.js';
import { formatCount, formatMoney, plural } from '../analytics/figureText.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { PapertapeError } from '../domain/errors.js';
import type { ComparedRun, StoredTrade } from '../domain/runs.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import type { CommandContext } from './CommandContext.js';
import type { RunsFlags } from './commands/runs.js';
import { withRuns } from './runRuns.js';
import { renderTable } from './table.js';
import type { Colours } from './terminal.js';

/** Differences of a kind that are listed; `--json` has all. */
const MOST_LISTED = 10;

/** Runs the command. Throws `RUN_UNKNOWN`, and `USAGE` for a run without a result. */
export async function compareRuns(
  nameA: string,
  nameB: string,
  flags: RunsFlags,
  context: CommandContext,
): Promise<void> {
  await withRuns(flags, context, async (archive) => {
    const sideOf = async (name: string): Promise<ComparedRun> => {
      const { number } = await archive.find(name);
      const side = await archive.toCompare(number);
      if (side.result !== undefined) return side;
      const { message, remedy } = whyIncomparable(side);
      throw new PapertapeError('USAGE', message, { remedy });
    };
    const a = await sideOf(nameA);
    const b = await sideOf(nameB);
    const comparison = comparisonOf(a, b);
    const { terminal } = context;
    if (flags.json === true) terminal.out(`${JSON.stringify(compareDocument(a, b, comparison), null, 2)}\n`);
    else terminal.out(renderComparison(a, b, comparison, terminal.colours));
  });
}

function compareDocument(
  a: ComparedRun,
  b: ComparedRun,
  { sameLedger, inputs, figures, trades }: RunComparison,
): Readonly<Record<string, unknown>> {
  const head = ({ run, result }: ComparedRun) => ({
    number: run.number,
    title: run.title,
    identity: result.identity,
    ledgerHash: result.ledgerHash,
    finalEquity: formatDecimal(result.finalEquity, DOLLAR),
    trades: result.statistics['trades'] ?? null,
  });
  const of = (side: ComparedRun) => (trade: StoredTrade) => storedTradeDocument(trade, side.result.priceScale);
  const change = ({ a: one, b: other, fields }: TradeChange) => ({ fields, a: of(a)(one), b: of(b)(other) });
  const [first] = trades.differences;
  return {
    a: head(a),
    b: head(b),
    sameLedger,
    inputs,
    statistics: figures.map(({ name, ...pair }) => ({ name, a: pair.a, b: pair.b })),
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

function renderComparison(a: ComparedRun, b: ComparedRun, comparison: RunComparison, c: Colours): string {
  const nameA = `Run ${a.run.number}`;
  const nameB = `Run ${b.run.number}`;
  const right = true;
  const inputs = comparison.inputs.map(({ name, a: one, b: other }) => [name, one, other]);
  const differing = comparison.figures.filter((pair) => pair.a !== pair.b);
  const statistics = differing.map(({ told }) => [told.title, told.a, told.b, told.change]);
  const head = comparison.sameLedger
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
    ...(differing.some(({ isHidden }) => isHidden) ? [`  n/a: ${FIGURES_TAKE}; --json has the numbers.\n`] : []),
    renderTrades(a, b, comparison, c),
  ].join('\n');
}

function renderTrades(a: ComparedRun, b: ComparedRun, { trades }: RunComparison, c: Colours): string {
  const { same, changed, onlyA, onlyB, differences } = trades;
  const [nameA, nameB] = [`run ${a.run.number}`, `run ${b.run.number}`];
  const lines = [
    `  ${c.bold('Trades')}  ${formatCount(same)} the same, ${formatCount(changed.length)} changed, ` +
      `${formatCount(onlyA.length)} only in ${nameA}, ${formatCount(onlyB.length)} only in ${nameB}`,
  ];
  const [scaleA, scaleB] = [a.result.priceScale, b.result.priceScale];
  const changeLine = (change: TradeChange): string =>
    `${tradeText(change.a, scaleA)}: ` +
    changedFields(change, scaleA, scaleB)
      .map((field) => `${field.name} ${field.a} became ${field.b}`)
      .join('; ');
  const differenceText = (difference: TradeDifference): string => {
    if (difference.kind === 'changed') return changeLine(difference.change);
    const isOfA = difference.kind === 'onlyA';
    return `only in ${isOfA ? nameA : nameB}: ${tradeText(difference.trade, isOfA ? scaleA : scaleB)}`;
  };
  const [first] = differences;
  if (first !== undefined) lines.push(`  ${c.yellow('First difference')}  ${differenceText(first)}`);
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
    onlyA.map((trade) => tradeText(trade, scaleA)),
  );
  list(
    `Only in ${nameB}`,
    onlyB.map((trade) => tradeText(trade, scaleB)),
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
