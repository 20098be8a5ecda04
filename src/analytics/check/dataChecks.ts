/**
 * Data touched: which sessions are missing, what the feed is worth, which prices jump as by a split that nobody knows
 * of, where what fills are decided on is missing, and which securities were renamed or end within the window. Here the
 * facts are judged.
 */
import { formatCount, plural } from '../figureText.js';
import { unknownSplitsText } from '../unknownSplits.js';
import type { UnknownSplit } from '../unknownSplits.js';
import type { CheckResult } from './CheckReport.js';

/** What the cache knows of one symbol's bars in the window. Dates are New York dates. */
export interface SeriesFacts {
  readonly symbol: string;
  /** Sessions of the window. */
  readonly sessions: number;
  /** Of these, those without a bar. */
  readonly missing: readonly string[];
  /** Of these, those that no source has told in full; a session can have bars and still be untold in part. */
  readonly untold: number;
  /** Bars that could be in the hours told, and those of them that are not there. */
  readonly possibleBars: number;
  readonly quietBars: number;
  /** First and last date with a bar, anywhere in the cache; undefined where there is none. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** The last date with a bar of any symbol in the cache. */
  readonly newest: string | undefined;
  /** Sources of the bars, with what of the market each shows. */
  readonly sources: readonly { readonly source: string; readonly coverage: string }[];
  /** What the security was called on other dates of the window, in order; empty if it was not renamed. */
  readonly otherNames: readonly string[];
}

/** What the plain run found in its data. */
export interface DataDoubts {
  readonly jumps: readonly UnknownSplit[];
  /** Sessions without what fills are decided on, in words. */
  readonly gaps: readonly string[];
}

/** Symbols in a window from which on it is remarkable that none of them ended in it. */
const MANY_SYMBOLS = 20;
/** Sessions of a window that is long enough for that. */
const YEAR = 252;
/** Share of the sessions that may be missing without a word. */
const FEW = 0.02;
/** Share of the bars of told hours that may be absent without a word. */
const QUIET = 0.1;

/**
 * Judges gaps, feed quality, prices that jump as by a split which the cache does not know, and days without what fills
 * are decided on.
 */
export function checkData(series: readonly SeriesFacts[], { jumps, gaps: waits }: DataDoubts): CheckResult {
  const gaps = series.filter(({ missing }) => missing.length > 0);
  const partial = series.filter(
    ({ sources }) => sources.length === 0 || sources.some(({ coverage }) => coverage !== 'consolidated'),
  );
  const quiet = series.filter(({ quietBars, possibleBars }) => quietBars > possibleBars * QUIET);
  const sessions = Math.max(0, ...series.map((facts) => facts.sessions));
  const figures = { series, unknownSplits: jumps };
  const jumped = unknownSplitsText(jumps);
  const parts = [...(jumped === undefined ? [] : [jumped]), ...waits];
  const [gap] = gaps;
  if (gap !== undefined) {
    const days = gaps.reduce((sum, { missing }) => sum + missing.length, 0);
    parts.push(
      `${plural(days, 'session')} without a bar, the first ${gap.missing[0] ?? ''} of ${gap.symbol} ` +
        `(${gap.missing.length} of ${gap.sessions})`,
    );
  }
  const [single] = partial;
  if (single !== undefined) {
    const [source] = single.sources;
    const whose =
      source === undefined
        ? 'of an unknown source'
        : `${source.source}, ${source.coverage} and not of the whole market`;
    parts.push(`the bars of ${single.symbol} are ${whose}`);
  }
  const [thin] = quiet;
  if (thin !== undefined) {
    parts.push(
      `${formatCount(thin.quietBars)} of ${formatCount(thin.possibleBars)} bars of ${thin.symbol} are absent ` +
        'in hours that its source has told',
    );
  }
  if (parts.length === 0) {
    const symbols = plural(series.length, 'symbol');
    const there = sessions === 1 ? 'The one session is' : `All ${plural(sessions, 'session')} are`;
    const sentence = `${there} there for ${symbols}, of consolidated data.`;
    return { check: 'data', verdict: 'pass', sentence, figures };
  }
  const isMinor =
    jumps.length === 0 &&
    waits.length === 0 &&
    partial.length === 0 &&
    quiet.length === 0 &&
    gaps.every((facts) => facts.missing.length <= facts.sessions * FEW);
  return { check: 'data', verdict: isMinor ? 'pass' : 'warn', sentence: `${capital(parts.join('; '))}.`, figures };
}

/** Judges who is in the run and who is not. */
export function checkSurvivorship(series: readonly SeriesFacts[], to: string): CheckResult {
  const renamed = series.filter(({ otherNames }) => otherNames.length > 0);
  const ended = series.filter(
    ({ last, newest }) => last !== undefined && last < to && newest !== undefined && last < newest,
  );
  const sessions = Math.max(0, ...series.map((facts) => facts.sessions));
  const figures = {
    symbols: series.length,
    renamed: renamed.map(({ symbol, otherNames }) => ({ symbol, otherNames })),
    ended: ended.map(({ symbol, last }) => ({ symbol, last })),
  };
  const parts: string[] = [];
  const [name] = renamed;
  if (name !== undefined) parts.push(`${name.symbol} was called ${name.otherNames.join(', ')} within the window`);
  const [end] = ended;
  if (end !== undefined) {
    parts.push(
      `the bars of ${end.symbol} end on ${end.last ?? ''} while others go on: delisted, or a gap; ` +
        'a position kept beyond is worth its last price',
    );
  }
  if (series.length >= MANY_SYMBOLS && sessions >= YEAR && ended.length === 0) {
    parts.push(
      `none of ${series.length} symbols ended in ${formatCount(sessions)} sessions: ` +
        "they look chosen from today's survivors",
    );
  }
  if (parts.length > 0) {
    const verdict = name !== undefined && parts.length === 1 ? 'pass' : 'warn';
    return { check: 'survivorship', verdict, sentence: `${capital(parts.join('; '))}.`, figures };
  }
  const sentence =
    `None of ${plural(series.length, 'symbol')} was renamed or ended in the window; ` +
    'that they were chosen knowing so cannot be seen here.';
  return { check: 'survivorship', verdict: 'pass', sentence, figures };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
