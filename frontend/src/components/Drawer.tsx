/** A panel at the right edge of any page; Escape closes the topmost one, and the focus goes back to where it was. */
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from './Button.js';

/** What a drawer takes. It is mounted only while it is open. */
export interface DrawerProps {
  readonly title: string;
  /** What closing it says, e.g. `Close the receipt`. */
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A drawer; its body scrolls. */
export function Drawer({ title, closeLabel, onClose, children }: DrawerProps) {
  const element = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement;
    element.current?.focus();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open]') !== null) return;
      const open = document.querySelectorAll('[data-drawer]');
      if (open[open.length - 1] === element.current) close.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div
      ref={element}
      role="dialog"
      data-drawer
      aria-label={title}
      tabIndex={-1}
      className="drawer fixed top-0 right-0 bottom-0 z-30 flex w-104 max-w-full flex-col border-l border-line-strong bg-surface outline-none md:top-11 md:bottom-6 2xl:w-96"
    >
      <header className="flex h-9 shrink-0 items-center justify-between border-b border-line pr-1 pl-4">
        <h2 className="text-xs font-semibold">{title}</h2>
        <IconButton label={`${closeLabel} (Esc)`} onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">{children}</div>
    </div>
  );
}
