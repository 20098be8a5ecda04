/** Opens an account for a program: its name, its kind, any cash, and the fills it gets. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { openAccountSchema } from '../../../../src/contracts/index.js';
import { useApi } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Dialog } from '../../components/Dialog.js';
import { SelectField, TextField } from '../../components/Field.js';
import { dollarsOf } from './dollarsOf.js';
import { Refused } from './Refused.js';
import { useAccountCall } from './useAccountCall.js';

/** Presets that a program might want besides the session's; any other is a matter of the API. */
const PRESETS = ['papertape', 'strict', 'optimistic', 'alpaca'] as const;

/** The dialog. */
export function OpenAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const api = useApi();
  const { run, pending, refusal } = useAccountCall();
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const preset = textOf(form, 'preset');
    const body = openAccountSchema.safeParse({
      accountId: textOf(form, 'accountId'),
      kind: textOf(form, 'kind'),
      startingCash: dollarsOf(textOf(form, 'startingCash')),
      ...(preset === '' ? {} : { preset }),
    });
    if (!body.success) {
      setFaults(Object.fromEntries(body.error.issues.map(({ path, message }) => [String(path[0]), message])));
      return;
    }
    const { accountId } = body.data;
    if (await run(() => api.call('openAccount', { body: body.data }), `The account ${accountId} is open.`)) onClose();
  };
  return (
    <Dialog title="Open an account" onClose={onClose}>
      <form noValidate className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        <TextField
          label="Name"
          name="accountId"
          required
          data-autofocus
          spellCheck={false}
          autoComplete="off"
          placeholder="bot-1"
          hint="Letters, digits and “_.:-”. A name is used once and for all."
          fault={faults['accountId'] ?? ''}
          onChange={() => setFaults({})}
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label="Starting cash, $"
            name="startingCash"
            required
            inputMode="decimal"
            autoComplete="off"
            defaultValue="100000"
            fault={faults['startingCash'] ?? ''}
            onChange={() => setFaults({})}
          />
          <SelectField label="Kind" name="kind" defaultValue="margin">
            <option value="margin">Margin</option>
            <option value="cash">Cash</option>
          </SelectField>
        </div>
        <SelectField label="Fills" name="preset" defaultValue="">
          <option value="">As the session</option>
          {PRESETS.map((preset) => (
            <option key={preset}>{preset}</option>
          ))}
        </SelectField>
        <Refused error={refusal} />
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={pending}>
            Open account
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
