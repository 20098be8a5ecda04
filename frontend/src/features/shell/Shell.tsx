/** The frame around every page: bars, the page, the open receipt. */
import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useReceipt } from '../../app/useReceipt.js';
import { ReceiptDrawer } from '../receipt/ReceiptDrawer.js';
import { ConnectionBar } from './Connection.js';
import { KillSwitchBar } from './KillSwitch.js';
import { ShortcutsDialog } from './ShortcutsDialog.js';
import { StatusBar } from './StatusBar.js';
import { TopBar } from './TopBar.js';
import { useShortcuts } from './shortcuts.js';

/** The frame. */
export function Shell() {
  const [listOpen, setListOpen] = useState(false);
  const { fillId, close } = useReceipt();
  useShortcuts(() => setListOpen(true));
  return (
    <div className="flex h-full flex-col">
      <a
        href="#page"
        className="sr-only z-50 rounded bg-accent-solid px-3 py-1 text-white focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <TopBar onShortcuts={() => setListOpen(true)} />
      <KillSwitchBar />
      <ConnectionBar />
      <main id="page" className="min-h-0 flex-1 overflow-auto">
        <Outlet />
      </main>
      <StatusBar />
      {fillId !== undefined && <ReceiptDrawer key={fillId} fillId={fillId} onClose={close} />}
      {listOpen && <ShortcutsDialog onClose={() => setListOpen(false)} />}
    </div>
  );
}
