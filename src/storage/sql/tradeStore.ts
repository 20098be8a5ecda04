/**
 * The trade log in SQL. Trades can be made again from their session's tape and market; notes are the truth, and there
 * is no way to change or remove one.
 */
import { sql } from 'kysely';
import type { Selectable, SelectQueryBuilder } from 'kysely';
import type {
  StoredTrade,
  TradeFilter,
  TradeKey,
  TradeLogStore,
  TradeNoteRecord,
  TradePage,
  TradePageTerms,
} from '../../domain/tradeLog.js';
import type { SqlDatabase } from './database.js';
import type { Tables, TradeNotesTable, TradesTable } from './schema.js';

/** Keys in one statement at most. */
const KEYS_AT_ONCE = 400;

type TradeQuery<Output> = SelectQueryBuilder<Tables, 'trades', Output>;

/** {@link TradeLogStore} on the database. */
export class SqlTradeStore implements TradeLogStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async saveTrades(trades: readonly StoredTrade[]): Promise<void> {
    if (trades.length === 0) return;
    await this.#database.transaction().execute(async (transaction) => {
      for (const trade of trades) {
        const changing = { exit_time: trade.exitTime, pnl: trade.pnl, document: trade.document };
        await transaction
          .insertInto('trades')
          .values({
            session_id: trade.sessionId,
            trade_id: trade.tradeId,
            owner: trade.owner,
            symbol: trade.symbol,
            side: trade.side,
            session: trade.session,
            account_id: trade.accountId ?? null,
            ...changing,
          })
          .onConflict((conflict) => conflict.columns(['session_id', 'trade_id']).doUpdateSet(changing))
          .execute();
      }
    });
  }

  async findTrades(filter: TradeFilter, { limit, ordering, after }: TradePageTerms): Promise<TradePage> {
    const [beyond, direction] = ordering === 'newestFirst' ? (['<', 'desc'] as const) : (['>', 'asc'] as const);
    const wanted = filtered(this.#database.selectFrom('trades'), filter);
    const { exitTime, number } = after ?? {};
    const from =
      exitTime === undefined || number === undefined
        ? wanted
        : wanted.where((is) =>
            is.or([
              is('exit_time', beyond, exitTime),
              is.and([is('exit_time', '=', exitTime), is('id', beyond, number)]),
            ]),
          );
    const rows = await from
      .selectAll()
      .orderBy('exit_time', direction)
      .orderBy('id', direction)
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last !== undefined ? { exitTime: last.exit_time, number: last.id } : undefined;
    return { trades: page.map(tradeOf), next };
  }

  async countTrades(filter: TradeFilter): Promise<number> {
    const { total } = await filtered(this.#database.selectFrom('trades'), filter)
      .select((all) => all.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async trade({ sessionId, tradeId }: TradeKey): Promise<StoredTrade | undefined> {
    const row = await this.#database
      .selectFrom('trades')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('trade_id', '=', tradeId)
      .where('account_id', 'is', null)
      .executeTakeFirst();
    return row === undefined ? undefined : tradeOf(row);
  }

  async addTradeNote(note: Omit<TradeNoteRecord, 'id'>): Promise<TradeNoteRecord> {
    const { id } = await this.#database
      .insertInto('trade_notes')
      .values({
        session_id: note.sessionId,
        trade_id: note.tradeId,
        time: note.time,
        user: note.user,
        text: note.text,
        tags: JSON.stringify(note.tags),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { ...note, id };
  }

  async tradeNotes(keys: readonly TradeKey[]): Promise<readonly TradeNoteRecord[]> {
    const notes: TradeNoteRecord[] = [];
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      const part = keys.slice(from, from + KEYS_AT_ONCE);
      const rows = await this.#database
        .selectFrom('trade_notes')
        .selectAll()
        .where((is) =>
          is.or(
            part.map(({ sessionId, tradeId }) =>
              is.and([is('session_id', '=', sessionId), is('trade_id', '=', tradeId)]),
            ),
          ),
        )
        .execute();
      notes.push(...rows.map(noteOf));
    }
    return notes.sort((a, b) => a.id - b.id);
  }

  async sessionNotes(sessionId: string | undefined): Promise<readonly TradeNoteRecord[]> {
    const all = this.#database.selectFrom('trade_notes').selectAll();
    const wanted = sessionId === undefined ? all : all.where('session_id', '=', sessionId);
    const rows = await wanted.orderBy('id').execute();
    return rows.map(noteOf);
  }
}

function filtered<Output>(query: TradeQuery<Output>, filter: TradeFilter): TradeQuery<Output> {
  const { accountId, sessionId, owner, symbol, side, session, result, tag, from, to } = filter;
  let wanted =
    accountId === undefined ? query.where('account_id', 'is', null) : query.where('account_id', '=', accountId);
  if (sessionId !== undefined) wanted = wanted.where('session_id', '=', sessionId);
  if (owner !== undefined) wanted = wanted.where('owner', '=', owner);
  if (symbol !== undefined) wanted = wanted.where('symbol', '=', symbol);
  if (side !== undefined) wanted = wanted.where('side', '=', side);
  if (session !== undefined) wanted = wanted.where('session', '=', session);
  if (result !== undefined) wanted = wanted.where('pnl', result === 'win' ? '>' : '<', 0);
  if (from !== undefined) wanted = wanted.where('exit_time', '>=', from);
  if (to !== undefined) wanted = wanted.where('exit_time', '<', to);
  if (tag !== undefined) {
    // The tags of the last note hold. They are a JSON array of words, so that a quoted word is found as text.
    const quoted = `%${JSON.stringify(tag).replaceAll(/[\\%_]/g, '\\$&')}%`;
    wanted = wanted.where(
      sql<boolean>`(select tags from trade_notes where trade_notes.session_id = trades.session_id
        and trade_notes.trade_id = trades.trade_id order by trade_notes.id desc limit 1) like ${quoted} escape '\\'`,
    );
  }
  return wanted;
}

function tradeOf(row: Selectable<TradesTable>): StoredTrade {
  return {
    sessionId: row.session_id,
    tradeId: row.trade_id,
    owner: row.owner,
    symbol: row.symbol,
    side: row.side,
    session: row.session,
    exitTime: row.exit_time,
    pnl: row.pnl,
    document: row.document,
    ...(row.account_id === null ? {} : { accountId: row.account_id }),
  };
}

function noteOf(row: Selectable<TradeNotesTable>): TradeNoteRecord {
  return {
    id: row.id,
    sessionId: row.session_id,
    tradeId: row.trade_id,
    time: row.time,
    user: row.user,
    text: row.text,
    tags: JSON.parse(row.tags) as string[],
  };
}
