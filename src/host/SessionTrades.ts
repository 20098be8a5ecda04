/**
 * The performance and the trade log of a running session, from the records of its tape as they become durable and the
 * market as the kernel saw it. Recovery reads the market again and tells each record in its place, so that a session
 * that goes on has the log of one that never stopped.
 */
import { AccountAnalysis } from '../analytics/AccountAnalysis.js';
import { tradeDocument } from '../analytics/tradeDocument.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { TradeOrder } from '../analytics/TradeRecord.js';
import type { Performance } from '../contracts/index.js';
import type { MarketBatch } from '../domain/marketTables.js';
import { notional } from '../domain/units.js';
import type { Micros, Money } from '../domain/units.js';
import { isDeskEvent, isOrderEvent } from '../domain/venueEvents.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import type { CarriedBooks } from '../engine/PositionTracker.js';
import { feePlanOf } from '../exchange/fees/feePlans.js';
import { lotFeesOf } from '../exchange/fees/lotParts.js';
import { presetOf } from '../exchange/presets.js';
import { DeskTrades } from './DeskTrades.js';
import { lastTimeOf } from './MarketFeed.js';
import type { SessionRecord } from './readTape.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';
import { ToldTrades } from './ToldTrades.js';

/** Stands for the market wherever a session trades it. */
const BENCHMARK = 'SPY';

/** What the thread tells of a session's performance; tags are the gateway's. */
export type SessionPerformance = Omit<Performance, 'byTag'>;

/** See the module header. */
export class SessionTrades {
  readonly #header: SessionRecord;
  readonly #analysis: AccountAnalysis;
  readonly #benchmark: number;
  /** Records of a tape that is read again, which wait for the market before them. */
  #expected: readonly PlacedRecord[] = [];
  #next = 0;
  readonly #told: ToldTrades;
  /** The accounts of the desk, each with a log of its own. */
  readonly desk: DeskTrades;

  constructor(header: SessionRecord) {
    const { config, carried } = header;
    const preset = presetOf(config.preset);
    this.#header = header;
    this.#benchmark = config.symbols.indexOf(BENCHMARK);
    this.#analysis = new AccountAnalysis({
      symbols: config.symbols,
      priceScale: config.priceScale,
      startEquity: carried === null ? config.startingCash : valueOf(carried.books, config.priceScale),
      benchmark: this.#benchmark < 0 ? undefined : this.#benchmark,
      carried: carried?.books,
      lotRelief: preset.lotRelief,
      lotFees: lotFeesOf(preset, feePlanOf(config.feePlan)),
    });
    this.#told = new ToldTrades(this.#analysis.log, (trade) => tradeDocument(trade, config));
    this.desk = new DeskTrades(header, this.#analysis.log.trails);
  }

  /** Takes rows of the market, before anything is decided on them. */
  observe(batch: MarketBatch): void {
    this.#analysis.observe(batch);
    if (this.#next < this.#expected.length) this.#noteExpected(lastTimeOf(batch));
  }

  /** These records of the session's own tape are told while its market is read again. */
  expect(records: readonly PlacedRecord[]): void {
    this.#expected = records;
    this.#next = 0;
  }

  /** The market has been read up to where the tape ends. */
  catchUp(): void {
    this.#noteExpected(Infinity);
    this.#expected = [];
    this.#next = 0;
  }

  /** Takes a durable record. */
  note(record: TapeRecord): void {
    const analysis = this.#analysis;
    switch (record.type) {
      case 'order':
        analysis.noteOrder(record.order);
        return;
      case 'signal':
        analysis.noteSignal(record.signal, record.decision, record.orderId);
        return;
      case 'venue':
        if (isDeskEvent(record.event, this.#header.config.accountId)) this.desk.note(record.event);
        else this.#noteEvent(record.event);
        return;
      case 'equity':
        analysis.notePoint(record.time, record.equity);
        return;
      case 'position':
        this.desk.settle(record.time, record.ended);
        if (record.ended) analysis.log.finish(record.time);
        else analysis.log.settle(record.time);
        return;
      default:
        return;
    }
  }

  /** Closed trades that were not told yet, and those told whose last markout is known now. */
  takeClosed(): readonly TradeDocument[] {
    return this.#told.take();
  }

  /** Open trades, the last one begun first. */
  open(): readonly TradeDocument[] {
    return this.#told.open();
  }

  /** All orders of the session's account, in the order in which they were decided, with what each cost. */
  orders(): readonly TradeOrder[] {
    return this.#analysis.log.orders;
  }

  /** The figures now. */
  performance(): SessionPerformance {
    const { performance } = this.#analysis;
    const { config } = this.#header;
    return {
      sessionId: config.sessionId,
      benchmark: config.symbols[this.#benchmark] ?? null,
      figures: { ...performance.figures, rolling: [...performance.figures.rolling] },
      byStrategy: [...performance.groups('owner')],
      bySymbol: [...performance.groups('symbol')],
      bySession: [...performance.groups('session')],
    };
  }

  #noteEvent(event: VenueEvent): void {
    const { log } = this.#analysis;
    if (!isOrderEvent(event)) {
      if (event.type === 'booked') log.noteBooking(event);
      return;
    }
    switch (event.type) {
      case 'filled':
        this.#analysis.noteFill(event.fill);
        return;
      case 'accepted':
        log.noteArrival(event.orderId, event.time);
        return;
      case 'replaced':
        log.noteArrival(event.order.id, event.time);
        return;
      case 'triggered':
        log.noteTrigger(event.orderId, event.time);
        return;
      case 'busted':
      case 'corrected':
        log.noteReversal(event);
        return;
      default:
        return;
    }
  }

  #noteExpected(until: Micros): void {
    for (let placed = this.#expected[this.#next]; placed !== undefined; placed = this.#expected[this.#next]) {
      if (timeOf(placed.record) > until) return;
      this.note(placed.record);
      this.#next += 1;
    }
  }
}

/** What books are worth at their marks. */
function valueOf({ cash, accrued = 0, books }: CarriedBooks, priceScale: number): Money {
  let value = cash + accrued;
  for (const { mark, lots } of books) {
    for (const { quantity } of lots) value += Math.sign(quantity) * notional(mark, Math.abs(quantity), priceScale);
  }
  return value;
}

/** When the kernel decided or heard what a record says; records that say nothing to the log have no time. */
function timeOf(record: TapeRecord): Micros {
  switch (record.type) {
    case 'order':
      return record.order.updatedAt;
    case 'signal':
      return record.signal.time;
    case 'venue':
      return record.now;
    case 'equity':
    case 'position':
      return record.time;
    default:
      return -Infinity;
  }
}
