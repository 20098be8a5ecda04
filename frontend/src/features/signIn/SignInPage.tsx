/**
 * The way in: a one-time link that the program prints, or name and password. The link's token stands in the
 * fragment, which browsers never send; it is taken out of the address before anything else happens.
 */
import { useEffect, useState } from 'react';
import type { FormEvent } from 'react';
import { useAuth } from '../../app/AuthContext.js';
import { Button } from '../../components/Button.js';
import { TextField } from '../../components/Field.js';
import { ApiError } from '../../services/ApiClient.js';
import { Brand } from '../shell/Brand.js';

/** Takes the token out of the address; undefined if there is none. */
function takeLinkToken(): string | undefined {
  const url = new URL(location.href);
  if (url.pathname !== '/sign-in') return undefined;
  const fromFragment = new URLSearchParams(url.hash.slice(1)).get('token');
  const token = fromFragment ?? url.searchParams.get('token');
  if (token === null || token === '') return undefined;
  history.replaceState(null, '', '/');
  return token;
}

/** The token works once, so it is read once per load, however often the component is mounted. */
const linkToken = takeLinkToken();
let linkUsed = false;

/** Sign-in. */
export function SignInPage() {
  const auth = useAuth();
  const [fault, setFault] = useState<{ readonly message: string; readonly remedy: string }>();
  const [pending, setPending] = useState(linkToken !== undefined && !linkUsed);

  const attempt = async (way: () => Promise<void>): Promise<void> => {
    setPending(true);
    setFault(undefined);
    try {
      await way();
    } catch (cause) {
      const error = cause instanceof ApiError ? cause : undefined;
      setFault({ message: error?.message ?? 'Signing in failed.', remedy: error?.remedy ?? '' });
      setPending(false);
    }
  };

  useEffect(() => {
    if (linkToken === undefined || linkUsed) return;
    linkUsed = true;
    void attempt(() => auth.signInWithLink(linkToken));
  });

  // A link that is opened in a tab that shows this page already changes the fragment only, and loads nothing.
  useEffect(() => {
    const onHashChange = (): void => {
      const token = takeLinkToken();
      if (token !== undefined) void attempt(() => auth.signInWithLink(token));
    };
    window.addEventListener('hashchange', onHashChange);
    return () => {
      window.removeEventListener('hashchange', onHashChange);
    };
  });

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, password] = [form.get('name'), form.get('password')];
    if (typeof name === 'string' && typeof password === 'string') {
      void attempt(() => auth.signInWithPassword(name, password));
    }
  };

  return (
    <main className="flex h-full items-center justify-center overflow-auto p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex justify-center">
          <h1>
            <Brand />
          </h1>
        </div>
        <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-6">
          <TextField label="Name" name="name" autoComplete="username" defaultValue="owner" required maxLength={64} />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
            autoFocus
          />
          {fault !== undefined && (
            <div role="alert" className="rounded border border-danger bg-danger-wash px-3 py-2">
              <p className="font-medium">{fault.message}</p>
              {fault.remedy !== '' && <p className="mt-0.5 text-muted">{fault.remedy}</p>}
            </div>
          )}
          <Button type="submit" tone="primary" size="large" disabled={pending}>
            {pending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p className="mt-4 text-center text-xs text-muted">
          No password yet? Open the one-time link that Papertape prints in its terminal when it starts.
        </p>
      </div>
    </main>
  );
}
