/** Draws the messages of toasts.ts and has screen readers say them. */
import { clsx } from 'clsx';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useStore } from 'zustand';
import { dismissToast, toasts } from './toasts.js';

const ICONS = { info: Info, success: CircleCheck, error: CircleAlert };

/** The region of messages. */
export function Toaster() {
  const list = useStore(toasts);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-9 z-50 flex w-80 max-w-[calc(100vw-1.5rem)] flex-col gap-2"
    >
      {list.map(({ id, kind, title, detail }) => {
        const Icon = ICONS[kind];
        return (
          <div
            key={id}
            role={kind === 'error' ? 'alert' : undefined}
            className="drawer pointer-events-auto flex gap-2.5 rounded-md border border-line-strong bg-raised px-3 py-2.5"
          >
            <Icon
              aria-hidden
              className={clsx(
                'mt-0.5 size-4 shrink-0',
                kind === 'error' ? 'text-loss' : kind === 'success' ? 'text-gain' : 'text-accent',
              )}
            />
            <div className="min-w-0 flex-1">
              <p className="font-medium break-words">{title}</p>
              {detail !== '' && <p className="mt-0.5 break-words text-muted">{detail}</p>}
            </div>
            <button
              type="button"
              aria-label="Dismiss"
              className="self-start text-faint hover:text-ink"
              onClick={() => dismissToast(id)}
            >
              <X aria-hidden className="size-4" />
            </button>
          </div>
        );
      })}
    </div>
  );
}
