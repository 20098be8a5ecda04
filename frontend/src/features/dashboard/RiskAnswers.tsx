/** The answers of the risk checks to one order or signal, with the figure measured and its limit. */
import { clsx } from 'clsx';
import type { RiskDecisionView } from '../../../../src/contracts/index.js';
import { formatShares } from '../../format/decimal.js';

type Check = RiskDecisionView['answers'][number]['check'];

/** Names of the risk checks for people. */
export const CHECK_NAMES: Readonly<Partial<Record<Check, string>>> = {
  killSwitch: 'Kill switch',
  dailyLoss: 'Daily loss',
  sessionOpen: 'Session open',
  symbolHalted: 'Symbol halted',
  stalePrice: 'Age of the price',
  duplicateSignal: 'Duplicate signal',
  fatFinger: 'Fat finger',
  ordersPerMinute: 'Orders per minute',
  positionShares: 'Position, shares',
  positionNotional: 'Position, dollars',
  positionPercent: 'Position, share of equity',
  grossExposure: 'Gross exposure',
  buyingPower: 'Buying power',
};

const ANSWERS = {
  notRun: ['Not run', 'text-faint'],
  allow: ['Allow', 'text-gain'],
  shrink: ['Shrink', 'text-warn'],
  deny: ['Deny', 'text-loss'],
} as const;

/** The decision in a few words. */
export function RiskOutcome({ decision }: { readonly decision: RiskDecisionView }) {
  switch (decision.outcome) {
    case 'allow':
      return <span className="text-gain">Allowed</span>;
    case 'shrink':
      return (
        <span className="text-warn">
          Cut to {formatShares(decision.quantity)} of {formatShares(decision.requestedQuantity)}
        </span>
      );
    case 'deny':
      return (
        <span title={decision.message ?? undefined} className="text-loss">
          Denied
        </span>
      );
  }
}

/** The list of answers. */
export function RiskAnswers({ decision }: { readonly decision: RiskDecisionView }) {
  return (
    <div>
      {decision.message !== null && (
        <p className="mb-2 rounded border border-danger bg-danger-wash px-3 py-2">{decision.message}</p>
      )}
      <table className="w-full text-xs">
        <thead className="text-left text-2xs text-faint">
          <tr>
            <th className="py-1 font-medium">Check</th>
            <th className="py-1 text-right font-medium">Measured</th>
            <th className="py-1 text-right font-medium">Limit</th>
            <th className="py-1 text-right font-medium">Answer</th>
          </tr>
        </thead>
        <tbody>
          {decision.answers.map(({ check, answer, measured, limit }) => {
            const [label, tone] = ANSWERS[answer];
            return (
              <tr key={check} className={clsx(answer === 'notRun' && 'text-faint')}>
                <td className="border-t border-line py-1">{CHECK_NAMES[check] ?? check}</td>
                <td className="border-t border-line py-1 text-right">{measured}</td>
                <td className="border-t border-line py-1 text-right text-muted">{limit}</td>
                <td className={clsx('border-t border-line py-1 pl-3 text-right font-medium', tone)}>{label}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
