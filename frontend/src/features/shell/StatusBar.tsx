/** The line at the bottom: health of every part, and the rules of the session. */
import { clsx } from 'clsx';
import { useLive } from '../../app/TradingContext.js';

const DOTS = { up: 'bg-gain', degraded: 'bg-warn', down: 'bg-loss' } as const;

/** The status line. */
export function StatusBar() {
  const health = useLive((state) => state.health);
  const session = useLive((state) => state.session);
  return (
    <footer className="flex h-6 shrink-0 items-center gap-4 overflow-x-auto border-t border-line bg-surface px-3 text-2xs whitespace-nowrap text-muted">
      <ul aria-label="Health" className="flex gap-3">
        {health?.dependencies.map(({ name, state, detail, latencyMs }) => (
          <li key={name} title={detail === '' ? `${name} is ${state}` : detail} className="flex items-center gap-1.5">
            <span aria-hidden className={clsx('size-1.5 rounded-full', DOTS[state])} />
            {name}
            {state !== 'up' && <strong className={state === 'down' ? 'text-loss' : 'text-warn'}>{state}</strong>}
            {latencyMs !== null && (
              <span className="text-faint">{latencyMs < 10 ? latencyMs.toFixed(1) : latencyMs.toFixed(0)} ms</span>
            )}
          </li>
        ))}
      </ul>
      {session !== undefined && (
        <div className="ml-auto flex gap-4">
          <span>
            Fills <span className="text-ink">{session.preset}</span>
          </span>
          <span>
            Fees <span className="text-ink">{session.fees}</span>
          </span>
          <span>
            Session <span className="text-ink">{session.sessionId}</span>
          </span>
          {health !== undefined && <span>Papertape {health.version}</span>}
        </div>
      )}
    </footer>
  );
}
