/** Puts the services together for the browser: real network, real clock, one instance per page. */
import { API_PREFIX } from '../../../src/contracts/index.js';
import type { Access } from '../../../src/contracts/index.js';
import { ApiClient } from '../services/ApiClient.js';
import { StreamClient } from '../services/StreamClient.js';
import type { Socket } from '../services/StreamClient.js';
import { LiveStore } from '../stores/LiveStore.js';
import { changeSettings } from '../stores/settings.js';

/** The page's connection to the gateway. */
export interface Backend {
  readonly api: ApiClient;
  readonly stream: StreamClient;
  readonly live: LiveStore;
  /** Calls `listener` with each sign-in and with undefined at its end; returns a function that ends it. */
  onAccess(listener: (access: Access | undefined) => void): () => void;
}

/** Makes the services. */
export function createBackend(): Backend {
  const listeners = new Set<(access: Access | undefined) => void>();
  const api = new ApiClient({
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    exclusively: (task) => ('locks' in navigator ? navigator.locks.request('papertape-refresh', task) : task()),
    onAccess: (access) => {
      changeSettings({ signedIn: access !== undefined });
      for (const listener of listeners) listener(access);
    },
  });
  const live = new LiveStore({
    nextFrame,
    now: () => performance.now(),
  });
  const stream = new StreamClient({
    open: openSocket,
    ticket: async () => (await api.call('streamTicket', {})).ticket,
    now: () => performance.now(),
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    listener: live,
  });
  window.addEventListener('online', () => stream.retryNow());
  return {
    api,
    stream,
    live,
    onAccess: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function openSocket(): Socket {
  const address = new URL(`${API_PREFIX}/stream`, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const raw = new WebSocket(address);
  const socket: Socket = {
    // A message to a connection that just closed has nobody to go to; the close event follows.
    send: (text) => {
      if (raw.readyState === WebSocket.OPEN) raw.send(text);
    },
    close: (code) => raw.close(code),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  raw.onopen = () => socket.onopen?.();
  raw.onmessage = (event) => socket.onmessage?.({ data: event.data });
  raw.onclose = (event) => socket.onclose?.({ code: event.code, reason: event.reason });
  return socket;
}

/** A hidden tab gets no animation frames; once a second is enough for its title. */
const HIDDEN_FRAME_MS = 1_000;

/** Calls `task` in the next animation frame, or after a second if none comes by then. */
function nextFrame(task: () => void): void {
  const timer = setTimeout(() => {
    cancelAnimationFrame(frame);
    task();
  }, HIDDEN_FRAME_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    task();
  });
}
