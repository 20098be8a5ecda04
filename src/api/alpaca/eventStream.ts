/**
 * Writes server-sent events: one `data:` line of JSON per event, comments so that the connection is seen to live. A
 * client that does not read is told so and cut off, as on the sockets; it can go on from the last id that it saw. A
 * revoked key ends it.
 */
import type { FastifyReply } from 'fastify';
import type { Clock } from '../../utils/clock.js';
import type { ApiKeys } from './ApiKeys.js';
import type { EventSource } from './alpacaRoute.js';

/** Bytes that may wait for a client. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const HEARTBEAT_MS = 10_000;

/** What it needs to go on watching a connection. */
export interface EventStreamParts {
  readonly clock: Clock;
  readonly keys: ApiKeys;
  readonly onError: (error: unknown) => void;
  /** Ends of the connections that are open: whoever closes the server calls them, as it waits for its connections. */
  readonly open: Set<() => void>;
}

/** Answers with what `source` tells until it ends, or the client goes. Headers set on the reply are sent. */
export function sendEvents(reply: FastifyReply, keyId: string, source: EventSource, parts: EventStreamParts): void {
  const { clock, keys, onError, open } = parts;
  reply.hijack();
  const { raw } = reply;
  let over = false;
  let stop = (): void => undefined;
  let cancel = (): void => undefined;
  const end = (): void => {
    if (over) return;
    over = true;
    open.delete(end);
    cancel();
    stop();
    raw.end();
  };
  const write = (text: string): void => {
    if (over) return;
    if (raw.writableLength > MAX_WAITING_BYTES) {
      raw.write(': you are reading too slowly\n\n');
      end();
      return;
    }
    raw.write(text);
  };
  const beat = async (): Promise<void> => {
    if (!(await keys.isGood(keyId))) end();
    else write(': heartbeat\n\n');
    if (!over) wait();
  };
  const wait = (): void => {
    cancel = clock.setTimer(HEARTBEAT_MS, () => {
      beat().catch((error: unknown) => {
        onError(error);
        write(': internal server error\n\n');
        end();
      });
    });
  };
  open.add(end);
  raw.on('close', end);
  raw.on('error', onError);
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  wait();
  stop = source({ send: (data) => write(`data: ${JSON.stringify(data)}\n\n`), end });
  if (over) stop();
}
