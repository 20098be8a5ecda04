/** The latest signals of the strategies, each with what the risk checks answered. */
import { useState } from 'react';
import type { SignalView } from '../../../../src/contracts/index.js';
import { useLive } from '../../app/TradingContext.js';
import { Dialog } from '../../components/Dialog.js';
import { Time } from '../../components/figures.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { RiskAnswers, RiskOutcome } from './RiskAnswers.js';

const SHOWN = 50;

const INTENTS: Readonly<Record<SignalView['intent'], string>> = {
  enterLong: 'Enter long',
  enterShort: 'Enter short',
  exit: 'Exit',
  target: 'Target',
};

/** The panel. */
export function SignalsPanel({ className = '' }: { readonly className?: string }) {
  const signals = useLive((state) => state.signals);
  const loaded = useLive((state) => state.received.has('signals'));
  const [openId, setOpenId] = useState<string>();
  const opened = signals.find(({ id }) => id === openId);
  return (
    <Panel title="Signals" className={className}>
      {!loaded ? (
        <SkeletonRows />
      ) : signals.length === 0 ? (
        <Empty title="No signals yet">What a strategy wants appears here, with the answer of the risk checks.</Empty>
      ) : (
        <ul>
          {signals.slice(0, SHOWN).map((signal) => (
            <li key={signal.id}>
              <button
                type="button"
                onClick={() => setOpenId(signal.id)}
                className="w-full border-b border-line/60 px-3 py-1.5 text-left -outline-offset-2 hover:bg-hover"
              >
                <span className="flex items-baseline gap-2">
                  <Time micros={signal.time} />
                  <span className="min-w-0 flex-1 truncate">
                    {INTENTS[signal.intent]} <strong className="font-semibold">{signal.symbol}</strong>
                  </span>
                  <span className="shrink-0 text-xs font-medium">
                    <RiskOutcome decision={signal.decision} />
                  </span>
                </span>
                <span className="block truncate text-2xs text-faint">
                  {signal.instanceId}
                  {noteOf(signal)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {opened !== undefined && (
        <Dialog title={`${INTENTS[opened.intent]} ${opened.symbol}`} onClose={() => setOpenId(undefined)}>
          <p className="mb-3 text-muted">
            {opened.instanceId}:{' '}
            <span className="text-ink">{opened.reason === '' ? 'no reason given' : opened.reason}</span>
          </p>
          <RiskAnswers decision={opened.decision} />
        </Dialog>
      )}
    </Panel>
  );
}

/** Why it was refused, or else why it was given. */
function noteOf({ decision, reason }: SignalView): string {
  const text = decision.outcome === 'deny' ? (decision.message ?? reason) : reason;
  return text === '' ? '' : `: ${text}`;
}
