/**
 * What holds for a connection of either stream, so that nobody can keep the server busy: it names its key soon, the
 * key is still good while it lasts, and what it sends is answered one after the other, with a bound on what waits.
 */
import type { WebSocket } from 'ws';
import type { Clock } from '../../../utils/clock.js';
import type { ApiKeys } from '../ApiKeys.js';

const AUTH_MS = 10_000;
/** How long a revoked key still hears something at most. */
const KEY_CHECK_MS = 10_000;
/** Bytes of messages that wait for their turn. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
const POLICY_VIOLATION = 1008;

/** A connection as its stream knows it. */
export interface GuardedConnection {
  readonly socket: WebSocket;
  /** Id of the key that it has named; undefined before. */
  readonly keyId: () => string | undefined;
  /** Handles one message; the next one waits for it. */
  readonly receive: (data: Buffer) => Promise<void>;
  /** A message could not be handled. */
  readonly onError: (error: unknown) => void;
  /** No key was named in time; the connection is closed after it. */
  readonly onSilence: () => void;
}

/** Guards it until it closes. The first message waits for `ready`. */
export function guardConnection(
  connection: GuardedConnection,
  { clock, keys }: { readonly clock: Clock; readonly keys: Pick<ApiKeys, 'isGood'> },
  ready: Promise<void> = Promise.resolve(),
): void {
  const { socket, keyId, receive, onError, onSilence } = connection;
  const check = async (): Promise<void> => {
    const id = keyId();
    if (id === undefined) {
      onSilence();
      socket.close();
    } else if (!(await keys.isGood(id))) {
      socket.close(POLICY_VIOLATION, 'the key was revoked');
    } else if (socket.readyState === socket.OPEN) {
      wait(KEY_CHECK_MS);
    }
  };
  let cancel = (): void => {};
  const wait = (delayMs: number): void => {
    cancel = clock.setTimer(delayMs, () => {
      check().catch((error: unknown) => {
        onError(error);
        socket.close();
      });
    });
  };
  wait(AUTH_MS);
  socket.on('close', () => cancel());
  let turn = ready;
  let unread = 0;
  socket.on('message', (data: Buffer) => {
    unread += data.length;
    if (unread > MAX_UNREAD_BYTES) {
      socket.terminate();
      return;
    }
    turn = turn
      .then(() => receive(data))
      .catch(onError)
      .finally(() => {
        unread -= data.length;
      });
  });
}
