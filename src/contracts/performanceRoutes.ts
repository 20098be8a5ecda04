/** The routes about performance and the trade log. */
import { z } from 'zod';
import { accountReportSchema, reportPeriodSchema, reportQuerySchema } from './accountReport.js';
import { performanceQuerySchema, performanceSchema } from './performance.js';
import { idSchema } from './scalars.js';
import {
  annotatedTradeSchema,
  newTradeNoteSchema,
  tradeNoteSchema,
  tradesQuerySchema,
  tradesSchema,
} from './trades.js';

const byPeriod = z.strictObject({ period: reportPeriodSchema });
const byTrade = z.strictObject({ session: idSchema, id: idSchema });

/** See contracts/routes.ts. */
export const PERFORMANCE_ROUTES = {
  performance: {
    method: 'GET',
    path: '/performance',
    access: 'viewer',
    tag: 'performance',
    summary: 'Figures of the running session’s account, or of the trades of all, per strategy, symbol, session and tag',
    query: performanceQuerySchema,
    response: performanceSchema,
  },
  trades: {
    method: 'GET',
    path: '/trades',
    access: 'viewer',
    tag: 'performance',
    summary: 'The trade log: closed trades with what they cost, the last one first, and the open ones',
    query: tradesQuerySchema,
    response: tradesSchema,
  },
  trade: {
    method: 'GET',
    path: '/trades/:session/:id',
    access: 'viewer',
    tag: 'performance',
    summary: 'One closed trade with its notes',
    params: byTrade,
    response: annotatedTradeSchema,
  },
  noteTrade: {
    method: 'POST',
    path: '/trades/:session/:id/notes',
    access: 'trader',
    tag: 'performance',
    summary: 'Add a note to a trade and set its tags; notes are kept for ever',
    params: byTrade,
    body: newTradeNoteSchema,
    response: tradeNoteSchema,
  },
  accountReport: {
    method: 'GET',
    path: '/reports/:period',
    access: 'viewer',
    tag: 'performance',
    summary: 'Report of a day or a week of an account: equity, trades, orders not filled, rules, fees',
    params: byPeriod,
    query: reportQuerySchema,
    response: accountReportSchema,
  },
  accountReportPage: {
    method: 'GET',
    path: '/reports/:period/page',
    access: 'document',
    tag: 'performance',
    summary: 'The same as one HTML page (text/html) that loads nothing',
    params: byPeriod,
    query: reportQuerySchema,
    response: z.string(),
  },
} as const;
