/** The rows of the desk's accounts that a batch of records comes to: their facts, positions and points of equity. */
import type { Insertable, Transaction } from 'kysely';
import { insertRows } from './insertRows.js';
import type { DeskChange } from './projection.js';
import type { DeskAccountsTable, DeskEquityTable, DeskPositionsTable, Tables } from './schema.js';

type Change<Kind extends DeskChange['kind']> = Extract<DeskChange, { readonly kind: Kind }>;

/** Collects rows of one session, then writes them. */
export class DeskRows {
  readonly #sessionId: string;
  readonly #symbolOf: (symbolId: number) => string;
  readonly #accounts = new Map<string, Insertable<DeskAccountsTable>>();
  readonly #positions = new Map<string, Insertable<DeskPositionsTable>>();
  readonly #points: Insertable<DeskEquityTable>[] = [];

  constructor(sessionId: string, symbolOf: (symbolId: number) => string) {
    this.#sessionId = sessionId;
    this.#symbolOf = symbolOf;
  }

  /** Takes one change in. */
  add(seq: number, change: Change<'account' | 'position' | 'point'>): void {
    const session = { session_id: this.#sessionId, account_id: change.accountId, applied_seq: seq };
    switch (change.kind) {
      case 'account': {
        const { terms } = change;
        this.#accounts.set(change.accountId, {
          ...session,
          owner: terms.owner ?? '',
          kind: terms.kind,
          preset: terms.preset ?? null,
          fee_plan: terms.feePlan ?? null,
          starting_cash: terms.startingCash,
          opened_at: change.openedAt,
          carried_equity: change.carriedEquity ?? null,
          closed_at: change.closedAt ?? null,
        });
        return;
      }
      case 'position':
        this.#positions.set(`${change.symbolId} ${change.accountId}`, {
          ...session,
          symbol: this.#symbolOf(change.symbolId),
          quantity: change.quantity,
          average_price: change.averagePrice,
          opened_at: change.openedAt,
        });
        return;
      case 'point': {
        const { time, equity, cash, flow } = change;
        this.#points.push({ ...session, time, equity, cash, flow });
      }
    }
  }

  /** Writes everything. */
  async write(writer: Transaction<Tables>): Promise<void> {
    await insertRows(writer, [...this.#accounts.values()], (values) =>
      writer
        .insertInto('desk_accounts')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'account_id']).doUpdateSet((row) => ({
            starting_cash: row.ref('excluded.starting_cash'),
            closed_at: row.ref('excluded.closed_at'),
            applied_seq: row.ref('excluded.applied_seq'),
          })),
        ),
    );
    await insertRows(writer, [...this.#positions.values()], (values) =>
      writer
        .insertInto('desk_positions')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'account_id', 'symbol']).doUpdateSet((row) => ({
            quantity: row.ref('excluded.quantity'),
            average_price: row.ref('excluded.average_price'),
            opened_at: row.ref('excluded.opened_at'),
            applied_seq: row.ref('excluded.applied_seq'),
          })),
        ),
    );
    await insertRows(writer, this.#points, (row) => writer.insertInto('desk_equity').values(row));
  }
}
