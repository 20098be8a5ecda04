/** Performance of an account on the wire: every figure is a number or the reason why there is none. */
import { z } from 'zod';
import { figureSchema } from './trades.js';

/** What a group of trades came to. Dollars and fractions; durations in days. */
export const tradeFiguresSchema = z.object({
  trades: z.int(),
  wins: z.int(),
  losses: z.int(),
  netProfit: z.number(),
  grossProfit: z.number(),
  grossLoss: z.number(),
  hitRate: figureSchema,
  payoff: figureSchema,
  expectancy: figureSchema,
  expectancyReturn: figureSchema,
  profitFactor: figureSchema,
  sqn: figureSchema,
  bestReturn: figureSchema,
  worstReturn: figureSchema,
  meanR: figureSchema,
  meanMaxAdverse: figureSchema,
  meanMaxFavourable: figureSchema,
  averageDays: z.number(),
  longestDays: z.number(),
});
/** What a group of trades came to. */
export type TradeFiguresView = z.infer<typeof tradeFiguresSchema>;

/** Figures of a whole account. Fractions, but for money and lengths of time. */
export const performanceFiguresSchema = z.object({
  points: z.int(),
  days: z.int(),
  /** What total return and drawdowns are measured from: the account as the session began. */
  startEquity: figureSchema,
  equity: figureSchema,
  totalReturn: figureSchema,
  annualReturn: figureSchema,
  annualVolatility: figureSchema,
  sharpe: figureSchema,
  sortino: figureSchema,
  calmar: figureSchema,
  omega: figureSchema,
  tailRatio: figureSchema,
  valueAtRisk: figureSchema,
  conditionalValueAtRisk: figureSchema,
  bestDay: figureSchema,
  worstDay: figureSchema,
  maxDrawdown: figureSchema,
  currentDrawdown: figureSchema,
  maxDrawdownDays: z.number(),
  alpha: figureSchema,
  beta: figureSchema,
  /** Fraction, per year. */
  trackingError: figureSchema,
  informationRatio: figureSchema,
  treynorRatio: figureSchema,
  timeInMarket: figureSchema,
  meanExposure: figureSchema,
  turnover: figureSchema,
  rolling: z.array(
    z.object({
      window: z.int(),
      volatility: figureSchema,
      sharpe: figureSchema,
      sortino: figureSchema,
      maxDrawdown: figureSchema,
      beta: figureSchema,
    }),
  ),
  trades: tradeFiguresSchema,
});

const groupSchema = z.object({ key: z.string(), figures: tradeFiguresSchema });

/** Whose trades the figures are about: the running session's, or all that were kept. */
export const performanceQuerySchema = z.strictObject({ sessionId: z.enum(['current', 'all']).default('current') });

/**
 * Performance of a session's account, whole and by what its trades have in common. Of all sessions together only
 * trades are known: what the account's curve is needed for says so.
 */
export const performanceSchema = z.object({
  /** `all` of all sessions. */
  sessionId: z.string(),
  /** The symbol that alpha and beta are against; null without one. Its dividends are left out. */
  benchmark: z.string().nullable(),
  figures: performanceFiguresSchema,
  byStrategy: z.array(groupSchema),
  bySymbol: z.array(groupSchema),
  bySession: z.array(groupSchema),
  /** Of the tags that hold now; a trade with several counts in each. */
  byTag: z.array(groupSchema),
});
/** Performance of a session's account. */
export type Performance = z.infer<typeof performanceSchema>;
