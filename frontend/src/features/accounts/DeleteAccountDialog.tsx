/** Closes an account for ever, after asking once; a refusal says why. */
import type { DeskAccount } from '../../../../src/contracts/index.js';
import { useApi } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Dialog } from '../../components/Dialog.js';
import { formatMoney } from '../../format/decimal.js';
import { Refused } from './Refused.js';
import { useAccountCall } from './useAccountCall.js';

/** The dialog. */
export function DeleteAccountDialog({
  account,
  onClose,
}: {
  readonly account: DeskAccount;
  readonly onClose: () => void;
}) {
  const { accountId, equity, positions } = account;
  const api = useApi();
  const { run, pending, refusal } = useAccountCall();
  const remove = async (): Promise<void> => {
    const call = () => api.call('closeAccount', { params: { id: accountId } });
    if (await run(call, `The account ${accountId} is deleted.`)) onClose();
  };
  const held = positions.length === 0 ? 'no positions' : positions.map(({ symbol }) => symbol).join(', ');
  return (
    <Dialog title={`Delete ${accountId}`} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          It is worth {formatMoney(equity)} and holds {held}. Its name is never used again. What it traded stays on the
          tape.{' '}
          {positions.length === 0
            ? 'An account with open orders is not deleted.'
            : 'Only an account that holds nothing and has no open orders is deleted: reset it first, or close its positions.'}
        </p>
        <Refused error={refusal} />
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>Keep it</Button>
          <Button tone="danger" disabled={pending} onClick={() => void remove()}>
            Delete account
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
