/**
 * Carries closed trades from a session's thread into the database, in order and without holding anybody up. What the
 * database refuses is told once more when the session is opened again: its trades are made again from its tape.
 */
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { StoredTrade, TradeLogStore } from '../domain/tradeLog.js';
import { DOLLAR, parseDecimal } from '../domain/units.js';
import type { Clock } from '../utils/clock.js';
import { required } from '../utils/assert.js';

/** How long trades may wait for others: a transaction is synced to disk, whatever is in it. */
const GATHER_MS = 500;

/** See the module header. */
export class TradeKeeper {
  readonly #store: Pick<TradeLogStore, 'saveTrades'>;
  readonly #onFault: (error: unknown) => void;
  readonly #clock: Pick<Clock, 'setTimer'>;
  #waiting: StoredTrade[] = [];
  #cancelTimer: (() => void) | undefined;
  #saving: Promise<void> = Promise.resolve();

  /** `onFault` hears of a database that refuses. */
  constructor(
    store: Pick<TradeLogStore, 'saveTrades'>,
    clock: Pick<Clock, 'setTimer'>,
    onFault: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** Takes closed trades, of the session's own account or of one of the desk. */
  take(trades: readonly TradeDocument[], accountId?: string): void {
    for (const trade of trades) {
      this.#waiting.push({ ...storedTrade(trade), ...(accountId === undefined ? {} : { accountId }) });
    }
    this.#cancelTimer ??= this.#clock.setTimer(GATHER_MS, () => this.#save());
  }

  /** Resolves when everything taken so far is in the database, or it has refused. */
  settled(): Promise<void> {
    this.#save();
    return this.#saving;
  }

  #save(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const rows = this.#waiting.splice(0);
    if (rows.length > 0) this.#saving = this.#saving.then(() => this.#store.saveTrades(rows)).catch(this.#onFault);
  }
}

/** A closed trade as the database keeps it. */
export function storedTrade(trade: TradeDocument): StoredTrade {
  return {
    sessionId: trade.sessionId,
    tradeId: trade.id,
    owner: trade.owner,
    symbol: trade.symbol,
    side: trade.side,
    session: trade.session,
    exitTime: required(trade.exitTime, 'the exit of a closed trade'),
    pnl: required(parseDecimal(trade.pnl, DOLLAR), 'the result of a trade'),
    document: JSON.stringify(trade),
  };
}
