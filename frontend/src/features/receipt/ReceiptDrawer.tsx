/** A fill explained, at the right edge of any page: the slip with the sentence first, then the evidence below it. */
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useApi } from '../../app/TradingContext.js';
import { IconButton } from '../../components/Button.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { Receipt } from './Receipt.js';

/** The drawer; Escape closes it, and the focus goes back to where it came from. */
export function ReceiptDrawer({ fillId, onClose }: { readonly fillId: string; readonly onClose: () => void }) {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['receipt', fillId],
    queryFn: () => api.call('receipt', { params: { id: fillId } }),
    staleTime: Infinity,
  });
  const element = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement;
    element.current?.focus();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) close.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <aside
      ref={element}
      role="dialog"
      aria-label="Fill receipt"
      tabIndex={-1}
      className="drawer fixed top-0 right-0 bottom-0 z-30 flex w-104 max-w-full flex-col border-l border-line-strong bg-surface outline-none md:top-11 md:bottom-6 2xl:w-96"
    >
      <header className="flex h-9 shrink-0 items-center justify-between border-b border-line pr-1 pl-4">
        <h2 className="text-xs font-semibold">Fill receipt</h2>
        <IconButton label="Close the receipt (Esc)" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">
        {data !== undefined ? (
          <Receipt receipt={data} />
        ) : error !== null ? (
          <Empty title="The receipt could not be read.">{error.message}</Empty>
        ) : (
          <SkeletonRows rows={8} />
        )}
      </div>
    </aside>
  );
}
