/**
 * Reads parsed messages of the stock stream, of every kind, field by field: the reference that the fast scanners equal,
 * and the way of everything that they do not take. Refusals are counted by reason and never stop the message after.
 */
import type { PrintCorrection } from '../../domain/marketSource.js';
import { TradingStatus } from '../../domain/marketTables.js';
import { UNKNOWN_CODE, packCodes, quoteFlagsOf, tapeIndex } from './conditions.js';
import type { RowWriter } from './RowWriter.js';
import { Value } from './RowWriter.js';
import type { SymbolIndex } from './SymbolIndex.js';
import { areBandsLifted, statusMeaning } from './tradingStatus.js';
import type { RefusalReason } from './wireValues.js';
import { REFUSALS, Refused, codesOf, idOf, letterOf, priceOf, sharesOf, textOf, timeOf } from './wireValues.js';

/** Fields of a parsed message. */
export type WireFields = Readonly<Record<string, unknown>>;

const CONTROLS = new Set(['success', 'error', 'subscription']);

/** See the module header. */
export class MessageReader {
  readonly #symbols: SymbolIndex;
  readonly #writer: RowWriter;
  readonly #refused = new Map<RefusalReason, number>(REFUSALS.map((reason) => [reason, 0]));
  /** What came beside rows since it was last taken, in order. */
  corrections: PrintCorrection[] = [];
  controls: WireFields[] = [];
  /** Messages refused so far that no later one replaces: what they would have said is missing. */
  missing = 0;
  unknownConditions = 0;
  unknownStatuses = 0;
  ignoredStatuses = 0;

  constructor(symbols: SymbolIndex, writer: RowWriter) {
    this.#symbols = symbols;
    this.#writer = writer;
  }

  /** Messages refused so far, by reason. */
  get refusals(): ReadonlyMap<RefusalReason, number> {
    return this.#refused;
  }

  /** Takes one message in. */
  read(message: unknown): void {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.#refuse('notAnObject');
      return;
    }
    const fields = message as WireFields;
    const kind = fields['T'];
    if (typeof kind === 'string' && CONTROLS.has(kind)) {
      this.controls.push(fields);
      return;
    }
    try {
      this.#readData(kind, fields);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#refuse(error.reason);
      // A quote is replaced by the next one, and what nobody asked for leaves nothing missing.
      const isOther = kind === 'q' || error.reason === 'symbolUnknown' || error.reason === 'kindUnknown';
      if (!isOther) this.missing += 1;
    }
  }

  #refuse(reason: RefusalReason): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  #readData(kind: unknown, fields: WireFields): void {
    switch (kind) {
      case 't':
        return this.#readTrade(fields);
      case 'q':
        return this.#readQuote(fields);
      case 'b':
      case 'u':
        return this.#readBar(fields, kind === 'u');
      case 's':
        return this.#readStatus(fields);
      case 'l':
        return this.#readBands(fields);
      case 'c':
      case 'x':
        return this.#readCorrection(fields, kind === 'c');
      default:
        throw new Refused('kindUnknown');
    }
  }

  /** Puts symbol and time where the writer takes them. */
  #begin(fields: WireFields): void {
    const symbol = fields['S'];
    const id = typeof symbol === 'string' ? this.#symbols.idOf(symbol) : -1;
    if (id < 0) throw new Refused('symbolUnknown');
    this.#writer.symbolId = id;
    this.#writer.values[Value.TIME] = timeOf(fields['t']);
  }

  #tapeOf(fields: WireFields): number {
    return tapeIndex(letterOf(fields['z']));
  }

  #tradeFlags(codes: string, fields: WireFields): number {
    const { trades } = this.#writer;
    this.#writer.turnDay();
    const key = packCodes(codes);
    const tape = this.#tapeOf(fields);
    const flags = key === undefined ? trades.flagsOf(codes, tape) : trades.flagsOfPacked(key, tape);
    if ((flags & UNKNOWN_CODE) !== 0) this.unknownConditions += 1;
    return flags;
  }

  #readTrade(fields: WireFields): void {
    const writer = this.#writer;
    const { values } = writer;
    this.#begin(fields);
    values[Value.PRICE] = priceOf(fields['p']);
    values[Value.SIZE] = sharesOf(fields['s']);
    values[Value.ID] = idOf(fields['i']);
    writer.exchange = letterOf(fields['x']);
    writer.writeTrade(this.#tradeFlags(codesOf(fields['c']), fields));
  }

  #readQuote(fields: WireFields): void {
    const { values } = this.#writer;
    this.#begin(fields);
    values[Value.BID] = priceOf(fields['bp'], true);
    values[Value.BID_SIZE] = sharesOf(fields['bs']);
    values[Value.ASK] = priceOf(fields['ap'], true);
    values[Value.ASK_SIZE] = sharesOf(fields['as']);
    const flags = quoteFlagsOf(codesOf(fields['c']));
    if ((flags & UNKNOWN_CODE) !== 0) this.unknownConditions += 1;
    this.#writer.writeQuote(flags);
  }

  #readBar(fields: WireFields, revised: boolean): void {
    const { values } = this.#writer;
    this.#begin(fields);
    values[Value.OPEN] = priceOf(fields['o']);
    values[Value.HIGH] = priceOf(fields['h']);
    values[Value.LOW] = priceOf(fields['l']);
    values[Value.CLOSE] = priceOf(fields['c']);
    values[Value.VOLUME] = sharesOf(fields['v']);
    if (!this.#writer.writeBar(revised)) throw new Refused('barContradictory');
  }

  #readStatus(fields: WireFields): void {
    this.#begin(fields);
    const words = `${textOf(fields['sm'])} ${textOf(fields['rm'])}`;
    const meaning = statusMeaning(textOf(fields['sc']), textOf(fields['rc']), words);
    if (meaning === 'ignored') this.ignoredStatuses += 1;
    else if (meaning === 'unknown') this.unknownStatuses += 1;
    else this.#writer.writeStatus(meaning, false);
  }

  #readBands(fields: WireFields): void {
    const { values } = this.#writer;
    this.#begin(fields);
    const lower = priceOf(fields['d'], true);
    const upper = priceOf(fields['u'], true);
    const isLifted = areBandsLifted(textOf(fields['i'])) || lower === 0 || upper === 0;
    values[Value.LOWER] = isLifted ? 0 : lower;
    values[Value.UPPER] = isLifted ? 0 : upper;
    this.#writer.writeStatus(TradingStatus.BANDS, true);
  }

  /** A correction names the print before and after, a cancel the print alone. */
  #readCorrection(fields: WireFields, isCorrect: boolean): void {
    this.#begin(fields);
    const original = {
      symbolId: this.#writer.symbolId,
      time: this.#writer.values[Value.TIME] ?? 0,
      printId: idOf(fields[isCorrect ? 'oi' : 'i']),
      price: priceOf(fields[isCorrect ? 'op' : 'p']),
      size: sharesOf(fields[isCorrect ? 'os' : 's']),
    };
    // Without its number nobody knows which print is meant.
    if (original.printId === 0) throw new Refused('idMissing');
    if (!isCorrect) {
      this.corrections.push({ kind: 'cancel', ...original });
      return;
    }
    const corrected = {
      printId: idOf(fields['ci']),
      price: priceOf(fields['cp']),
      size: sharesOf(fields['cs']),
      flags: this.#tradeFlags(codesOf(fields['cc']), fields) & ~UNKNOWN_CODE,
    };
    this.corrections.push({ kind: 'correct', ...original, corrected });
  }
}
