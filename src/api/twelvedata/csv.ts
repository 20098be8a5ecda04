/** Answers as CSV: a line of names, then the rows of the answer's list, or the answer itself as the only row. */

/** The rows of a JSON answer: its `values`, its `data`, or itself. Rows of a keyed answer begin with their symbol. */
export function csvText(body: unknown, delimiter: string, keyed: boolean): string {
  const rows = keyed ? Object.entries(asRecord(body)).flatMap(([symbol, one]) => keyedRows(symbol, one)) : rowsOf(body);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => cellText(row[name])))];
  return `${lines.map((line) => line.map((cell) => quoted(cell, delimiter)).join(delimiter)).join('\n')}\n`;
}

type Row = Readonly<Record<string, unknown>>;

function keyedRows(symbol: string, body: unknown): readonly Row[] {
  return rowsOf(body).map((row) => ({ symbol, ...row }));
}

function rowsOf(body: unknown): readonly Row[] {
  if (Array.isArray(body)) return body.map(asRecord).map(flat);
  const record = asRecord(body);
  const list = record['values'] ?? record['data'] ?? record['dividends'] ?? record['splits'];
  return Array.isArray(list) ? rowsOf(list) : [flat(record)];
}

/** Objects within a row become columns of their own: `fifty_two_week_low`. */
function flat(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([inner, one]) => [`${name}_${inner}`, one])
        : [[name, value]],
    ),
  );
}

function asRecord(value: unknown): Row {
  return typeof value === 'object' && value !== null ? (value as Row) : {};
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
