/** Short messages at the edge of the screen. */
import { createStore } from 'zustand/vanilla';

/** One message. Errors stay until dismissed, others go after a while. */
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'success' | 'error';
  readonly title: string;
  /** A second sentence, e.g. what to do. */
  readonly detail: string;
}

const SHOWN_MS = 4_000;
const MOST = 4;

/** The messages on the screen, oldest first. */
export const toasts = createStore<readonly Toast[]>(() => []);

let lastId = 0;

/** Shows a message. */
export function showToast(kind: Toast['kind'], title: string, detail = ''): void {
  lastId += 1;
  const toast = { id: lastId, kind, title, detail };
  toasts.setState((list) => [...list, toast].slice(-MOST), true);
  if (kind !== 'error') setTimeout(() => dismissToast(toast.id), SHOWN_MS);
}

/** Takes a message away. */
export function dismissToast(id: number): void {
  toasts.setState((list) => list.filter((toast) => toast.id !== id), true);
}
