/** Writes rows of one table. */
import { CompiledQuery } from 'kysely';
import type { Transaction } from 'kysely';
import { assert } from '../../utils/assert.js';
import type { Tables } from './schema.js';

/**
 * Inserts rows with the same fields, one at a time by one statement: it is compiled and prepared once, which a
 * statement for many rows at once is not, as their number differs each time.
 */
export async function insertRows<Row extends object>(
  writer: Transaction<Tables>,
  rows: readonly Row[],
  statementOf: (row: Row) => { compile(): CompiledQuery },
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first) as (keyof Row)[];
  const { sql, parameters } = statementOf(first).compile();
  assert(parameters.length === columns.length, 'every field of a row is a parameter, and nothing else is one');
  for (const row of rows) {
    await writer.executeQuery(
      CompiledQuery.raw(
        sql,
        columns.map((column) => row[column]),
      ),
    );
  }
}
