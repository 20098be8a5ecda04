/**
 * The golden matrix: for every order type, part of the day and basis one row that says what the order is before an
 * event, the event, and what it is after it. A row is played as a scenario (scenario.ts): evidence of the basis stands
 * half a minute before the order is sent, nothing costs anything and messages take no time.
 */

/** Order types of the matrix. */
export const GOLDEN_TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop', 'limit_if_touched'] as const;
/** Parts of the day; `auction` is the opening, for whose order and event see the rows. */
export const GOLDEN_SESSIONS = ['premarket', 'regular', 'afterHours', 'auction'] as const;
/** What is known of the market. */
export const GOLDEN_BASES = ['book', 'nbbo', 'quoteBar', 'lastSale', 'tradeBar'] as const;

/** A row of the matrix. */
export interface GoldenRow {
  readonly type: string;
  readonly session: string;
  readonly basis: string;
  readonly order: string;
  readonly before: string;
  /** Events of one time are parted by `&`. */
  readonly event: string;
  /** What changes; `same` where nothing does. */
  readonly after: string;
}

const CLOCKS: Readonly<Record<string, readonly [setup: string, order: string, event: string]>> = {
  premarket: ['08:00', '08:00:30', '08:02'],
  regular: ['10:00', '10:00:30', '10:02'],
  afterHours: ['17:00', '17:00:30', '17:02'],
  auction: ['09:20', '09:20:30', '09:31'],
};

const SETUPS: Readonly<Record<string, readonly string[]>> = {
  book: ['book add buy 1 99.98 500', 'book add sell 2 100.00 50', 'book execute sell 2 100.00 10'],
  nbbo: ['print 100 100', 'quote 99.98x500 100.00x40'],
  quoteBar: ['qbar 100 100 100 100'],
  lastSale: ['print 100 1000'],
  tradeBar: ['bar 100 100 100 100'],
};

/**
 * The rows of a table. A line `type, session: order` heads its rows; their cells are basis, before, event and after. A
 * line that begins with a bar goes on with the one before.
 */
export function goldenRows(table: string): GoldenRow[] {
  const rows: GoldenRow[] = [];
  let head: Pick<GoldenRow, 'type' | 'session' | 'order'> = { type: '', session: '', order: '' };
  for (const line of table.replace(/\n\s*\| +&/g, ' &').split('\n')) {
    const heading = /^\s*(\w+), (\w+): (.+)$/.exec(line);
    if (heading !== null) {
      const [, type = '', session = '', order = ''] = heading;
      head = { type, session, order };
      continue;
    }
    const [basis = '', before = '', event = '', after = ''] = line.split('|').map((cell) => cell.trim());
    if (basis === '' || basis.startsWith('#')) continue;
    rows.push({ ...head, basis, order: ordersOf(head.order, basis), before, event, after });
  }
  return rows;
}

/** `buy 100 market (quoteBar: 600)` is an order of another size on that basis. */
function ordersOf(order: string, basis: string): string {
  const [, plain = order, other = '', shares = ''] = /^(.+) \((\w+): (\d+)\)$/.exec(order) ?? [];
  return basis === other ? plain.replace(/\d+/, shares) : plain;
}

/** The scenario of a row, and which of its lines are the order and its events. */
export function scenarioOf({ session, basis, order, event }: GoldenRow): {
  readonly table: string;
  readonly from: number;
} {
  const [setup = '', sent = '', at = ''] = CLOCKS[session] ?? [];
  const evidence = (SETUPS[basis] ?? []).map((one) => `${setup} | ${one} |`);
  const events = event.split('&').map((one) => `${at} | ${one.trim()} |`);
  return { table: [...evidence, `${sent} | A = ${order} |`, ...events].join('\n'), from: evidence.length };
}
