/** Begins an account anew with other cash, after saying what that ends. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { resetAccountSchema } from '../../../../src/contracts/index.js';
import type { DeskAccount } from '../../../../src/contracts/index.js';
import { useApi } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Dialog } from '../../components/Dialog.js';
import { TextField } from '../../components/Field.js';
import { dollarsOf } from './dollarsOf.js';
import { Refused } from './Refused.js';
import { useAccountCall } from './useAccountCall.js';

/** The dialog. */
export function ResetAccountDialog({
  account,
  onClose,
}: {
  readonly account: DeskAccount;
  readonly onClose: () => void;
}) {
  const { accountId } = account;
  const api = useApi();
  const { run, pending, refusal } = useAccountCall();
  const [cash, setCash] = useState(account.startingCash);
  const [fault, setFault] = useState('');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const body = resetAccountSchema.safeParse({ startingCash: dollarsOf(cash) });
    if (!body.success) {
      setFault(body.error.issues[0]?.message ?? '');
      return;
    }
    const call = () => api.call('resetAccount', { params: { id: accountId }, body: body.data });
    if (await run(call, `The account ${accountId} begins anew.`)) onClose();
  };
  return (
    <Dialog title={`Reset ${accountId}`} onClose={onClose}>
      <form noValidate className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        <p className="text-muted">
          Its orders are canceled, its positions go, and it begins with new cash. What it traded stays on the tape, and
          client order ids that it used stay used.
        </p>
        <TextField
          label="Starting cash, $"
          data-autofocus
          required
          inputMode="decimal"
          autoComplete="off"
          value={cash}
          fault={fault}
          onChange={(event) => {
            setCash(event.currentTarget.value);
            setFault('');
          }}
        />
        <Refused error={refusal} />
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="danger" disabled={pending}>
            Reset account
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
