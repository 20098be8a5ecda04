/** What the system and the strategies say, newest first. */
import { clsx } from 'clsx';
import type { LogLine } from '../../../../src/contracts/index.js';
import { useLive } from '../../app/TradingContext.js';
import { Time } from '../../components/figures.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';

const SHOWN = 100;

const TONES: Readonly<Record<LogLine['level'], string>> = {
  debug: 'text-faint',
  info: 'text-ink',
  warn: 'text-warn',
  error: 'text-loss',
};

/** The panel. */
export function ActivityPanel({ className = '' }: { readonly className?: string }) {
  const logs = useLive((state) => state.logs);
  const loaded = useLive((state) => state.received.has('logs'));
  return (
    <Panel title="Activity" className={className}>
      {!loaded ? (
        <SkeletonRows />
      ) : logs.length === 0 ? (
        <Empty title="Nothing has happened yet" />
      ) : (
        <ol className="py-1">
          {logs.slice(0, SHOWN).map(({ id, time, level, source, text }) => (
            <li key={id} className="flex gap-2 px-3 py-0.5 text-xs">
              <Time micros={time} />
              <p className={clsx('min-w-0 break-words', TONES[level])}>
                {level === 'warn' || level === 'error' ? (
                  <strong className="mr-1 font-semibold">{level === 'warn' ? 'Warning' : 'Error'}</strong>
                ) : null}
                <span className="mr-1 text-faint">{source}</span>
                {text}
              </p>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
