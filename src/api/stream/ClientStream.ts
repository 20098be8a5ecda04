/**
 * One client's stream, apart from its socket: sequence numbers, the backlog of a slow client, and what is kept
 * to resume after a lost connection. Memory is bounded: fast clients get shared texts, slow ones one merged
 * update per topic, and who falls behind further is closed (F67).
 */
import type { ControlMessage, Topic, TopicUpdate } from '../../contracts/index.js';
import { StreamClose } from '../../contracts/index.js';
import type { Principal } from '../microservices/AuthService.js';
import { mergeUpdates, updateSize } from './mergeUpdates.js';

/** Unsent bytes in the socket above which updates are merged instead of sent. */
const CONFLATE_ABOVE_BYTES = 64 * 1024;
/** Unsent bytes that end the connection: snapshots are never merged, so that asking for many must end somewhere. */
const CLOSE_ABOVE_BYTES = 1024 * 1024;
/** Items that may wait for a slow client. */
const MAX_BACKLOG_ITEMS = 5000;
/** How long a client may take nothing at all. */
const MAX_STALL_MS = 20_000;
/** Bytes kept for resuming. */
const RESUME_BYTES = 256 * 1024;

/** The socket as a stream sees it. */
export interface StreamSocket {
  /** Bytes that are not yet handed to the network. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** Sequenced messages to one client. */
export class ClientStream {
  readonly id: string;
  readonly principal: Principal;
  readonly topics = new Set<Topic>();
  /** Topics whose snapshot is not sent yet: their deltas wait. */
  readonly #loading = new Set<Topic>();
  readonly #monotonicMs: () => number;
  #socket: StreamSocket | undefined;
  #seq = 0;
  readonly #sent: { readonly seq: number; readonly text: string }[] = [];
  #sentBytes = 0;
  readonly #backlog = new Map<Topic, TopicUpdate>();
  #stalledSince: number | undefined;
  /** Monotonic milliseconds at which the socket was lost; undefined while connected. */
  #detachedSince: number | undefined;

  constructor(id: string, principal: Principal, monotonicMs: () => number) {
    this.id = id;
    this.principal = principal;
    this.#monotonicMs = monotonicMs;
  }

  /** Number of the last data message. */
  get seq(): number {
    return this.#seq;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** Milliseconds since the connection was lost; 0 while connected. */
  get detachedMs(): number {
    return this.#detachedSince === undefined ? 0 : this.#monotonicMs() - this.#detachedSince;
  }

  /** Whether everything after `after` is still here. */
  canResume(after: number): boolean {
    const first = this.#sent[0]?.seq ?? this.#seq + 1;
    return after <= this.#seq && after >= first - 1;
  }

  /** Connects a socket; {@link resumeAfter} follows for one that comes back. */
  attach(socket: StreamSocket): void {
    this.#socket = socket;
    this.#detachedSince = undefined;
    this.#stalledSince = undefined;
  }

  /** Forgets the socket and keeps collecting. */
  detach(): void {
    this.#socket = undefined;
    this.#detachedSince = this.#monotonicMs();
  }

  /** Sends again what came after `after`, then what collected meanwhile. */
  resumeAfter(after: number): void {
    for (const { seq, text } of this.#sent) if (seq > after) this.#socket?.send(text);
    this.flush();
  }

  /** Sends a message about the connection. */
  control(message: ControlMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** Subscribes a topic whose snapshot follows: deltas wait until {@link snapshot}. */
  beginTopic(topic: Topic): void {
    this.topics.add(topic);
    this.#loading.add(topic);
  }

  /** Drops what waits of a topic whose snapshot follows once more. */
  restartTopic(topic: Topic): void {
    this.#backlog.delete(topic);
    this.#loading.add(topic);
  }

  /** Forgets a topic. */
  endTopic(topic: Topic): void {
    this.topics.delete(topic);
    this.#loading.delete(topic);
    this.#backlog.delete(topic);
  }

  /** Sends the snapshot of a topic, then the deltas that waited for it. */
  snapshot(update: TopicUpdate): void {
    if (!this.#loading.delete(update.topic)) return;
    this.#sendData('snapshot', tailOf(update));
    this.flush();
  }

  /** Sends a delta; `tail` is {@link tailOf} of it, made once for all clients. */
  publish(update: TopicUpdate, tail: string): void {
    if (this.#canSend() && !this.#loading.has(update.topic) && !this.#backlog.has(update.topic)) {
      this.#sendData('delta', tail);
      return;
    }
    const waiting = this.#backlog.get(update.topic);
    this.#backlog.set(update.topic, waiting === undefined ? update : mergeUpdates(waiting, update));
  }

  /**
   * Sends what waits, as far as the client takes it. Closes with 1013 a client that fell too far behind; returns
   * false when the stream is over.
   */
  flush(): boolean {
    for (const [topic, update] of this.#backlog) {
      if (!this.#canSend()) break;
      if (this.#loading.has(topic)) continue;
      this.#backlog.delete(topic);
      this.#sendData('delta', tailOf(update));
    }
    if (this.#backlogItems() > MAX_BACKLOG_ITEMS || this.#stalled()) {
      this.#closeSlow();
      return false;
    }
    return true;
  }

  /** Says why and closes. */
  close(code: number, reason: string): void {
    this.control({ type: 'bye', reason });
    this.#socket?.close(code, reason);
  }

  #canSend(): boolean {
    return this.#socket !== undefined && this.#socket.bufferedAmount <= CONFLATE_ABOVE_BYTES;
  }

  #stalled(): boolean {
    if (this.#socket === undefined || this.#canSend()) {
      this.#stalledSince = undefined;
      return false;
    }
    this.#stalledSince ??= this.#monotonicMs();
    return this.#monotonicMs() - this.#stalledSince > MAX_STALL_MS;
  }

  #backlogItems(): number {
    let items = 0;
    for (const update of this.#backlog.values()) items += updateSize(update);
    return items;
  }

  #sendData(type: 'snapshot' | 'delta', tail: string): void {
    this.#seq += 1;
    const text = `{"type":"${type}","seq":${this.#seq},${tail}`;
    this.#sent.push({ seq: this.#seq, text });
    this.#sentBytes += text.length;
    while (this.#sentBytes > RESUME_BYTES) this.#sentBytes -= this.#sent.shift()?.text.length ?? this.#sentBytes;
    this.#socket?.send(text);
    if ((this.#socket?.bufferedAmount ?? 0) > CLOSE_ABOVE_BYTES) this.#closeSlow();
  }

  #closeSlow(): void {
    this.close(StreamClose.TOO_SLOW, 'The client reads too slowly; reconnect.');
  }
}

/** The part of a data message that is the same for every client. */
export function tailOf(update: TopicUpdate): string {
  return `"topic":${JSON.stringify(update.topic)},"data":${JSON.stringify(update.data)}}`;
}
