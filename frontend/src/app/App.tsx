/** The providers around the pages. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Toaster } from '../components/Toaster.js';
import { ApiError } from '../services/ApiClient.js';
import { AuthProvider, useAuth } from './AuthContext.js';
import { TradingProvider } from './TradingContext.js';
import { createAppRouter } from './router.js';
import type { Backend } from './backend.js';
import { SignInPage } from '../features/signIn/SignInPage.js';
import { Splash } from '../features/signIn/Splash.js';

const RETRIES = 2;

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        // Asking again changes nothing about a request that the server understood and refused.
        retry: (count, error) =>
          count < RETRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      },
    },
  });
}

/** The whole page. */
export function App({ backend }: { readonly backend: Backend }) {
  return (
    <AuthProvider backend={backend}>
      <Gate backend={backend} />
      <Toaster />
    </AuthProvider>
  );
}

/** Nothing but the sign-in page is drawn, or subscribed, before somebody is signed in. */
function Gate({ backend }: { readonly backend: Backend }) {
  const { state } = useAuth();
  if (state.kind === 'checking') return <Splash />;
  if (state.kind === 'signedOut') return <SignInPage />;
  return <Session key={state.user.userId} backend={backend} />;
}

function Session({ backend }: { readonly backend: Backend }) {
  const [router] = useState(createAppRouter);
  const [queries] = useState(createQueryClient);
  useForgetOnNewSession(backend, queries);
  return (
    <QueryClientProvider client={queries}>
      <TradingProvider backend={backend}>
        <RouterProvider router={router} />
      </TradingProvider>
    </QueryClientProvider>
  );
}

/** Ids begin anew with each session: what was fetched of another one must not be shown for this one. */
function useForgetOnNewSession(backend: Backend, queries: QueryClient): void {
  useEffect(() => {
    let known: string | undefined;
    return backend.live.state.subscribe(({ session }) => {
      if (session === undefined || session.sessionId === known) return;
      if (known !== undefined) {
        backend.live.trends.clear();
        void queries.resetQueries();
      }
      known = session.sessionId;
    });
  }, [backend, queries]);
}
