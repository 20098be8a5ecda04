/** Sets or changes the password. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useAuth } from '../../app/AuthContext.js';
import { useAction } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Dialog } from '../../components/Dialog.js';
import { TextField } from '../../components/Field.js';

const SHORTEST = 12;

/** The dialog. */
export function PasswordDialog({
  hasPassword,
  onClose,
}: {
  readonly hasPassword: boolean;
  readonly onClose: () => void;
}) {
  const auth = useAuth();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const { run, pending } = useAction(
    () => auth.setPassword(password, hasPassword ? current : undefined),
    () => 'The password is set. Other devices were signed out.',
  );
  const isShort = password.length > 0 && password.length < SHORTEST;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (password.length >= SHORTEST && (await run())) onClose();
  };
  return (
    <Dialog title={hasPassword ? 'Change password' : 'Set a password'} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        {hasPassword && (
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          value={password}
          hint={`At least ${SHORTEST} characters.`}
          fault={isShort ? `${SHORTEST - password.length} more characters are needed.` : ''}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={pending || password.length < SHORTEST}>
            Save password
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
