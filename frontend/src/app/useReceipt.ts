/** Which receipt is open, as part of the address. */
import { useNavigate, useSearch } from '@tanstack/react-router';

/** The open receipt and how to open and close one. */
export function useReceipt(): {
  readonly fillId: string | undefined;
  readonly open: (fillId: string) => void;
  readonly close: () => void;
} {
  const { fill } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  return {
    fillId: fill,
    open: (fillId) => void navigate({ to: '.', search: { fill: fillId }, replace: fill !== undefined }),
    close: () => void navigate({ to: '.', search: {} }),
  };
}
