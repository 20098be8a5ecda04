/** What a search is after: one figure of the statistics, and bounds that others must keep. */
import { PapertapeError } from '../../domain/errors.js';
import { nearestName } from '../../utils/nearestName.js';
import type { ClosingFigures } from '../closingFigures.js';
import { wasRuined } from '../statistics.js';
import type { Statistics } from '../statistics.js';

/** Figures that can be asked for, each with whether less of it is better. */
const FIGURES = {
  sharpe: 'more',
  sortino: 'more',
  calmar: 'more',
  totalReturn: 'more',
  annualReturn: 'more',
  cagr: 'more',
  annualVolatility: 'less',
  maxDrawdown: 'less',
  averageDrawdown: 'less',
  maxDrawdownDays: 'less',
  averageDrawdownDays: 'less',
  finalEquity: 'more',
  peakEquity: 'more',
  lowestEquity: 'more',
  buyAndHoldReturn: 'more',
  alpha: 'more',
  beta: 'less',
  benchmarkDays: 'more',
  informationRatio: 'more',
  trackingError: 'less',
  treynorRatio: 'more',
  exposure: 'less',
  days: 'more',
  trades: 'more',
  winRate: 'more',
  bestTrade: 'more',
  worstTrade: 'more',
  averageTrade: 'more',
  maxTradeDays: 'less',
  averageTradeDays: 'less',
  profitFactor: 'more',
  expectancy: 'more',
  sqn: 'more',
  kelly: 'more',
} as const satisfies Readonly<Record<Exclude<keyof Statistics, Unasked>, 'more' | 'less'>>;

type OfSome = 'probabilisticSharpe' | 'recoveryDays' | keyof ClosingFigures;
/** No figure, or one that some conventions alone have. */
type Unasked = 'convention' | OfSome;

/** Figures that cannot be asked for: a search by them would have no score under most presets. */
const OF_SOME: Readonly<Record<OfSome, true>> = {
  probabilisticSharpe: true,
  recoveryDays: true,
  closings: true,
  closingWinRate: true,
  averageWin: true,
  averageLoss: true,
  closingPayoff: true,
  closingExpectancy: true,
  dailyTurnover: true,
};

/** Figures that are a part of a whole, from 0 to 1. */
const PARTS: ReadonlySet<FigureName> = new Set(['maxDrawdown', 'averageDrawdown', 'exposure', 'winRate'] as const);

/** The name of a figure. */
export type FigureName = keyof typeof FIGURES;

/** See the module header. */
export interface Objective {
  readonly figure: FigureName;
  readonly direction: 'maximise' | 'minimise';
}

/** A bound on a figure, inclusive or not. */
export interface Constraint {
  readonly figure: FigureName;
  readonly relation: '>=' | '<=' | '>' | '<';
  readonly bound: number;
}

/**
 * Reads `sharpe`, `max:sharpe` or `min:maxDrawdown`; without a direction a figure is taken the way that people want it.
 * Throws `USAGE`.
 */
export function parseObjective(text: string): Objective {
  const [, direction, name = ''] = /^(?:(min|max):)?(.*)$/.exec(text.trim()) ?? [];
  const figure = figureOf(name, '--objective', text);
  const wanted = direction ?? (FIGURES[figure] === 'less' ? 'min' : 'max');
  return { figure, direction: wanted === 'min' ? 'minimise' : 'maximise' };
}

/**
 * Reads `trades>=30` or `maxDrawdown<=0.2`; percent may be written as such. Throws `USAGE`, also for a part of a whole
 * that is bounded by more than all of it: `maxDrawdown<=20` would keep every trial, `winRate>=55` none.
 */
