/** A source of history for tests: a minute bar for every minute of its trading hours that it was told to have. */
import { nyse } from '../../src/calendar/sessions.js';
import { newYorkDate } from '../../src/calendar/newYorkTime.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import type {
  FeedQuality,
  HistoryPage,
  HistoryRequest,
  HistorySource,
  SourceCorporateAction,
} from '../../src/domain/marketSource.js';
import { createBarTable, ensureRoom } from '../../src/domain/tables.js';
import { MINUTE } from '../../src/domain/timeframe.js';

/** What a {@link ScriptedHistory} does. */
export interface HistoryScript {
  readonly quality: FeedQuality;
  /** The close of the minute that starts at a time; undefined: no trade. The default counts minutes. */
  readonly close?: (start: number) => number | undefined;
  /** Trading minutes per page. */
  readonly pageMinutes?: number;
  readonly actions?: readonly SourceCorporateAction[];
  /** Called before each page, with its number from 0; may throw or wait. */
  readonly beforePage?: (page: number) => Promise<void> | void;
}

/** Answers by its script and notes what it was asked. */
export class ScriptedHistory implements HistorySource {
  readonly quality: FeedQuality;
  readonly asked: HistoryRequest[] = [];
  readonly actionsAsked: { readonly symbol: string; readonly from: string; readonly to: string }[] = [];
  pages = 0;
  readonly #script: HistoryScript;

  constructor(script: HistoryScript) {
    this.quality = script.quality;
    this.#script = script;
  }

  async *read(request: HistoryRequest, signal: AbortSignal): AsyncIterable<HistoryPage> {
    this.asked.push(request);
    const { pageMinutes = 390, close = (start: number) => (start / MINUTE) % 1000 } = this.#script;
    let table = createBarTable(request.timeframe ?? '1m', 0);
    let from = request.from;
    let minutes = 0;
    for (let start = request.from; start < request.to; start += MINUTE) {
      const session = nyse.sessionOf(newYorkDate(start));
      if (session === undefined || start < session.premarketOpen || start >= session.afterHoursClose) continue;
      const isBar = request.timeframe === '1d' ? start === session.open : true;
      const price = close(start);
      if (isBar && price !== undefined) addBar(table, start, request.timeframe === '1d' ? session.close : 0, price);
      minutes += 1;
      if (minutes < pageMinutes) continue;
      yield await this.#page(table, from, start + MINUTE, signal);
      table = createBarTable(request.timeframe ?? '1m', 0);
      from = start + MINUTE;
      minutes = 0;
    }
    yield await this.#page(table, from, request.to, signal);
  }

  async #page(table: BarTable, from: number, to: number, signal: AbortSignal): Promise<HistoryPage> {
    await this.#script.beforePage?.(this.pages);
    signal.throwIfAborted();
    this.pages += 1;
    return { table, covered: { from, to } };
  }

  earliest(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  corporateActions(symbol: string, from: string, to: string): Promise<readonly SourceCorporateAction[]> {
    this.actionsAsked.push({ symbol, from, to });
    const { actions = [] } = this.#script;
    return Promise.resolve(actions.filter(({ exDate }) => exDate >= from && exDate <= to));
  }
}

function addBar(table: BarTable, start: number, end: number, price: number): void {
  ensureRoom(table);
  const row = table.length;
  table.start[row] = start;
  table.time[row] = end === 0 ? start + MINUTE : end;
  table.open[row] = table.high[row] = table.low[row] = table.close[row] = price * 1_000_000;
  table.volume[row] = 100;
  table.length = row + 1;
}
