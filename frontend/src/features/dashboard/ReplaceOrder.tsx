/** Changes a working order: its size and its prices. What is left as it is stays; a refusal is shown where it was asked. */
import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { useMay } from '../../app/AuthContext.js';
import { useAction, useApi } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { TextField } from '../../components/Field.js';
import { replaceOrderSchema } from '../../../../src/contracts/index.js';
import type { OrderView } from '../../../../src/contracts/index.js';

type Changes = Readonly<Partial<Record<'quantity' | 'limitPrice' | 'stopPrice', string>>>;

const LABELS = { quantity: 'Shares in all', limitPrice: 'Limit price', stopPrice: 'Stop price' } as const;

function labelOf(field: keyof Changes, type: OrderView['type']): string {
  return field === 'stopPrice' && type === 'limit_if_touched' ? 'Trigger price' : LABELS[field];
}

/** The form; only for orders that can be changed. */
export function ReplaceOrder({ order, onDone }: { readonly order: OrderView; readonly onDone: () => void }) {
  const api = useApi();
  const mayTrade = useMay('trader');
  const [changes, setChanges] = useState<Changes>({});
  const [fault, setFault] = useState('');
  const clientOrderId = useRef(crypto.randomUUID());
  const replace = useAction(async (body: Changes) => {
    await api.call('replaceOrder', {
      params: { id: order.id },
      body: { ...body, clientOrderId: clientOrderId.current },
    });
    onDone();
  });
  const fields = (['quantity', 'limitPrice', 'stopPrice'] as const).filter((field) => {
    // Exits have the size of what their entry filled.
    return field === 'quantity' ? order.orderClass === 'simple' && order.notional === null : order[field] !== null;
  });
  if (!order.open || fields.length === 0) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = { ...changes, clientOrderId: clientOrderId.current };
    const isValid = replaceOrderSchema.safeParse(body).success;
    setFault(isValid ? '' : 'Enter a number above zero for what should change.');
    if (isValid) void replace.run(changes);
  };
  return (
    <form noValidate className="flex flex-col gap-2" onSubmit={submit}>
      <h3 className="text-xs font-semibold text-muted">Change</h3>
      <div className="grid grid-cols-3 items-end gap-3">
        {fields.map((field) => (
          <TextField
            key={field}
            label={labelOf(field, order.type)}
            inputMode="decimal"
            autoComplete="off"
            value={changes[field] ?? order[field] ?? ''}
            onChange={(event) => {
              const value = event.currentTarget.value.trim();
              clientOrderId.current = crypto.randomUUID();
              setChanges((before) => ({ ...before, [field]: value }));
            }}
          />
        ))}
        <Button type="submit" disabled={!mayTrade || replace.pending || Object.keys(changes).length === 0}>
          Change
        </Button>
      </div>
      {fault !== '' && <p className="text-xs text-loss">{fault}</p>}
    </form>
  );
}
