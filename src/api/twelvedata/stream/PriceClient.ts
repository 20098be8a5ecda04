/**
 * One connection of the price stream: what it is subscribed to, and what waits to be sent to it. A client that does not
 * read as fast as the market moves gets the newest price of each symbol once it reads again, never a queue without end.
 */
import type { WebSocket } from 'ws';
import type { Listing } from '../Listings.js';
import type { Principal } from '../TwelvedataAccess.js';

const MAX_WAITING_BYTES = 1024 * 1024;
/** What a client that only asks and never reads may leave unread, in multiples of what may wait. */
const PATIENCE = 8;
const POLICY_VIOLATION = 1008;

/** See the module header. */
export class PriceClient {
  readonly socket: WebSocket;
  readonly principal: Principal;
  /** What it hears of, by symbol. */
  readonly subscribed = new Map<string, Listing>();
  readonly #maxWaitingBytes: number;
  /** The newest price of each symbol that could not be sent yet, oldest first. */
  readonly #held = new Map<number, string>();
  readonly #onSent = (): void => this.#flush();

  constructor(socket: WebSocket, principal: Principal, maxWaitingBytes = MAX_WAITING_BYTES) {
    this.socket = socket;
    this.principal = principal;
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  /** Sends an answer; it goes before the prices that wait. */
  answer(message: object): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > PATIENCE * this.#maxWaitingBytes) {
      socket.close(POLICY_VIOLATION, 'the client does not read');
      return;
    }
    socket.send(JSON.stringify(message), this.#onSent);
  }

  /** Sends a price, or keeps it as the newest of its symbol. */
  price(symbolId: number, text: string): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (this.#held.size === 0 && socket.bufferedAmount <= this.#maxWaitingBytes) {
      socket.send(text, this.#onSent);
      return;
    }
    this.#held.delete(symbolId);
    this.#held.set(symbolId, text);
  }

  /** Prices of a symbol that it does not hear of any more are not sent. */
  forget(symbolId: number): void {
    this.#held.delete(symbolId);
  }

  #flush(): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) {
      this.#held.clear();
      return;
    }
    for (const [symbolId, text] of this.#held) {
      if (socket.bufferedAmount > this.#maxWaitingBytes) return;
      this.#held.delete(symbolId);
      socket.send(text, this.#onSent);
    }
  }
}
