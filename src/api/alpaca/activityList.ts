/** `GET /v2/account/activities`: which rows, in which order, page by page. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { BookingKind } from '../../domain/venueEvents.js';
import { invalid } from './alpacaError.js';
import { moneyText, priceText, quantityText, timeText } from './alpacaFormat.js';
import { accountUuid } from './alpacaIds.js';
import type { AlpacaDesk } from './AlpacaDesk.js';
import type { Activity } from './model/AccountHistory.js';
import { choiceField, dateField, integerField, listField, textField, timeField } from './requestFields.js';
import type { Fields } from './requestFields.js';

const MAX_PAGE = 100;

/** Alpaca's type of each booking; accruals are no activity until they are paid. */
const TYPE_OF_BOOKING: Readonly<Record<BookingKind, string | undefined>> = {
  deposit: 'CSD',
  dividendAccrued: undefined,
  dividendPaid: 'DIV',
  split: 'SPLIT',
  symbolChange: 'NC',
  cashInLieu: 'MISC',
  borrowFee: 'FEE',
  interest: 'INT',
  regulatoryFee: 'FEE',
};
const KNOWN_TYPES = new Set(
  (
    'FILL TRANS MISC ACATC ACATS CFEE CGD CSD CSW DIV DIVCGL DIVCGS DIVFEE DIVFT DIVNRA DIVROC DIVTW DIVTXEX FEE INT ' +
    'INTNRA INTTW JNL JNLC JNLS MA NC OPASN OPCA OPCSH OPEXC OPEXP OPTRD PTC PTR REORG SPIN SPLIT FOPT OCT'
  ).split(' '),
);

/** The rows that a query asks for; `type` is the one in the path, if any. */
export function listActivities(
  desk: AlpacaDesk,
  accountId: string,
  query: Fields,
  type: string | undefined,
): readonly Record<string, unknown>[] {
  const types = type === undefined ? listField(query, 'activity_types') : [type];
  for (const one of types ?? []) {
    if (!KNOWN_TYPES.has(one.toUpperCase())) throw invalid(`invalid activity type: ${one}`);
  }
  const category = textField(query, 'category');
  if (category !== undefined && category !== 'trade_activity' && category !== 'non_trade_activity') {
    throw invalid('invalid category');
  }
  if (category !== undefined && types !== undefined) throw invalid('category cannot be combined with activity_types');
  const direction = choiceField(query, 'direction', ['asc', 'desc'] as const, 'desc');
  const after = timeField(query, 'after');
  const until = timeField(query, 'until');
  const date = dateField(query, 'date');
  const orderUuid = textField(query, 'order_id');
  const pageSize = integerField(query, 'page_size', date === undefined ? MAX_PAGE : Infinity, 1, MAX_PAGE);
  const token = textField(query, 'page_token');

  const wantedTypes = types?.map((one) => one.toUpperCase());
  const rows = (desk.model.account(accountId)?.activities ?? []).filter((activity) => {
    const kind = typeOf(activity);
    return (
      kind !== undefined &&
      (wantedTypes === undefined || wantedTypes.includes(kind)) &&
      (category === undefined || (category === 'trade_activity') === (activity.kind === 'trade')) &&
      (after === undefined || activity.time > after) &&
      (until === undefined || activity.time < until) &&
      (date === undefined || newYorkDate(activity.time) === date) &&
      (orderUuid === undefined || (activity.kind === 'trade' && activity.orderUuid === orderUuid.toLowerCase()))
    );
  });
  if (direction === 'desc') rows.reverse();
  let start = 0;
  if (token !== undefined) {
    start = rows.findIndex((activity) => activity.id === token) + 1;
    if (start === 0) throw invalid('invalid page_token');
  }
  return rows.slice(start, start + pageSize).map((activity) => activityJson(activity, desk, accountId));
}

function typeOf(activity: Activity): string | undefined {
  return activity.kind === 'trade' ? 'FILL' : TYPE_OF_BOOKING[activity.booking];
}

function activityJson(activity: Activity, { facts }: AlpacaDesk, accountId: string): Record<string, unknown> {
  const common = { id: activity.id, account_id: accountUuid(accountId), activity_type: typeOf(activity) };
  if (activity.kind === 'trade') {
    return {
      ...common,
      transaction_time: timeText(activity.time),
      type: activity.type,
      price: priceText(activity.price, facts.session.priceScale),
      qty: quantityText(activity.quantity),
      side: activity.side,
      symbol: facts.asset(activity.symbolId).symbol,
      leaves_qty: quantityText(activity.leaves),
      order_id: activity.orderUuid,
      cum_qty: quantityText(activity.cumulative),
      order_status: activity.status,
    };
  }
  return {
    ...common,
    date: formatDate(newYorkDate(activity.time)),
    net_amount: moneyText(activity.amount),
    ...(activity.symbolId < 0 ? {} : { symbol: facts.asset(activity.symbolId).symbol }),
    ...(activity.quantity === 0 ? {} : { qty: quantityText(activity.quantity) }),
    description: activity.note,
    status: 'executed',
    currency: 'USD',
    created_at: timeText(activity.time),
  };
}
