/**
 * Names and ids of the instruments of a session and of those before it, both ways; computed once per session. Symbols
 * that only an earlier session had follow those of the present one and cannot be traded any more.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { sessionOf } from '../../calendar/sessions.js';
import { required } from '../../utils/assert.js';
import type { Micros, Price } from '../../domain/units.js';
import { assetUuid } from './alpacaIds.js';
import type { EarlierSession, VenueInstrument, VenueSession } from './PaperVenue.js';

/** An instrument with its ids. */
export interface Asset extends VenueInstrument {
  readonly symbolId: number;
  readonly id: string;
  /** Its exchange; NASDAQ where that is not known, as clients take no other words than Alpaca's. */
  readonly listedOn: string;
}

/** See the module header. */
export class SessionFacts {
  readonly session: VenueSession;
  readonly assets: readonly Asset[];
  readonly #byKey = new Map<string, Asset>();
  readonly #closes = new Map<number, { readonly time: Micros; readonly price: Price }[]>();

  /** `earlier` are the sessions whose accounts go on, oldest first. */
  constructor(session: VenueSession, earlier: readonly EarlierSession[] = []) {
    this.session = session;
    const instruments = [...session.instruments];
    const known = new Set(instruments.map(({ symbol }) => symbol));
    for (const one of earlier.flatMap((before) => before.session.instruments)) {
      if (known.has(one.symbol)) continue;
      known.add(one.symbol);
      instruments.push(one);
    }
    this.assets = instruments.map((instrument, symbolId) => ({
      ...instrument,
      symbolId,
      id: assetUuid(instrument.symbol),
      listedOn: instrument.exchange === '' ? 'NASDAQ' : instrument.exchange,
    }));
    for (const asset of this.assets) {
      this.#byKey.set(asset.symbol.toUpperCase(), asset);
      this.#byKey.set(asset.id, asset);
    }
    for (const before of earlier) this.#noteCloses(before);
  }

  /** An asset that can be traded by its symbol (in any case) or id. */
  find(symbolOrId: string): Asset | undefined {
    const asset = this.findAny(symbolOrId);
    return asset !== undefined && this.isOfSession(asset.symbolId) ? asset : undefined;
  }
  /** The same among those of earlier sessions too. */
  findAny(symbolOrId: string): Asset | undefined {
    return this.#byKey.get(symbolOrId.toUpperCase()) ?? this.#byKey.get(symbolOrId.toLowerCase());
  }
  /** An asset by its number: the symbol id of the session, beyond those one of an earlier session. */
  asset(symbolId: number): Asset {
    return required(this.assets[symbolId], `the instrument ${symbolId}`);
  }
  /** Whether the present session has it. */
  isOfSession(symbolId: number): boolean {
    return symbolId < this.session.instruments.length;
  }
  /** What an asset was worth at the closes and the ends of earlier sessions, oldest first. */
  closes(symbolId: number): { readonly time: Micros; readonly price: Price }[] {
    return [...(this.#closes.get(symbolId) ?? [])];
  }
  /** The numbers here of another session's symbol ids; undefined where they are the same. */
  numbersOf({ instruments }: VenueSession): readonly number[] | undefined {
    const numbers = instruments.map(({ symbol }) => this.#byKey.get(symbol.toUpperCase())?.symbolId ?? -1);
    return numbers.every((number, symbolId) => number === symbolId) ? undefined : numbers;
  }

  #noteCloses({ session, closes, closingPrices }: EarlierSession): void {
    const numbers = this.numbersOf(session);
    const close = sessionOf(newYorkDate(session.endTime))?.close ?? session.endTime;
    const note = (symbolId: number, time: Micros, price: Price): void => {
      const number = numbers?.[symbolId] ?? symbolId;
      const list = this.#closes.get(number) ?? [];
      this.#closes.set(number, list);
      list.push({ time, price });
    };
    for (const [symbolId, price] of closes.entries()) if (price > 0) note(symbolId, close, price);
    for (const [symbolId, price] of closingPrices.entries()) note(symbolId, session.endTime, price);
  }
}
