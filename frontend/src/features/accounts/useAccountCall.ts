/** A call that changes an account: says `done` when it was taken, and keeps the refusal for the dialog. */
import { useState } from 'react';
import { showToast } from '../../components/toasts.js';
import { ApiError } from '../../services/ApiClient.js';

/** The call and how it went. */
export interface AccountCall {
  /** Resolves to whether it was taken. */
  readonly run: (call: () => Promise<unknown>, done: string) => Promise<boolean>;
  readonly pending: boolean;
  /** What kept the last call from being taken. */
  readonly refusal: ApiError | undefined;
}

/** See the module header. */
export function useAccountCall(): AccountCall {
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<ApiError>();
  const run = async (call: () => Promise<unknown>, done: string): Promise<boolean> => {
    setPending(true);
    setRefusal(undefined);
    try {
      await call();
      showToast('success', done);
      return true;
    } catch (cause) {
      setRefusal(cause instanceof ApiError ? cause : new ApiError(0, 'The page could not do that.'));
      return false;
    } finally {
      setPending(false);
    }
  };
  return { run, pending, refusal };
}
