/** Pause, step and speed of a replay or simulation. Absent for a live market, which nobody can steer. */
import { Pause, Play, StepForward } from 'lucide-react';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import type { RouteInput } from '../../services/ApiClient.js';
import { IconButton } from '../../components/Button.js';

const SPEEDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1000];

/** The market control of the session: what may be done, and how. */
export function useMarketControl() {
  const api = useApi();
  const action = useAction((control: RouteInput<'controlMarket'>['body']) =>
    api.call('controlMarket', { body: control }),
  );
  const session = useLive((state) => state.session);
  const mayTrade = useMay('trader');
  return { session, enabled: mayTrade && session?.controllable === true && !session.clock.ended, ...action };
}

/** The control. */
export function SpeedControl() {
  const { session, enabled, run, pending } = useMarketControl();
  if (session === undefined || !session.controllable) return null;
  const { paused, speed } = session.clock;
  const speeds = SPEEDS.includes(speed) || speed === 0 ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <div role="group" aria-label="Market speed" className="flex items-center">
      <IconButton
        label={paused ? 'Resume the market (P)' : 'Pause the market (P)'}
        disabled={!enabled || pending}
        onClick={() => void run({ action: paused ? 'resume' : 'pause' })}
      >
        {paused ? <Play aria-hidden className="size-4" /> : <Pause aria-hidden className="size-4" />}
      </IconButton>
      <IconButton
        label="Step one minute (.)"
        disabled={!enabled || !paused || pending}
        onClick={() => void run({ action: 'step' })}
      >
        <StepForward aria-hidden className="size-4" />
      </IconButton>
      <select
        aria-label="Speed"
        title="Market seconds per second"
        disabled={!enabled}
        value={String(speed)}
        onChange={(event) => void run({ action: 'speed', speed: Number(event.currentTarget.value) })}
        className="h-7 rounded border border-transparent bg-surface px-1 text-xs font-medium hover:bg-hover"
      >
        {speeds.map((value) => (
          <option key={value} value={value}>
            {value}×
          </option>
        ))}
        <option value={0}>Max</option>
      </select>
    </div>
  );
}
