/** Where orders go, if not to the exchange of this program, and whether they get there. */
import { clsx } from 'clsx';
import { useLive } from '../../app/TradingContext.js';

const STATES = {
  stopped: 'NOT CONNECTED',
  connecting: 'CONNECTING',
  reconciling: 'COMPARING',
  trading: '',
  halted: 'HALTED',
} as const;

/** The broker's label with the state of the connection; nothing for a session without a broker. */
export function BrokerBadge() {
  const broker = useLive((state) => state.session?.broker);
  if (broker === undefined || broker === null) return null;
  const { label, state, detail, accountNumber } = broker;
  const suffix = STATES[state];
  return (
    <span
      data-testid="broker-badge"
      title={`Orders go to the account ${accountNumber}. ${label} ${detail}.`}
      className={clsx(
        'inline-flex h-5 items-center rounded-xs border px-1.5 text-2xs font-semibold tracking-wide whitespace-nowrap',
        state === 'trading' ? 'border-accent text-accent' : 'border-warn bg-warn-wash text-warn',
      )}
    >
      {suffix === '' ? label : `${label} · ${suffix}`}
    </span>
  );
}
