/**
 * The ticket for an order of one's own. A refusal is shown in the ticket, next to what was asked for, with the
 * reason of the risk checks; nothing is lost that was typed.
 */
import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { orderTypeSchema, timeInForceSchema } from '../../../../src/contracts/index.js';
import type { QuoteView } from '../../../../src/contracts/index.js';
import { useMay } from '../../app/AuthContext.js';
import { useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { SelectField, TextField } from '../../components/Field.js';
import { Segments } from '../../components/Segments.js';
import { showToast } from '../../components/toasts.js';
import { formatMoney, formatShares, multiplyDecimals } from '../../format/decimal.js';
import { ApiError } from '../../services/ApiClient.js';
import { TICKET_EVENT } from '../shell/shortcuts.js';
import { Refusal } from './Refusal.js';
import { faultsOf, hasBothPrices, toNewOrder, typingFaultsOf } from './orderDraft.js';
import type { Draft, Faults, TimeInForce } from './orderDraft.js';

const TIMES: Readonly<Record<TimeInForce, string>> = {
  day: 'Day',
  gtc: 'Until canceled',
  ioc: 'At once or cancel',
  fok: 'All at once or cancel',
  opg: 'At the open',
  cls: 'At the close',
};

const TYPES: Readonly<Record<Draft['type'], string>> = {
  market: 'Market',
  limit: 'Limit',
  stop: 'Stop',
  stop_limit: 'Stop limit',
  trailing_stop: 'Trailing stop',
  limit_if_touched: 'Limit if touched',
};

/** What the first price of a type is called, where it is no stop. */
const PRICE_LABELS: Readonly<Partial<Record<Draft['type'], string>>> = {
  limit: 'Limit price',
  limit_if_touched: 'Trigger price',
};

/** The ticket. */
export function OrderTicket({ symbol }: { readonly symbol: string }) {
  const api = useApi();
  const mayTrade = useMay('trader');
  const quote = useLive((state) => state.quotes.get(symbol));
  const buyingPower = useLive((state) => state.account?.buyingPower);
  const [draft, setDraft] = useState<Draft>({
    side: 'buy',
    type: 'market',
    quantity: '100',
    inDollars: false,
    price: '',
    limit: '',
    trail: '',
    takeProfit: '',
    stopLoss: '',
    timeInForce: 'day',
    extendedHours: false,
  });
  const [faults, setFaults] = useState<Faults>({});
  const [refusal, setRefusal] = useState<ApiError>();
  const [pending, setPending] = useState(false);
  const quantityInput = useRef<HTMLFormElement>(null);
  /** Kept over retries of the same order, renewed after each that was taken. */
  const clientOrderId = useRef(crypto.randomUUID());

  const change = (changes: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...changes }));
    setFaults(typingFaultsOf({ ...draft, ...changes }));
    setRefusal(undefined);
    clientOrderId.current = crypto.randomUUID();
  };

  useEffect(() => {
    const onTicket = (event: Event): void => {
      if (!(event instanceof CustomEvent)) return;
      setDraft((before) => ({ ...before, side: event.detail === 'sell' ? 'sell' : 'buy' }));
      quantityInput.current?.querySelector('input')?.focus();
    };
    window.addEventListener(TICKET_EVENT, onTicket);
    return () => window.removeEventListener(TICKET_EVENT, onTicket);
  }, []);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const order = toNewOrder(symbol, draft, clientOrderId.current);
    const found = faultsOf(order);
    setFaults(found);
    setRefusal(undefined);
    if (Object.keys(found).length > 0) return;
    setPending(true);
    try {
      await api.call('submitOrder', { body: order });
      clientOrderId.current = crypto.randomUUID();
      showToast('success', `${draft.side === 'buy' ? 'Buy' : 'Sell'} ${amountText(draft)} ${symbol} was sent.`);
    } catch (cause) {
      const error = cause instanceof ApiError ? cause : new ApiError(0, 'The order could not be sent.');
      setRefusal(error);
      // A refusal is final for its id; a request without an answer may have been taken and keeps it.
      if (error.status >= 400 && error.status < 500) clientOrderId.current = crypto.randomUUID();
    } finally {
      setPending(false);
    }
  };

  const verb = draft.side === 'buy' ? 'Buy' : 'Sell';
  return (
    <section aria-label="Order ticket" className="flex-1 bg-surface px-3 py-3 2xl:flex-none">
      <form ref={quantityInput} noValidate className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        <Segments
          wide
          label="Side"
          value={draft.side}
          choices={[
            { value: 'buy', label: 'Buy', tone: 'gain' },
            { value: 'sell', label: 'Sell', tone: 'loss' },
          ]}
          onChange={(side) => change({ side })}
        />
        <SelectField
          label="Type"
          value={draft.type}
          onChange={(event) => {
            const type = orderTypeSchema.parse(event.currentTarget.value);
            change({ type, price: type === 'market' ? '' : touchPrice(quote, draft.side), limit: '' });
          }}
        >
          {orderTypeSchema.options.map((value) => (
            <option key={value} value={value}>
              {TYPES[value]}
            </option>
          ))}
        </SelectField>
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label={draft.inDollars ? 'Dollars' : 'Shares'}
            inputMode="decimal"
            autoComplete="off"
            value={draft.quantity}
            fault={faults.quantity ?? ''}
            onChange={(event) => change({ quantity: event.currentTarget.value })}
          />
          <PriceFields draft={draft} faults={faults} onChange={change} />
        </div>
        <label className="flex items-center gap-2 text-xs text-muted">
          <input
            type="checkbox"
            checked={draft.inDollars}
            onChange={(event) => change({ inDollars: event.currentTarget.checked })}
            className="size-4 accent-accent-solid"
          />
          For an amount in dollars
        </label>
        <SelectField
          label="Time in force"
          value={draft.timeInForce}
          onChange={(event) => change({ timeInForce: timeInForceSchema.parse(event.currentTarget.value) })}
        >
          {timeInForceSchema.options.map((value) => (
            <option key={value} value={value}>
              {TIMES[value]}
            </option>
          ))}
        </SelectField>
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label="Take profit"
            inputMode="decimal"
            autoComplete="off"
            placeholder="none"
            value={draft.takeProfit}
            fault={faults.takeProfit ?? ''}
            onChange={(event) => change({ takeProfit: event.currentTarget.value })}
          />
          <TextField
            label="Stop loss"
            inputMode="decimal"
            autoComplete="off"
            placeholder="none"
            value={draft.stopLoss}
            fault={faults.stopLoss ?? ''}
            onChange={(event) => change({ stopLoss: event.currentTarget.value })}
          />
        </div>
        {draft.type === 'limit' && (
          <label className="flex items-center gap-2 text-xs text-muted">
            <input
              type="checkbox"
              checked={draft.extendedHours}
              onChange={(event) => change({ extendedHours: event.currentTarget.checked })}
              className="size-4 accent-accent-solid"
            />
            Also in premarket and after hours
          </label>
        )}
        <Preview draft={draft} quote={quote} buyingPower={buyingPower} />
        {refusal !== undefined && <Refusal error={refusal} />}
        <Button
          type="submit"
          size="large"
          tone={draft.side === 'buy' ? 'gain' : 'loss'}
          disabled={!mayTrade || pending}
        >
          {pending ? 'Sending…' : `${verb} ${symbol}`}
        </Button>
        {!mayTrade && <p className="text-xs text-muted">Your role may look, but not trade.</p>}
      </form>
    </section>
  );
}

