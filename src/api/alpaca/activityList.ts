/** `GET /v2/account/activities`: which rows, in which order, page by page. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { BookingKind } from '../../domain/venueEvents.js';
import { invalid } from './alpacaError.js';
import { moneyText, priceText, quantityText, timeText } from './alpacaFormat.js';
import { accountUuid } from './alpacaIds.js';
import type { AlpacaDesk } from './AlpacaDesk.js';
import type { Activity } from './model/AccountHistory.js';
import { settleDate } from './orderJson.js';
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
  writeOff: 'JNLC',
};
/** Alpaca's finer type, where there is one and the booking tells it. */
const SUBTYPE_OF_BOOKING: Readonly<Partial<Record<BookingKind, string>>> = { dividendPaid: 'CDIV', interest: 'MGN' };
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
  // A date is a bound of its own.
  const most = date === undefined ? MAX_PAGE : Infinity;
  const pageSize = integerField(query, 'page_size', most, 1, most);
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
  const subtype = SUBTYPE_OF_BOOKING[activity.booking];
  return {
    ...common,
    ...(subtype === undefined ? {} : { activity_sub_type: subtype }),
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

/** Whether an activity is one of Alpaca's at all. */
export function isShown(activity: Activity): boolean {
  return typeOf(activity) !== undefined;
}

/** An activity as the stream of activities tells it. */
export function activityEventJson(activity: Activity, { facts, model }: AlpacaDesk): Record<string, unknown> {
  const isTrade = activity.kind === 'trade';
  const asset = activity.symbolId < 0 ? undefined : facts.asset(activity.symbolId);
  const subtype = isTrade ? undefined : SUBTYPE_OF_BOOKING[activity.booking];
  const refId = activity.id.slice(activity.id.indexOf('::') + 2);
  const common = {
    at: timeText(activity.time),
    event_id: activity.eventId,
    activity_type: typeOf(activity),
    ...(subtype === undefined ? {} : { activity_subtype: subtype }),
    executed_at: timeText(activity.time),
    settle_date: isTrade ? settleDate(activity.time) : formatDate(newYorkDate(activity.time)),
    currency: 'USD',
    ref_id: refId,
    ...(activity.quantity === 0 ? {} : { qty: quantityText(activity.quantity) }),
  };
  if (!isTrade) {
    const details = {
      system_date: formatDate(newYorkDate(activity.time)),
      ...(asset === undefined ? {} : { symbol: asset.symbol }),
      description: activity.note,
    };
    return { ...common, status: 'executed', net_amount: moneyText(activity.amount), details };
  }
  const isRevision = activity.type === 'trade_bust' || activity.type === 'trade_correct';
  const entry = model.orderOf(activity.orderUuid);
  return {
    ...common,
    status: activity.type === 'trade_bust' ? 'canceled' : activity.type === 'trade_correct' ? 'correct' : 'executed',
    ...(isRevision ? { previous_id: activity.executionUuid } : {}),
    price: priceText(activity.price, facts.session.priceScale),
    details: {
      execution_type: isRevision ? activity.type : 'fill',
      order_id: activity.orderUuid,
      client_order_id: entry?.clientOrderId ?? '',
      asset_id: asset?.id,
      symbol: asset?.symbol,
      side: activity.side === 'buy' ? 'buy' : 'sell',
      cum_qty: quantityText(activity.cumulative),
      leaves_qty: quantityText(activity.leaves),
      order_status: activity.status,
    },
  };
}
