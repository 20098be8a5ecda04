/** The session's strategies: state, profit, what they trade; start, stop, and what went wrong. */
import { Play, Plus, Square } from 'lucide-react';
import { clsx } from 'clsx';
import { useState } from 'react';
import type { StrategyView } from '../../../../src/contracts/index.js';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Pnl } from '../../components/figures.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { Sparkline } from '../../components/Sparkline.js';
import { freeId } from './instanceId.js';
import { StartStrategyDialog } from './StartStrategyDialog.js';

const STATES: Readonly<Record<StrategyView['state'], readonly [label: string, dot: string]>> = {
  warmingUp: ['Warming up', 'bg-warn'],
  running: ['Running', 'bg-gain'],
  stopped: ['Stopped', 'bg-line-strong'],
  quarantined: ['Quarantined', 'bg-loss'],
};

/** The panel. */
export function StrategiesPanel({ className = '' }: { readonly className?: string }) {
  const strategies = useLive((state) => state.strategies);
  const loaded = useLive((state) => state.received.has('strategies'));
  const mayTrade = useMay('trader');
  const [starting, setStarting] = useState(false);
  return (
    <Panel
      title="Strategies"
      className={className}
      actions={
        mayTrade && (
          <Button size="tiny" tone="quiet" onClick={() => setStarting(true)}>
            <Plus aria-hidden className="size-3.5" /> Start
          </Button>
        )
      }
    >
      {!loaded ? (
        <SkeletonRows />
      ) : strategies.length === 0 ? (
        <Empty title="No strategy runs">
          Start a built-in one, or write your own with “papertape new strategy NAME”.
        </Empty>
      ) : (
        <ul>
          {strategies.map((strategy) => (
            <StrategyRow key={strategy.instanceId} strategy={strategy} />
          ))}
        </ul>
      )}
      {starting && <StartStrategyDialog onClose={() => setStarting(false)} />}
    </Panel>
  );
}

function StrategyRow({ strategy }: { readonly strategy: StrategyView }) {
  const {
    instanceId,
    title,
    symbols,
    timeframe,
    state,
    error,
    notice,
    pnl,
    pnlHistory,
    openPositions,
    orderCount,
    fillCount,
  } = strategy;
  const api = useApi();
  const mayTrade = useMay('trader');
  const stop = useAction(
    () => api.call('stopStrategy', { params: { id: instanceId }, body: { flatten: false } }),
    () => `${title} is stopped; its positions stay open.`,
  );
  const taken = useLive((live) => live.strategies);
  const restart = useAction(
    () => {
      const { strategy: name, params, allocation } = strategy;
      const freshId = freeId(
        name,
        taken.map((other) => other.instanceId),
      );
      return api.call('startStrategy', {
        body: { instanceId: freshId, strategy: name, symbols, timeframe, params, allocation },
      });
    },
    () => `${title} is starting again under a new name.`,
  );
  const [label, dot] = STATES[state];
  const shownSymbols =
    symbols.length > 4 ? `${symbols.slice(0, 3).join(', ')} and ${symbols.length - 3} more` : symbols.join(', ');
  const isActive = state === 'running' || state === 'warmingUp';
  return (
    <li className="border-b border-line/60 px-3 py-2">
      <div className="grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-3">
        <p className="col-span-2 truncate font-semibold" title={instanceId}>
          {title}
        </p>
        <Pnl amount={pnl} className="text-right font-medium" />
        <p className="flex min-w-0 items-center gap-1.5 text-2xs text-muted">
          <span aria-hidden className={clsx('size-1.5 shrink-0 rounded-full', dot)} />
          <span className={clsx('shrink-0', state === 'quarantined' && 'font-semibold text-loss')}>{label}</span>
          <span
            className="truncate text-faint"
            title={`${symbols.join(', ')}; ${openPositions} open, ${orderCount} orders, ${fillCount} fills`}
          >
            {timeframe} · {shownSymbols}
          </span>
        </p>
        <Sparkline values={pnlHistory} base={0} width={56} height={18} />
        {isActive ? (
          <Button
            size="tiny"
            tone="quiet"
            className="justify-self-end"
            aria-label={`Stop ${title}`}
            disabled={!mayTrade || stop.pending}
            onClick={() => void stop.run()}
          >
            <Square aria-hidden className="size-2.5" /> Stop
          </Button>
        ) : (
          <Button
            size="tiny"
            tone="quiet"
            className="justify-self-end"
            aria-label={`Start ${title} again`}
            disabled={!mayTrade || restart.pending}
            onClick={() => void restart.run()}
          >
            <Play aria-hidden className="size-2.5" /> Start
          </Button>
        )}
      </div>
      {notice !== null && isActive && <p className="mt-1 text-2xs break-words text-warn">{notice}</p>}
      {error !== null && (
        <details className="mt-2 rounded border border-danger bg-danger-wash px-2 py-1 text-xs">
          <summary className="break-words">{error.split('\n')[0]}</summary>
          <pre className="mt-1 overflow-auto text-2xs whitespace-pre-wrap text-muted">{error}</pre>
        </details>
      )}
    </li>
  );
}
