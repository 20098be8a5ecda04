/** The list of keyboard shortcuts. */
import { Dialog } from '../../components/Dialog.js';
import { SHORTCUTS } from './shortcuts.js';

/** The list. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[4rem_1fr] items-center gap-y-2">
        {SHORTCUTS.map(([keys, effect]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong bg-raised px-1.5 py-0.5 font-sans text-xs">{keys}</kbd>
            </dt>
            <dd className="text-muted">{effect}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
