/** The routes about performance and the trade log. */
import { z } from 'zod';
import { performanceQuerySchema, performanceSchema } from './performance.js';
import { idSchema } from './scalars.js';
import {
  annotatedTradeSchema,
  newTradeNoteSchema,
  tradeNoteSchema,
  tradesQuerySchema,
  tradesSchema,
} from './trades.js';

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
} as const;
