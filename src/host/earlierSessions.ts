/**
 * The history of the desk's accounts before the present session, read from the tapes: of every session that the one
 * after it follows, what happened in its accounts and its prices at the end. Changes nothing on disk.
 */
import type { EarlierSession, VenueSession } from '../api/alpaca/PaperVenue.js';
import { parseDate } from '../calendar/tradingDate.js';
import { sessionOf } from '../calendar/sessions.js';
import type { AccountSettings } from '../domain/venueDesk.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { isDeskEvent } from '../domain/venueEvents.js';
import { ORDER_RULES } from '../exchange/orderRules.js';
import { presetOf } from '../exchange/presets.js';
import { PapertapeError } from '../domain/errors.js';
import type { Price } from '../domain/units.js';
import type { FileSystem } from '../storage/fileSystem.js';
import { readLog } from '../storage/logReader.js';
import type { SessionRecord } from './readTape.js';
import { tapeDirectory } from './tapeNames.js';
import { codeOf, decodeRecord } from './tapeRecords.js';
import type { ClosingPrices, TapeRecord } from './tapeRecords.js';
import { venueInstrument } from './venueInstrument.js';

/** Kinds of records that tell of accounts; the others are not even decoded. */
const TELLING = new Set((['session', 'venue', 'closing'] as const).map(codeOf));

/** A session as the Alpaca side sees it, from its opening record. */
export function venueSessionOf({ config, market, carried }: SessionRecord): VenueSession {
  const isSimulated = market.kind === 'simulated';
  return {
    sessionId: config.sessionId,
    instruments: config.symbols.map((_, symbolId) => venueInstrument(config, symbolId, isSimulated)),
    priceScale: config.priceScale,
    startTime: config.startTime,
    endTime: sessionOf(parseDate(market.date))?.afterHoursClose ?? config.startTime,
    controllable: market.kind !== 'live',
    carriesOn: carried !== null,
    fidelityOf: ({ preset }): AccountSettings['fidelity'] =>
      presetOf(preset ?? config.preset).orderRules === ORDER_RULES.alpaca ? 'alpaca' : 'papertape',
  };
}

/** Collects what one session's records say of its accounts. */
export class AccountChronicle {
  readonly session: VenueSession;
  readonly events: VenueEvent[] = [];
  readonly #opening: SessionRecord;
  #closingPrices: readonly Price[] = [];
  #closes: readonly Price[] = [];

  constructor(opening: SessionRecord) {
    this.#opening = opening;
    this.session = venueSessionOf(opening);
  }

  /** Takes the next record of its tape. */
  note(record: TapeRecord): void {
    if (record.type === 'closing') this.noteClosing(record);
    if (record.type === 'venue' && isDeskEvent(record.event, this.#opening.config.accountId)) {
      this.noteEvent(record.event);
    }
  }

  /** Takes the next event of the desk's accounts. */
  noteEvent(event: VenueEvent): void {
    this.events.push(event);
  }

  /** Takes what the symbols ended at. */
  noteClosing({ prices, closes = [] }: ClosingPrices): void {
    this.#closes = closes;
    const { priceScale } = this.#opening.config;
    // Cents, as a market would have printed them.
    this.#closingPrices = prices.map((dollars) => Math.round(dollars * 100) * (priceScale / 100));
  }

  /** The session as a part of the history of those after it. */
  close(): EarlierSession {
    return { session: this.session, events: this.events, closes: this.#closes, closingPrices: this.#closingPrices };
  }
}

/**
 * The sessions before one, oldest first. A tape that is gone or cannot be read ends the history there; `onFault` hears
 * of it.
 */
export function readEarlierSessions(
  fs: FileSystem,
  dataDir: string,
  opening: SessionRecord,
  onFault: (error: PapertapeError) => void,
): readonly EarlierSession[] {
  const found: EarlierSession[] = [];
  let { follows } = opening;
  while (follows !== undefined) {
    try {
      const before = readChronicle(fs, tapeDirectory(dataDir, follows));
      found.unshift(before.chronicle.close());
      follows = before.follows;
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      onFault(error);
      follows = undefined;
    }
  }
  return found;
}

function readChronicle(
  fs: FileSystem,
  directory: string,
): { readonly chronicle: AccountChronicle; readonly follows: string | undefined } {
  let chronicle: AccountChronicle | undefined;
  let follows: string | undefined;
  for (const group of readLog(fs, directory)) {
    group.forEach((seq, type, _time, payload) => {
      if (!TELLING.has(type)) return;
      const record = decodeRecord(seq, type, payload);
      if (record.type === 'session') {
        chronicle = new AccountChronicle(record);
        follows = record.follows;
      }
      chronicle?.note(record);
    });
  }
  if (chronicle === undefined) {
    throw new PapertapeError('TAPE_NOT_FOUND', `There is no tape in ${directory}.`, {
      remedy: 'The history of its accounts is not shown; put the folder back to see it again.',
    });
  }
  return { chronicle, follows };
}
