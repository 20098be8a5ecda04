/**
 * The judgement of a search as one JSON document. What only pictures need, such as the course of every path, is left to
 * the report's own document.
 */
import { formatDate } from '../../calendar/tradingDate.js';
import { finiteFigures } from '../finiteFigures.js';
import { missingFigures } from '../missingFigures.js';
import type { StoredSearch, StoredTrial } from '../optimise/storedSearch.js';
import { unsupportedOf } from '../optimise/unsupportedOf.js';
import type { Answer, Judgement } from './judgement.js';
import { judgementLines, verdictOf } from './judgementLines.js';
import type { JudgedSearch } from './judgementLines.js';
import type { DrawnRuns } from './monteCarlo.js';

/** Grows when a figure of the report moves or changes its meaning; new ones may come at any time. */
const VALIDATION_VERSION = 1;

/** What the Sharpe ratios of each part are per: of the returns of days or trades as they are, or of a year. */
const SHARPE_PER = {
  significance: 'day',
  crossValidation: 'day',
  reshuffled: 'trade',
  bootstrapped: 'day',
  reruns: 'day',
  holdout: 'year',
} as const;

type Figures = Readonly<Record<string, unknown>>;

/** The whole document. */
export function judgementDocument(judged: JudgedSearch): Figures {
  const { search, best, count, judgement, reruns, opened, warnings } = judged;
  const lines = judgementLines(judged);
  return {
    search: search.id,
    best: best === undefined ? null : bestDocument(search, best),
    data: { tables: search.backtest.tables ?? null, hash: search.backtest.dataHash },
    ledger: { configurations: count.trials, runs: count.runs },
    sharpePer: SHARPE_PER,
    ...figuresOf(judgement),
    reruns: finiteFigures(reruns),
    holdout:
      opened === undefined
        ? null
        : {
            ...opened.data,
            statistics: finiteFigures(opened.outcome.statistics),
            unsupported: { statistics: missingFigures(opened.outcome.statistics, isMeasured(search)) },
            earlierLooks: opened.earlier,
          },
    tests: lines.map(({ name, found, meaning, passed }) => ({ name, found, meaning, passed: passed ?? null })),
    verdict: verdictOf(lines),
    warnings,
  };
}

/** The same with what the report's pictures show. */
export function validationDocument(judged: JudgedSearch): Figures {
  const { search, best, judgement } = judged;
  const { strategy, symbols, timeframe, from, to } = search.backtest;
  const { crossValidation, bootstrapped, reshuffled } = judgement;
  return {
    format: 'papertape-validation-report',
    version: VALIDATION_VERSION,
    strategy,
    symbols,
    timeframe,
    from,
    to,
    ...judgementDocument(judged),
    pictures: {
      dates: Array.from(search.dates, formatDate),
      best: best?.dailyReturns === undefined ? null : [...best.dailyReturns],
      paths: pictureOf(crossValidation, ({ courses }) => courses.map((returns) => [...returns])),
      daysDrawnAnew: pictureOf(bootstrapped, drawnPicture),
      tradesReshuffled: pictureOf(reshuffled, drawnPicture),
    },
  };
}

function bestDocument(search: StoredSearch, { number, params, score, statistics, dailyReturns }: StoredTrial): Figures {
  const isComplete = statistics !== undefined && dailyReturns !== undefined;
  return {
    number,
    params,
    score: score ?? null,
    unsupported: isComplete
      ? unsupportedOf(search.plan.objective, { statistics, dailyReturns }, isMeasured(search))
      : null,
  };
}

/** A search of one symbol is measured against holding it. */
function isMeasured({ backtest }: StoredSearch): boolean {
  return backtest.symbols.length === 1;
}

function figuresOf(judgement: Judgement): Figures {
  const { significance, overfitting, realityCheck, crossValidation, reshuffled, bootstrapped } = judgement;
  return finiteFigures({
    significance,
    overfitting: without(overfitting, 'ranks'),
    realityCheck,
    crossValidation: without(crossValidation, 'courses'),
    reshuffled: without(reshuffled, 'totalReturns', 'maxDrawdowns', 'fan'),
    bootstrapped: without(bootstrapped, 'totalReturns', 'maxDrawdowns', 'fan'),
  });
}

function without<T extends object>(answer: Answer<T>, ...names: readonly (keyof T & string)[]): object {
  if ('reason' in answer) return answer;
  const left: ReadonlySet<string> = new Set(names);
  return { value: Object.fromEntries(Object.entries(answer.value).filter(([name]) => !left.has(name))) };
}

function pictureOf<T>(answer: Answer<T>, draw: (value: T) => unknown): unknown {
  return 'reason' in answer ? null : draw(answer.value);
}

function drawnPicture({ totalReturns, maxDrawdowns, fan }: DrawnRuns): Figures {
  return { totalReturns: [...totalReturns], maxDrawdowns: [...maxDrawdowns], fan: finiteFigures(fan) };
}
