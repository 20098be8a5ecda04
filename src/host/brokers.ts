/** The port through which a session trades at a broker; the composition root knows the client behind it. */
import type { BrokerFigures, BrokerName, BrokerReport } from '../domain/brokerReport.js';
import type { Order, OrderChanges, ReplacementIds, RiskApproved } from '../domain/order.js';
import type { Micros, Quantity } from '../domain/units.js';
import type { Clock } from '../utils/clock.js';

/** The account that the keys are of, as it was found. */
export interface BrokerAccount {
  readonly accountNumber: string;
  readonly figures: BrokerFigures;
}

/** A connection that is wanted, with what an earlier process has left under way. */
export interface BrokerConnectionRequest {
  readonly name: BrokerName;
  /** The session's symbols, by id, and price steps per dollar. */
  readonly symbols: readonly string[];
  readonly priceScale: number;
  readonly accountId: string;
  /** Orders that are not over, with what was filled; parents before their legs, also parents that are over. */
  readonly openOrders: readonly Order[];
  readonly openReplacements: readonly {
    readonly orderId: string;
    readonly next: ReplacementIds;
    readonly changes: OrderChanges;
  }[];
  /** Fills that have been reported in this session. */
  readonly fillsBefore: number;
  /** Signed micro-shares by symbol id, by the broker's last word and the fills since. */
  readonly held: ReadonlyMap<number, Quantity>;
  readonly clock: Clock;
  /** Hears everything that the broker says, in order, at any time. */
  readonly onReport: (report: BrokerReport) => void;
}

/** A connection: one-way, like every broker. */
export interface BrokerConnection {
  /** Connects; new orders leave once orders, fills and positions have been compared. */
  start(): void;
  /** Ends it; resolves when nothing is under way any more. Orders at the broker stay. */
  stop(): Promise<void>;
  submit(order: RiskApproved<Order>, now: Micros): void;
  cancel(orderId: string, now: Micros): void;
  replace(orderId: string, changes: OrderChanges, next: ReplacementIds, now: Micros): void;
}

/** See the module header. */
export interface Brokers {
  /**
   * Looks at the account and changes nothing. Throws `BROKER_KEY_REFUSED`, `BROKER_UNAVAILABLE`,
   * `BROKER_MESSAGE_INVALID`, `LIVE_TRADING_REFUSED` or `CONFIG_INVALID`.
   */
  look(name: BrokerName, clock: Clock): Promise<BrokerAccount>;
  /** Makes a connection. Throws `LIVE_TRADING_REFUSED`, `BROKER_KEY_REFUSED` or `CONFIG_INVALID`. */
  open(request: BrokerConnectionRequest): BrokerConnection;
}