/** The fields that the type needs. */
function PriceFields({
  draft,
  faults,
  onChange,
}: {
  readonly draft: Draft;
  readonly faults: Faults;
  readonly onChange: (changes: Partial<Draft>) => void;
}) {
  const { type } = draft;
  if (type === 'market') return <TextField label="Price" value="Market" disabled readOnly />;
  if (type === 'trailing_stop') {
    return (
      <TextField
        label="Distance"
        autoComplete="off"
        placeholder="1.25 or 1.5%"
        value={draft.trail}
        fault={faults.trail ?? ''}
        onChange={(event) => onChange({ trail: event.currentTarget.value })}
      />
    );
  }
  return (
    <>
      <TextField
        label={PRICE_LABELS[type] ?? 'Stop price'}
        inputMode="decimal"
        autoComplete="off"
        value={draft.price}
        fault={faults.price ?? ''}
        onChange={(event) => onChange({ price: event.currentTarget.value })}
      />
      {hasBothPrices(type) && (
        <TextField
          label="Limit price"
          inputMode="decimal"
          autoComplete="off"
          value={draft.limit}
          fault={faults.limit ?? ''}
          onChange={(event) => onChange({ limit: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function amountText({ inDollars, quantity }: Draft): string {
  return inDollars ? `${formatMoney(quantity.trim())} of` : formatShares(quantity.trim());
}

function Preview({
  draft,
  quote,
  buyingPower,
}: {
  readonly draft: Draft;
  readonly quote: QuoteView | undefined;
  readonly buyingPower: string | undefined;
}) {
  const isPriced = draft.type !== 'market' && draft.type !== 'trailing_stop';
  const price = isPriced ? draft.price : touchPrice(quote, draft.side);
  const isNumber = /^\d+(\.\d+)?$/;
  const isKnown = isNumber.test(draft.quantity) && (draft.inDollars || isNumber.test(price));
  const value = !isKnown ? undefined : draft.inDollars ? draft.quantity : multiplyDecimals(draft.quantity, price);
  return (
    <dl className="grid grid-cols-2 gap-y-0.5 text-xs">
      <dt className="text-muted">Estimated value</dt>
      <dd className="text-right">{value === undefined ? '–' : formatMoney(value)}</dd>
      <dt className="text-muted">Buying power</dt>
      <dd className="text-right">{buyingPower === undefined ? '–' : formatMoney(buyingPower)}</dd>
    </dl>
  );
}

/** The price at which the order would trade now; empty if there is none. */
function touchPrice(quote: QuoteView | undefined, side: 'buy' | 'sell'): string {
  return (side === 'buy' ? quote?.ask : quote?.bid) ?? quote?.last ?? '';
}
