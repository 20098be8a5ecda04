/** The running session for components: live state by selector, subscriptions, and commands with their answer. */
import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Topic } from '../../../src/contracts/index.js';
import { showToast } from '../components/toasts.js';
import { ApiError } from '../services/ApiClient.js';
import type { ApiClient } from '../services/ApiClient.js';
import type { LiveState, LiveStore } from '../stores/LiveStore.js';
import type { Backend } from './backend.js';

/** Topics that every page needs. */
const BASE_TOPICS: readonly Topic[] = [
  'session',
  'account',
  'equity',
  'scenarios',
  'quotes',
  'positions',
  'orders',
  'fills',
  'strategies',
  'signals',
  'logs',
  'health',
];

const Context = createContext<Backend | undefined>(undefined);

/** Keeps the stream connected while it is mounted, which is as long as somebody is signed in. */
export function TradingProvider({ backend, children }: { readonly backend: Backend; readonly children: ReactNode }) {
  useEffect(() => {
    const { stream, live } = backend;
    const releases = BASE_TOPICS.map((topic) => stream.subscribe(topic));
    stream.start();
    return () => {
      for (const release of releases) release();
      stream.stop();
      live.reset();
    };
  }, [backend]);
  return <Context value={backend}>{children}</Context>;
}

function useBackend(): Backend {
  const backend = useContext(Context);
  if (backend === undefined) throw new Error('the session is used outside TradingProvider');
  return backend;
}

/** A part of the live state; renders again only when the selected value is another one. */
export function useLive<Value>(select: (state: LiveState) => Value): Value {
  return useStore(useBackend().live.state, select);
}

/** The live store itself, for what reads it outside rendering. */
export function useLiveStore(): LiveStore {
  return useBackend().live;
}

/** The HTTP client. */
export function useApi(): ApiClient {
  return useBackend().api;
}

/** Tries to connect at once. */
export function useRetry(): () => void {
  const { stream } = useBackend();
  return useCallback(() => stream.retryNow(), [stream]);
}

/** Subscribes a topic while the component is mounted; undefined subscribes nothing. */
export function useTopic(topic: Topic | undefined): void {
  const { stream } = useBackend();
  useEffect(() => (topic === undefined ? undefined : stream.subscribe(topic)), [stream, topic]);
}

/** A command in progress. */
export interface Action<Args extends readonly unknown[]> {
  /** Runs the command; resolves to whether it was taken. Faults are shown as a message. */
  readonly run: (...args: Args) => Promise<boolean>;
  readonly pending: boolean;
}

/** Wraps a command: says `done` when it was taken, and what went wrong otherwise. */
export function useAction<Args extends readonly unknown[]>(
  command: (...args: Args) => Promise<unknown>,
  done?: (...args: Args) => string,
): Action<Args> {
  const [pending, setPending] = useState(false);
  const run = async (...args: Args): Promise<boolean> => {
    setPending(true);
    try {
      await command(...args);
      if (done !== undefined) showToast('success', done(...args));
      return true;
    } catch (cause) {
      const error = cause instanceof ApiError ? cause : undefined;
      showToast('error', error?.message ?? 'The page could not do that.', error?.remedy ?? '');
      return false;
    } finally {
      setPending(false);
    }
  };
  return { run, pending };
}
