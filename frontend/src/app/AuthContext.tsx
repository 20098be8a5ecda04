/** Who is signed in, and the ways in and out. The tokens themselves never leave the HTTP client. */
import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { User } from '../../../src/contracts/index.js';
import { showToast } from '../components/toasts.js';
import type { Backend } from './backend.js';
import { settings } from '../stores/settings.js';

/** The state of the sign-in. */
export type AuthState =
  { readonly kind: 'checking' } | { readonly kind: 'signedOut' } | { readonly kind: 'signedIn'; readonly user: User };

/** What components see of the sign-in. */
export interface Auth {
  readonly state: AuthState;
  readonly signInWithLink: (token: string) => Promise<void>;
  readonly signInWithPassword: (name: string, password: string) => Promise<void>;
  readonly setPassword: (newPassword: string, currentPassword: string | undefined) => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly signOutEverywhere: () => Promise<void>;
}

type Role = User['role'];

const Context = createContext<Auth | undefined>(undefined);
const RANKS: Readonly<Record<Role, number>> = { viewer: 0, trader: 1, admin: 2 };

/** Provides {@link Auth}; tries to renew an earlier sign-in of this browser first. */
export function AuthProvider({ backend, children }: { readonly backend: Backend; readonly children: ReactNode }) {
  const [state, setState] = useState<AuthState>(() =>
    settings.getState().signedIn ? { kind: 'checking' } : { kind: 'signedOut' },
  );

  useEffect(() => {
    const end = backend.onAccess((access) => {
      setState(access === undefined ? { kind: 'signedOut' } : { kind: 'signedIn', user: access.user });
    });
    if (settings.getState().signedIn) backend.api.renew().catch(() => setState({ kind: 'signedOut' }));
    return end;
  }, [backend]);

  const auth = useMemo((): Auth => {
    const { api } = backend;
    return {
      state,
      signInWithLink: async (token) => {
        const access = await api.call('signInWithLink', { body: { token } });
        api.adopt(access);
        if (access.user.hasPassword) return;
        showToast('info', 'That link works once.', 'Set a password in the menu at the top right.');
      },
      signInWithPassword: async (name, password) =>
        api.adopt(await api.call('signInWithPassword', { body: { name, password } })),
      setPassword: async (newPassword, currentPassword) => {
        await api.call('setPassword', {
          body: { newPassword, ...(currentPassword === undefined ? {} : { currentPassword }) },
        });
        if (state.kind === 'signedIn') setState({ kind: 'signedIn', user: { ...state.user, hasPassword: true } });
      },
      signOut: async () => {
        await api.call('signOut', {});
        api.forget();
      },
      signOutEverywhere: async () => {
        await api.call('signOutEverywhere', {});
        api.forget();
      },
    };
  }, [backend, state]);

  return <Context value={auth}>{children}</Context>;
}

/** The sign-in; only inside {@link AuthProvider}. */
export function useAuth(): Auth {
  const auth = useContext(Context);
  if (auth === undefined) throw new Error('useAuth is used outside AuthProvider');
  return auth;
}

/** Whether the signed-in user may do what needs `role`. */
export function useMay(role: Role): boolean {
  const { state } = useAuth();
  return state.kind === 'signedIn' && RANKS[state.user.role] >= RANKS[role];
}
