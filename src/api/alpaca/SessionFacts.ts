/** Names and ids of a session's instruments, accounts and orders, both ways; computed once per session. */
import { required } from '../../utils/assert.js';
import { assetUuid, orderUuid } from './alpacaIds.js';
import type { VenueInstrument, VenueSession } from './PaperVenue.js';

/** An instrument with its ids. */
export interface Asset extends VenueInstrument {
  readonly symbolId: number;
  readonly id: string;
}

/** See the module header. */
export class SessionFacts {
  readonly session: VenueSession;
  readonly assets: readonly Asset[];
  readonly #byKey = new Map<string, Asset>();
  readonly #orderIds = new Map<string, string>();

  constructor(session: VenueSession) {
    this.session = session;
    this.assets = session.instruments.map((instrument, symbolId) => ({
      ...instrument,
      symbolId,
      id: assetUuid(instrument.symbol),
    }));
    for (const asset of this.assets) {
      this.#byKey.set(asset.symbol.toUpperCase(), asset);
      this.#byKey.set(asset.id, asset);
    }
  }

  /** An asset by its symbol (in any case) or id. */
  find(symbolOrId: string): Asset | undefined {
    return this.#byKey.get(symbolOrId.toUpperCase()) ?? this.#byKey.get(symbolOrId.toLowerCase());
  }
  /** The asset of a symbol id of the session. */
  asset(symbolId: number): Asset {
    return required(this.assets[symbolId], `the instrument ${symbolId}`);
  }
  /** The UUID of an order of the session; remembers it for {@link orderIdOf}. */
  uuidOf(orderId: string): string {
    const uuid = orderUuid(this.session.sessionId, orderId);
    this.#orderIds.set(uuid, orderId);
    return uuid;
  }
  /** The order that a UUID was made of; undefined for one that was never given out. */
  orderIdOf(uuid: string): string | undefined {
    return this.#orderIds.get(uuid.toLowerCase());
  }
}
