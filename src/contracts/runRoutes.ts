/** The routes about kept backtests and analyses. */
import { z } from 'zod';
import { comparedRunsParamsSchema, runComparisonSchema } from './runComparison.js';
import { runParamsSchema, runsQuerySchema, runsSchema } from './runs.js';

/** See contracts/routes.ts. */
export const RUN_ROUTES = {
  runs: {
    method: 'GET',
    path: '/runs',
    access: 'viewer',
    tag: 'runs',
    summary: 'Kept backtests, walk-forward analyses and validations, the newest first; the answer has an ETag',
    query: runsQuerySchema,
    response: runsSchema,
  },
  runComparison: {
    method: 'GET',
    path: '/runs/:number/comparison/:other',
    access: 'viewer',
    tag: 'runs',
    summary: 'Two kept backtests side by side: what was asked, figures, and the trades in which they differ',
    params: comparedRunsParamsSchema,
    response: runComparisonSchema,
  },
  runReportPage: {
    method: 'GET',
    path: '/runs/:number/page',
    access: 'document',
    tag: 'runs',
    summary: 'The report of a run as one HTML page (text/html) that loads nothing',
    params: runParamsSchema,
    response: z.string(),
  },
} as const;
