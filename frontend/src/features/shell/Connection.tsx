/** The state of the stream: a dot while all is well, words and a way to retry while it is not. */
import { clsx } from 'clsx';
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLive, useRetry } from '../../app/TradingContext.js';

/** The dot in the top bar. */
export function ConnectionDot() {
  const kind = useLive((state) => state.connection.kind);
  const label =
    kind === 'live'
      ? 'Live'
      : kind === 'stale'
        ? 'No data'
        : kind === 'connecting' || kind === 'idle'
          ? 'Connecting'
          : 'Offline';
  const tone = kind === 'live' ? 'bg-gain' : kind === 'connecting' || kind === 'idle' ? 'bg-warn' : 'bg-loss';
  return (
    <span
      data-testid="connection"
      className="inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-muted"
      title={`Stream: ${label.toLowerCase()}`}
    >
      <span aria-hidden className={clsx('size-1.5 rounded-full', tone)} />
      <span className="sr-only sm:not-sr-only">{label}</span>
    </span>
  );
}

/** A bar that says that the figures below are old, while they are. */
export function ConnectionBar() {
  const connection = useLive((state) => state.connection);
  const wasLive = useLive((state) => state.session !== undefined);
  const retry = useRetry();
  const [now, setNow] = useState(() => performance.now());
  const waiting = connection.kind === 'waiting';
  useEffect(() => {
    if (!waiting) return undefined;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(timer);
  }, [waiting]);
  const text = ((): string | undefined => {
    switch (connection.kind) {
      case 'waiting': {
        const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
        return `The connection to Papertape is lost. Next try in ${seconds} s.`;
      }
      case 'stale':
        return 'Nothing has come from Papertape for some seconds.';
      case 'connecting':
        return connection.attempt > 1 ? 'Connecting to Papertape again…' : undefined;
      case 'ended':
        return connection.reason;
      case 'idle':
      case 'live':
        return undefined;
    }
  })();
  if (text === undefined) return null;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center gap-2.5 border-b border-warn bg-warn-wash px-3 py-1.5 text-warn"
    >
      <WifiOff aria-hidden className="size-4 shrink-0" />
      <span>
        {text} {wasLive && 'The figures below are old.'}
      </span>
      {waiting && (
        <button type="button" onClick={retry} className="ml-auto rounded border border-warn px-2 text-xs font-medium">
          Try now
        </button>
      )}
    </div>
  );
}
