/** The checks of a strategy as people and programs read them. */
import type { CheckResult, Evidence, Verdict } from '../analytics/check/CheckReport.js';
import type { CheckOutcome } from '../analytics/check/checkStrategy.js';
import { dataText } from '../analytics/dataTables.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { formatCount, formatPercent, plural } from '../analytics/figureText.js';
import type { Colours, Terminal } from './terminal.js';
import { wrapped } from './wrapped.js';

/** What was checked. */
export interface CheckSubject {
  readonly name: string;
  readonly hash: string;
  readonly from: string;
  readonly to: string;
}

const NAME_WIDTH = 14;
/** Before sentences that go on in a further line, and evidence. */
const INDENT = ' '.repeat(NAME_WIDTH + 9);
/** However narrow the terminal is. */
const NARROWEST = 40;
/** Longest decision that is shown. */
const MAX_SHOWN = 160;
const SHOWN_DIGITS = 12;

/**
 * The verdict, each check with its sentence as wide as the terminal lets it be, and the evidence of those that did not
 * pass; ends with a line break.
 */
export function renderCheck(
  { name, hash, from, to }: CheckSubject,
  { report, plain }: CheckOutcome,
  { colours: c, columns }: Pick<Terminal, 'colours' | 'columns'>,
): string {
  const { run, symbols } = plain;
  const gain = formatPercent(run.finalEquity / run.config.startingCash - 1, { signed: true });
  const shown = symbols.slice(0, 6).join(', ') + (symbols.length > 6 ? ` and ${symbols.length - 6} more` : '');
  const head = `${name} on ${shown}, ${from} to ${to}: ${gain} with ${plural(run.fillCount, 'fill')}`;
  const lines = report.results.flatMap((result) => linesOf(result, c, columns));
  return [
    '',
    `  ${mark(report.verdict, c)} ${c.bold(head)}`,
    c.dim(`    ${dataText(plain.data)}`),
    c.dim(`    strategy ${short(hash)}, run ${short(run.identity)}, ledger ${short(run.ledgerHash)}`),
    '',
    ...lines,
    '',
    `  ${conclusion(report.results)}`,
    '',
  ].join('\n');
}

/** The same as a JSON document. Times are microseconds since 1970, UTC. */
export function checkDocument(
  { name, hash, from, to }: CheckSubject,
  { report, plain }: CheckOutcome,
): Readonly<Record<string, unknown>> {
  const { run, symbols } = plain;
  return {
    strategy: { name, hash },
    symbols,
    from,
    to,
    data: { tables: plain.data, warmUpRows: plain.warmUpRows, hash: run.inputs.dataHash },
    run: { identity: run.identity, ledgerHash: run.ledgerHash, fills: run.fillCount },
    verdict: report.verdict,
    checks: report.results.map(({ check, verdict, sentence, evidence, figures }) => ({
      check,
      verdict,
      sentence,
      evidence: evidence ?? null,
      figures: figures ?? {},
    })),
  };
}

function linesOf({ check, verdict, sentence, evidence }: CheckResult, c: Colours, columns: number): readonly string[] {
  const [first = '', ...rest] = wrapped(sentence, Math.max(NARROWEST, columns - INDENT.length));
  const lines = [
    `  ${label(verdict, c)}  ${c.bold(check.padEnd(NAME_WIDTH))} ${first}`,
    ...rest.map((part) => INDENT + part),
  ];
  return evidence === undefined ? lines : [...lines, ...evidenceLines(evidence, c)];
}

function evidenceLines({ time, symbol, change, before, after }: Evidence, c: Colours): readonly string[] {
  const place = [time === null ? '' : newYorkText(time), symbol ?? ''].filter((part) => part !== '').join(' ');
  return [
    ...(place === '' ? [] : [c.dim(`${INDENT}${place}`)]),
    c.dim(`${INDENT}as it runs: ${shortened(before)}`),
    c.dim(`${INDENT}but when ${change}: ${shortened(after)}`),
  ];
}

function conclusion(results: readonly CheckResult[]): string {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  const parts = [
    `${formatCount(count('pass'))} passed`,
    plural(count('warn'), 'warning'),
    `${formatCount(count('fail'))} failed`,
    `${formatCount(count('skip'))} not made`,
  ];
  return `${parts.join(', ')}.`;
}

function label(verdict: Verdict, c: Colours): string {
  const text = verdict.toUpperCase();
  if (verdict === 'pass') return c.green(text);
  if (verdict === 'warn') return c.yellow(text);
  return verdict === 'fail' ? c.red(text) : c.dim(text);
}

function mark(verdict: Verdict, c: Colours): string {
  if (verdict === 'fail') return c.red('✖');
  return verdict === 'warn' ? c.yellow('!') : c.green('✔');
}

function short(hash: string): string {
  return hash.slice(0, SHOWN_DIGITS);
}

function shortened(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
