/** Why a change of an account was refused, and what to do about it. */
import type { ApiError } from '../../services/ApiClient.js';

/** The refusal, in its dialog. */
export function Refused({ error }: { readonly error: ApiError | undefined }) {
  if (error === undefined) return null;
  return (
    <div role="alert" className="flex flex-col gap-1 rounded border border-danger bg-danger-wash px-3 py-2">
      <p className="font-medium">{error.message}</p>
      {error.remedy !== '' && <p className="text-muted">{error.remedy}</p>}
    </div>
  );
}
