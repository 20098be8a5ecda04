/** The kill switch: asks once, then cancels working orders and denies new ones; a red bar while it is on. */
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Dialog } from '../../components/Dialog.js';
import { TextField } from '../../components/Field.js';
import { formatTime } from '../../format/easternTime.js';

/** The button in the top bar. */
export function KillSwitchButton() {
  const on = useLive((state) => state.session?.killSwitch.on === true);
  const mayTrade = useMay('trader');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        size="small"
        aria-label={on ? 'Kill switch is on' : 'Kill switch'}
        disabled={on || !mayTrade}
        title={mayTrade ? 'Cancel working orders and deny new ones' : 'Needs the role of a trader'}
        className="border-loss/60 text-loss"
        onClick={() => setAsking(true)}
      >
        <OctagonX aria-hidden className="size-4" />
        <span className="hidden xl:inline">Kill switch</span>
      </Button>
      {asking && <KillSwitchDialog onClose={() => setAsking(false)} />}
    </>
  );
}

function KillSwitchDialog({ onClose }: { readonly onClose: () => void }) {
  const api = useApi();
  const [flatten, setFlatten] = useState(false);
  const [reason, setReason] = useState('');
  const { run, pending } = useAction(() => api.call('setKillSwitch', { body: { on: true, flatten, reason } }));
  const confirm = async (): Promise<void> => {
    if (await run()) onClose();
  };
  return (
    <Dialog title="Stop all trading?" onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <p className="text-muted">
          Every working order is canceled, and new ones are denied, manual ones too, until you resume trading.
        </p>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={flatten}
            onChange={(event) => setFlatten(event.currentTarget.checked)}
            className="size-4 accent-accent-solid"
          />
          Also close every position at the market
        </label>
        <TextField
          label="Reason (optional)"
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep trading</Button>
          <Button type="submit" tone="danger" disabled={pending} autoFocus>
            {flatten ? 'Stop and close positions' : 'Stop trading'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The red bar across the page while the switch is on. */
export function KillSwitchBar() {
  const api = useApi();
  const state = useLive((live) => live.session?.killSwitch);
  const mayTrade = useMay('trader');
  const { run, pending } = useAction(() => api.call('setKillSwitch', { body: { on: false } }));
  if (state?.on !== true) return null;
  return (
    <div role="alert" className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 bg-danger px-3 py-1.5 text-white">
      <OctagonX aria-hidden className="size-4" />
      <strong className="font-semibold">Kill switch is on. Trading is stopped.</strong>
      <span>
        {state.since !== null && `Since ${formatTime(state.since)} ET`}
        {state.user !== '' && ` by ${state.user}`}
        {state.reason !== '' && `: ${state.reason}`}
      </span>
      <button
        type="button"
        disabled={pending || !mayTrade}
        onClick={() => void run()}
        className="ml-auto rounded border border-white px-2 py-0.5 text-xs font-semibold outline-offset-2 hover:bg-white/15 focus-visible:outline-white disabled:opacity-60"
      >
        Resume trading
      </button>
    </div>
  );
}
