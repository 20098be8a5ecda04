/** Alpaca's corporate actions as splits and dividends: what changes prices by a factor or by an amount. */
import type { SourceCorporateAction } from '../../domain/marketSource.js';
import { formatDecimal, parseDecimal } from '../../domain/units.js';
import { invalid } from './HistoryRows.js';
import type { WireFields } from './MessageReader.js';

/** The kinds that are asked for, as Alpaca names them in requests. */
export const ACTION_TYPES = ['forward_split', 'reverse_split', 'stock_dividend', 'cash_dividend'] as const;
const RATE_SCALE = 1_000_000_000;
const MOST_DECIMALS = 9;

/** The actions of one page. Throws `SOURCE_MESSAGE_INVALID` for one that cannot be read: a split must not be missed. */
export function corporateActionsOf(body: WireFields): readonly SourceCorporateAction[] {
  const groups = body['corporate_actions'];
  if (typeof groups !== 'object' || groups === null) throw invalid('no corporate actions where there should be some');
  const lists = groups as WireFields;
  return ACTION_TYPES.flatMap((type) => {
    const list = lists[`${type}s`] ?? [];
    if (!Array.isArray(list)) throw invalid(`a ${type} list that is none`);
    return list.map((row: unknown) => actionOf(type, row));
  });
}

function actionOf(type: (typeof ACTION_TYPES)[number], row: unknown): SourceCorporateAction {
  const fields: WireFields = typeof row === 'object' && row !== null ? (row as WireFields) : {};
  const { symbol, ex_date: exDate } = fields;
  if (typeof symbol !== 'string' || typeof exDate !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(exDate)) {
    throw invalid(`a ${type} without symbol or ex-date`);
  }
  const what = `a ${type} of ${symbol} on ${exDate} whose rate is no positive number`;
  if (type === 'cash_dividend') {
    const rate = rateOf(fields['rate'], what);
    return { kind: 'dividend', symbol, exDate, cash: formatDecimal(rate, RATE_SCALE) };
  }
  if (type === 'stock_dividend') {
    // So many new shares are added to each old one.
    const rate = rateOf(fields['rate'], what);
    return { kind: 'split', symbol, exDate, ratio: reduced(RATE_SCALE + rate, RATE_SCALE) };
  }
  const ratio = reduced(rateOf(fields['new_rate'], what), rateOf(fields['old_rate'], what));
  return { kind: 'split', symbol, exDate, ratio };
}

/** A rate in billionths. */
function rateOf(value: unknown, what: string): number {
  const text = typeof value === 'number' && value > 0 && value < 1e6 ? value.toFixed(MOST_DECIMALS) : '';
  const rate = parseDecimal(text, RATE_SCALE);
  if (rate === undefined || rate <= 0) throw invalid(what);
  return rate;
}

function reduced(to: number, from: number): { readonly to: number; readonly from: number } {
  let [a, b] = [to, from];
  while (b !== 0) [a, b] = [b, a % b];
  return { to: to / a, from: from / a };
}
