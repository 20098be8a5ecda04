/** Why an order was refused: the sentence, and the figure of the risk check that said no beside its limit. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../app/TradingContext.js';
import type { ApiError } from '../../services/ApiClient.js';
import { CHECK_NAMES } from '../dashboard/RiskAnswers.js';

/** The refusal, in the ticket. */
export function Refusal({ error }: { readonly error: ApiError }) {
  const api = useApi();
  const orderId = error.problem?.orderId;
  const risk = useQuery({
    queryKey: ['risk', orderId],
    queryFn: () => api.call('orderRisk', { params: { id: orderId ?? '' } }),
    enabled: orderId !== undefined,
    staleTime: Infinity,
  });
  const denials = (risk.data?.answers ?? []).filter(({ answer, measured }) => answer === 'deny' && measured !== '');
  const reason = error.problem?.reason;
  const sentence = reason === undefined ? error.message : error.message.replace(`${reason}: `, '');
  return (
    <div role="alert" className="flex flex-col gap-1 rounded border border-danger bg-danger-wash px-3 py-2">
      <p className="font-medium">{sentence}</p>
      {denials.map(({ check, measured, limit }) => (
        <p key={check} className="text-xs">
          {CHECK_NAMES[check] ?? check}: {measured}
          {limit !== '' && `, limit ${limit}`}
        </p>
      ))}
      {error.remedy !== '' && <p className="text-muted">{error.remedy}</p>}
      {reason !== undefined && <p className="text-2xs text-muted">{reason}</p>}
    </div>
  );
}
