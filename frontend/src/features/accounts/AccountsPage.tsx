/** The accounts: those that programs trade, and the session's own under other fills. */
import { ScenariosPanel } from '../scenarios/ScenariosPanel.js';
import { useTitle } from '../shell/useTitle.js';
import { AccountsPanel } from './AccountsPanel.js';

/** The page. */
export function AccountsPage() {
  useTitle('Accounts');
  return (
    <div className="grid gap-px bg-line lg:min-h-full lg:grid-cols-[minmax(0,1fr)_27rem] 2xl:grid-cols-[minmax(0,1fr)_36rem]">
      <h1 className="sr-only">Accounts</h1>
      <AccountsPanel className="lg:min-h-72" />
      <ScenariosPanel />
    </div>
  );
}
