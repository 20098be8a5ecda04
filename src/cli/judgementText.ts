/** The judgement of a search as people read it: a line for each test, what it found, and what that means. */
import { asLine, keptScoreText, paramsText, wantedText, whyNoneKept } from '../analytics/optimise/paramsText.js';
import { searchedDataText } from '../analytics/optimise/storedSearch.js';
import { judgementLines, verdictOf } from '../analytics/validation/judgementLines.js';
import type { JudgedSearch, JudgementLine } from '../analytics/validation/judgementLines.js';
import { headLine, warningLines } from './searchText.js';
import type { Colours } from './terminal.js';
import { wrapped } from './wrapped.js';

const INDENT = '    ';
const NAME_WIDTH = 18;
/** The whole text; ends with a line break. */
export function renderJudgement(judged: JudgedSearch, c: Colours, columns: number): string {
  const { search, best, warnings } = judged;
  const { backtest, plan } = search;
  const lines = judgementLines(judged);
  const found =
    best === undefined
      ? c.yellow(asLine(whyNoneKept(search)))
      : `${c.dim('Best')}  ${c.bold(paramsText(best.params))}  ${keptScoreText(plan.objective, best)}`;
  return [
    '',
    headLine(
      [backtest.strategy, backtest.symbols.join(' '), backtest.timeframe, `${backtest.from} to ${backtest.to}`],
      c,
    ),
    `  ${c.dim(search.id)}`,
    `  ${c.dim(searchedDataText(backtest))}`,
    '',
    `  ${found}  ${c.dim(wantedText(plan))}`,
    '',
    ...lines.map((line) => lineText(line, c, columns)),
    `  ${verdictOf(lines)}\n`,
    ...warningLines(warnings, c),
  ].join('\n');
}

/** The test and its figure, and below it what that means, as wide as the terminal lets it be. */
function lineText({ name, found, meaning, passed }: JudgementLine, c: Colours, columns: number): string {
  const mark = passed === undefined ? c.dim('–') : passed ? c.green('✔') : c.red('✖');
  const told = wrapped(meaning, Math.max(40, columns - INDENT.length)).map((part) => `${INDENT}${c.dim(part)}`);
  return [`  ${mark} ${name.padEnd(NAME_WIDTH)} ${c.bold(found)}`, ...told, ''].join('\n');
}
