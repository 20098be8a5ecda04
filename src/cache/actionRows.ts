/**
 * Corporate actions as rows of a file: splits and dividends by ex-date, and the ranges of dates about which a source
 * was asked, because no row means two things otherwise: no action, or nobody asked.
 */
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import type { SourceCorporateAction } from '../domain/marketSource.js';
import { formatDecimal, parseDecimal } from '../domain/units.js';

/** Dates `YYYY-MM-DD`, both inclusive. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** What is known of an instrument's actions. */
export interface ActionList {
  /** Sorted by ex-date, splits before dividends of one date. */
  readonly actions: readonly SourceCorporateAction[];
  /** Sorted, disjoint, none beginning the day after another ends. */
  readonly asked: readonly DateRange[];
}

/** Steps of a dollar in dividends: ten decimals. */
export const CASH_SCALE = 10_000_000_000;

/** A list in which a range of dates says what a source says of it now. Throws `SOURCE_MESSAGE_INVALID`. */
export function replaceActions(
  stored: ActionList | undefined,
  actions: readonly SourceCorporateAction[],
  range: DateRange,
): ActionList {
  for (const action of actions) checkAction(action, range);
  const kept = (stored?.actions ?? []).filter(({ exDate }) => exDate < range.from || exDate > range.to);
  const all = [...kept, ...actions].toSorted((a, b) =>
    a.exDate === b.exDate ? compareText(b.kind, a.kind) : compareText(a.exDate, b.exDate),
  );
  return { actions: all, asked: joinedDates([...(stored?.asked ?? []), range]) };
}

/** The cells of a list: ex-date, kind, end of an asked range, ratio, cash. */
export function actionCells({ actions, asked }: ActionList): readonly (readonly string[])[] {
  return [
    ...asked.map(({ from, to }) => [from, 'asked', to, '', '', '']),
    ...actions.map(({ kind, exDate, ratio, cash }) => [
      exDate,
      kind,
      '',
      ratio === undefined ? '' : String(ratio.to),
      ratio === undefined ? '' : String(ratio.from),
      cash === undefined ? '' : formatDecimal(parseDecimal(cash, CASH_SCALE) ?? 0, CASH_SCALE, 10),
    ]),
  ];
}

/** The list that cells stand for. */
export function actionsOf(symbol: string, rows: readonly (readonly string[])[]): ActionList {
  const actions: SourceCorporateAction[] = [];
  const asked: DateRange[] = [];
  for (const [exDate = '', kind = '', until = '', to = '', from = '', cash = ''] of rows) {
    if (kind === 'asked') asked.push({ from: exDate, to: until });
    else if (kind === 'split') actions.push({ kind, symbol, exDate, ratio: { to: Number(to), from: Number(from) } });
    else actions.push({ kind: 'dividend', symbol, exDate, cash });
  }
  return { actions, asked };
}

/** Whether a source was asked about every date of a range. */
export function wasAsked({ asked }: ActionList, { from, to }: DateRange): boolean {
  return asked.some((range) => range.from <= from && range.to >= to);
}

function checkAction(action: SourceCorporateAction, { from, to }: DateRange): void {
  const { kind, exDate, ratio, cash } = action;
  parseDate(exDate, 'ex-date');
  const isInRange = exDate >= from && exDate <= to;
  const isSplit =
    kind === 'split' && ratio !== undefined && [ratio.to, ratio.from].every((n) => Number.isSafeInteger(n) && n > 0);
  const isDividend = kind === 'dividend' && cash !== undefined && (parseDecimal(cash, CASH_SCALE) ?? 0) > 0;
  if (isInRange && (isSplit || isDividend)) return;
  const text = JSON.stringify({ exDate, ratio, cash });
  throw new PapertapeError('SOURCE_MESSAGE_INVALID', `A ${kind} of ${action.symbol} cannot be used: ${text}.`, {
    remedy: `Ex-dates asked for are ${from} to ${to}; ratios are positive whole numbers, dividends positive dollars.`,
  });
}

function joinedDates(ranges: readonly DateRange[]): readonly DateRange[] {
  const result: { from: string; to: string }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => compareText(a.from, b.from))) {
    const last = result.at(-1);
    if (last !== undefined && from <= dayAfter(last.to)) last.to = last.to > to ? last.to : to;
    else result.push({ from, to });
  }
  return result;
}

function dayAfter(date: string): string {
  return formatDate(parseDate(date) + 1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
