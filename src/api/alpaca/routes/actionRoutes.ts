/** `/v1/corporate-actions`: splits and dividends of the history cache, by date or by id. */
import { newYorkDate } from '../../../calendar/newYorkTime.js';
import { formatDate } from '../../../calendar/tradingDate.js';
import { badData } from '../alpacaError.js';
import { readDate } from '../alpacaFormat.js';
import { uuidV5 } from '../alpacaIds.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaRoute } from '../alpacaRoute.js';
import { readLimit, readSort } from '../market/marketQuery.js';
import type { CorporateActionRow } from '../PaperVenue.js';
import { given, listField, textField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';

const MAX_ACTIONS = 1_000;
const DEFAULT_ACTIONS = 100;
/** Before and after everything that the cache can hold. */
const EARLIEST = '1900-01-01';
const LATEST = '2099-12-31';
/** Filters that an id stands alone without. */
const FILTERS = ['symbols', 'cusips', 'types', 'start', 'end', 'region', 'data_quality'] as const;
const REGIONS = ['us', 'non_us', 'all'] as const;
const QUALITIES = ['complete', 'all'] as const;
/** Alpaca's types; the cache knows the first three. */
const TYPES = new Set(
  (
    'forward_split reverse_split cash_dividend unit_split stock_dividend spin_off cash_merger stock_merger ' +
    'stock_and_cash_merger redemption name_change worthless_removal rights_distribution partial_call reorganization'
  ).split(' '),
);

/** An action as it is answered. */
interface ListedAction {
  readonly type: string;
  readonly id: string;
  readonly row: Record<string, unknown>;
}

/** The routes. */
export function actionRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  return [
    {
      api: 'data',
      method: 'GET',
      access: 'read',
      path: '/v1/corporate-actions',
      handle: async ({ query }) => ok(await corporateActions(desk, query)),
    },
  ];
}

async function corporateActions(desk: AlpacaDesk, query: Fields): Promise<Record<string, unknown>> {
  const limit = readLimit(query, DEFAULT_ACTIONS, MAX_ACTIONS);
  const sort = readSort(query);
  const token = textField(query, 'page_token');
  const skip = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(skip) || skip < 0) throw badData('invalid page_token');
  const found = await listed(desk, query);
  if (sort === 'desc') found.reverse();
  const grouped: Record<string, unknown[]> = {};
  for (const { type, row } of found.slice(skip, skip + limit)) (grouped[`${type}s`] ??= []).push(row);
  const more = found.length > skip + limit;
  return {
    corporate_actions: grouped,
    next_page_token: more ? Buffer.from(String(skip + limit)).toString('base64') : null,
  };
}

/** What the query asks for, by the day on which it is processed. */
async function listed(desk: AlpacaDesk, query: Fields): Promise<ListedAction[]> {
  const ids = listField(query, 'ids');
  const other = FILTERS.find((name) => given(query, name) !== undefined);
  if (ids !== undefined && other !== undefined) throw badData(`ids cannot be combined with ${other}`);
  if (ids !== undefined) {
    const all = await desk.venue.corporateActions([], EARLIEST, LATEST);
    return inOrder(all).filter(({ id }) => ids.includes(id));
  }
  const types = listField(query, 'types');
  const unknown = types?.find((type) => !TYPES.has(type));
  if (unknown !== undefined) throw badData(`invalid type: ${unknown}`);
  const region = readWord(query, 'region', REGIONS, 'us');
  readWord(query, 'data_quality', QUALITIES, 'complete');
  const today = formatDate(newYorkDate(desk.venue.clock().time));
  const start = readDay(query, 'start') ?? today;
  const end = readDay(query, 'end') ?? today;
  if (end < start) throw badData('end should not be before start');
  const symbols = listField(query, 'symbols')?.map((one) => one.toUpperCase());
  // The cache knows shares of the United States by their symbols alone.
  const knowsNone = region === 'non_us' || (symbols === undefined && listField(query, 'cusips') !== undefined);
  if (knowsNone) return [];
  const actions = await desk.venue.corporateActions(symbols ?? [], start, end);
  return inOrder(actions).filter(({ type }) => types === undefined || types.includes(type));
}

function inOrder(actions: readonly CorporateActionRow[]): ListedAction[] {
  const key = ({ exDate, symbol, kind }: CorporateActionRow): string => `${exDate} ${symbol} ${kind}`;
  return [...actions].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(listedAction);
}

function listedAction(action: CorporateActionRow): ListedAction {
  const { symbol, exDate } = action;
  const id = uuidV5(`action ${action.kind} ${symbol} ${exDate}`);
  const dates = { process_date: exDate, ex_date: exDate };
  if (action.kind === 'dividend') {
    const rate = Number(action.amount);
    return {
      type: 'cash_dividend',
      id,
      row: { id, symbol, cusip: '', ...dates, rate, special: false, foreign: false },
    };
  }
  const rates = { new_rate: action.to, old_rate: action.from };
  if (action.to >= action.from)
    return { type: 'forward_split', id, row: { id, symbol, cusip: '', ...dates, ...rates } };
  return { type: 'reverse_split', id, row: { id, symbol, old_cusip: '', new_cusip: '', ...dates, ...rates } };
}

/** A date; of a time only the date that it is written with counts. */
function readDay(query: Fields, name: string): string | undefined {
  const text = textField(query, name);
  if (text === undefined) return undefined;
  const day = text.slice(0, 10);
  if (readDate(day) === undefined) throw badData(`Invalid format for parameter ${name}: ${text}`);
  return day;
}

function readWord<T extends string>(query: Fields, name: string, words: readonly T[], fallback: T): T {
  const text = textField(query, name);
  if (text === undefined) return fallback;
  const word = words.find((one) => one === text);
  if (word === undefined) throw badData(`invalid ${name}: ${text}`);
  return word;
}
