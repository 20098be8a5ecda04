/** The market's clock: New York time, phase of the day, and how long until the next. */
import { clsx } from 'clsx';
import type { MarketPhase } from '../../../../src/contracts/index.js';
import { useLive } from '../../app/TradingContext.js';
import { formatCountdown, formatDate, formatLocal, formatTime } from '../../format/easternTime.js';
import { useMarketTime } from './marketClock.js';

const PHASES: Readonly<Record<MarketPhase, { readonly label: string; readonly dot: string; readonly next: string }>> = {
  premarket: { label: 'Premarket', dot: 'bg-accent', next: 'Premarket' },
  regular: { label: 'Regular', dot: 'bg-gain', next: 'Opens' },
  afterHours: { label: 'After hours', dot: 'bg-warn', next: 'Closes' },
  closed: { label: 'Closed', dot: 'bg-line-strong', next: 'Ends' },
};

/** The market's clock. */
export function MarketClock() {
  const clock = useLive((state) => state.session?.clock);
  // The broker's badge takes the room that the countdown has without one.
  const hasBroker = useLive((state) => (state.session?.broker ?? null) !== null);
  const time = useMarketTime();
  if (clock === undefined || time === undefined) return <div className="skeleton h-4 w-44" />;
  const phase = PHASES[clock.phase];
  const state = clock.ended ? 'End of data' : clock.paused ? 'Paused' : undefined;
  return (
    <div role="timer" aria-label="Market clock" className="flex items-center gap-2.5 whitespace-nowrap">
      <span className="hidden text-muted 2xl:inline">{formatDate(time)}</span>
      <span className="font-medium" title={formatLocal(time)}>
        {formatTime(time)} <span className="text-2xs font-normal text-faint">ET</span>
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden className={clsx('size-1.5 rounded-full', phase.dot)} />
        {phase.label}
      </span>
      {state !== undefined ? (
        <span className="text-warn">{state}</span>
      ) : (
        clock.nextPhase !== null &&
        clock.nextPhaseAt !== null && (
          <span className={clsx('hidden text-muted', hasBroker ? '2xl:inline' : 'lg:inline')}>
            {PHASES[clock.nextPhase].next} in {formatCountdown(clock.nextPhaseAt - time)}
          </span>
        )
      )}
    </div>
  );
}