export function parseConstraint(text: string): Constraint {
  const [, name, relation, number = '', percent] =
    /^\s*(\w+)\s*(>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*(%?)\s*$/.exec(text) ?? [];
  if (name === undefined || !isRelation(relation)) {
    throw new PapertapeError('USAGE', `--constraint ${text} is not of the form figure>=number.`, {
      remedy: "Write for example --constraint 'trades>=30' or --constraint 'maxDrawdown<=20%', in quotes.",
    });
  }
  const bound = Number(number) / (percent === '%' ? 100 : 1);
  const figure = figureOf(name, '--constraint', text);
  if (PARTS.has(figure) && Math.abs(bound) > 1) {
    throw new PapertapeError(
      'USAGE',
      `--constraint ${text} bounds ${figure}, which is a part from 0 to 1, by ${bound}.`,
      {
        remedy:
          Math.abs(bound) <= 100 && percent !== '%'
            ? `Write '${figure}${relation}${number}%' or '${figure}${relation}${bound / 100}'.`
            : `Give a bound from 0% to 100%, such as '${figure}${relation}20%'.`,
      },
    );
  }
  return { figure, relation, bound };
}

/** A constraint as it was written. */
export function constraintText({ figure, relation, bound }: Constraint): string {
  return `${figure}${relation}${bound}`;
}

/**
 * The figure with a sign that makes more of it better; undefined where the sample does not support it. A ratio to
 * losses of a run that lost nothing is among those: two trades that won are not the best of all. A run whose equity was
 * 0 or below has no score by any figure, whatever its conventions make of it: nobody could have gone on with it.
 */
export function scoreOf({ figure, direction }: Objective, statistics: Statistics): number | undefined {
  const value = statistics[figure];
  if (!Number.isFinite(value) || wasRuined(statistics)) return undefined;
  return direction === 'maximise' ? value : 0 - value;
}

/**
 * The first constraint that is not kept. A figure that the sample does not support keeps none, but where it is missing
 * only because nothing was lost or fell: a ratio to losses of a run that gained and lost nothing rises above every
 * bound with fewer and fewer losses, and depth and lengths of falls are 0 without one.
 */
export function brokenConstraint(constraints: readonly Constraint[], statistics: Statistics): Constraint | undefined {
  return constraints.find(({ figure, relation, bound }) => !holds(boundValue(figure, statistics), relation, bound));
}

/** What a bound on a figure is held against; NaN keeps none. */
function boundValue(figure: FigureName, statistics: Statistics): number {
  const value = statistics[figure];
  // Some conventions have a Sortino ratio of 0 where there is no loss.
  const isStandIn = figure === 'sortino' && value === 0 && statistics.maxDrawdown === 0;
  return Number.isNaN(value) || isStandIn ? (WITHOUT_LOSS[figure]?.(statistics) ?? value) : value;
}

/** What figures come to without a loss or a fall; undefined where that is not why they are missing. */
const WITHOUT_LOSS: Readonly<Partial<Record<FigureName, (statistics: Statistics) => number | undefined>>> = {
  profitFactor: (statistics) => (onlyWon(statistics) ? Infinity : undefined),
  // The loss of a trade is nothing beside the win: W − (1 − W) ÷ ∞.
  kelly: (statistics) => (onlyWon(statistics) ? statistics.winRate : undefined),
  calmar: ({ maxDrawdown, annualReturn }) => (maxDrawdown === 0 && annualReturn > 0 ? Infinity : undefined),
  // Its sign is that of the Sharpe ratio, which needs no loss.
  sortino: ({ sharpe }) => (sharpe > 0 ? Infinity : undefined),
  averageDrawdown: () => 0,
  maxDrawdownDays: () => 0,
  averageDrawdownDays: () => 0,
};

function onlyWon({ bestTrade, worstTrade }: Statistics): boolean {
  return bestTrade > 0 && worstTrade >= 0;
}

function holds(value: number, relation: Constraint['relation'], bound: number): boolean {
  switch (relation) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '<':
      return value < bound;
  }
}

function isRelation(text: string | undefined): text is Constraint['relation'] {
  return text === '>=' || text === '<=' || text === '>' || text === '<';
}

function figureOf(name: string, flag: string, text: string): FigureName {
  if (Object.hasOwn(FIGURES, name)) return name as FigureName;
  const names = Object.keys(FIGURES);
  if (Object.hasOwn(OF_SOME, name)) {
    throw new PapertapeError('USAGE', `${flag} ${text} names a figure that only some presets have.`, {
      remedy: `Name one that all have: ${names.join(', ')}.`,
    });
  }
  const near = nearestName(name, names);
  throw new PapertapeError('USAGE', `${flag} ${text} names no figure of the statistics.`, {
    remedy: near === undefined ? `Name one of ${names.join(', ')}.` : `Did you mean ${near}?`,
  });
}
