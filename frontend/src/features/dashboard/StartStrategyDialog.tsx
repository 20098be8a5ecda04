/** Starts a strategy: what, on which symbols, with which parameters. The form follows the strategy's declarations. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { timeframeSchema } from '../../../../src/contracts/index.js';
import type { CatalogueEntry, ParamDeclaration, StartStrategy } from '../../../../src/contracts/index.js';
import { useAction, useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { Dialog } from '../../components/Dialog.js';
import { SelectField, TextField } from '../../components/Field.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { freeId } from './instanceId.js';

/** The dialog. */
export function StartStrategyDialog({ onClose }: { readonly onClose: () => void }) {
  const api = useApi();
  const { data, error } = useQuery({ queryKey: ['catalogue'], queryFn: () => api.call('strategyCatalogue', {}) });
  const [chosen, setChosen] = useState<string>();
  const entry = data?.strategies.find(({ strategy }) => strategy === chosen) ?? data?.strategies[0];
  return (
    <Dialog title="Start a strategy" onClose={onClose}>
      {error !== null ? (
        <Empty title="The strategies could not be listed.">{error.message}</Empty>
      ) : data === undefined ? (
        <SkeletonRows />
      ) : entry === undefined ? (
        <Empty title="There is no strategy to start.">Write one with “papertape new strategy NAME”.</Empty>
      ) : (
        <>
          <SelectField
            label="Strategy"
            value={entry.strategy}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {data.strategies.map(({ strategy, title, origin }) => (
              <option key={strategy} value={strategy}>
                {title}
                {origin === 'file' ? ' (your file)' : ''}
              </option>
            ))}
          </SelectField>
          <p className="mt-2 text-xs text-muted">{entry.description}</p>
          <StartForm key={entry.strategy} entry={entry} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}

function StartForm({ entry, onClose }: { readonly entry: CatalogueEntry; readonly onClose: () => void }) {
  const api = useApi();
  const known = useLive((state) => state.session?.symbols);
  const running = useLive((state) => state.strategies);
  const { run, pending } = useAction(
    (body: StartStrategy) => api.call('startStrategy', { body }),
    () => `${entry.title} is starting.`,
  );
  const [fault, setFault] = useState('');
  const defaultSymbols = entry.defaultSymbols.filter((symbol) => known === undefined || known.includes(symbol));
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const symbols = textOf(form, 'symbols')
      .toUpperCase()
      .split(/[\s,]+/)
      .filter((symbol) => symbol !== '');
    const unknown = symbols.filter((symbol) => known !== undefined && !known.includes(symbol));
    if (symbols.length === 0) return setFault('Name at least one symbol.');
    if (unknown.length > 0) return setFault(`This session has no ${unknown.join(', ')}.`);
    const timeframe = timeframeSchema.parse(textOf(form, 'timeframe'));
    const allocation = Number(textOf(form, 'allocation')) / 100;
    const params = Object.fromEntries(entry.params.map((param) => [param.name, valueOf(form, param)]));
    const instanceId = freeId(
      entry.strategy,
      running.map((strategy) => strategy.instanceId),
    );
    if (await run({ instanceId, strategy: entry.strategy, symbols, timeframe, params, allocation })) onClose();
  };
  return (
    <form className="mt-4 flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
      <TextField
        label="Symbols"
        name="symbols"
        required
        spellCheck={false}
        defaultValue={(defaultSymbols.length > 0 ? defaultSymbols : (known ?? []).slice(0, 1)).join(', ')}
        fault={fault}
        onChange={() => setFault('')}
      />
      <div className="grid grid-cols-2 gap-3">
        <SelectField label="Timeframe" name="timeframe" defaultValue={entry.defaultTimeframe}>
          {timeframeSchema.options.map((timeframe) => (
            <option key={timeframe}>{timeframe}</option>
          ))}
        </SelectField>
        <TextField
          label="Allocation, % of equity"
          name="allocation"
          type="number"
          min={1}
          max={1000}
          step="any"
          defaultValue={25}
          required
        />
        {entry.params.map((param) => (
          <ParamField key={param.name} param={param} />
        ))}
      </div>
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={pending}>
          Start
        </Button>
      </div>
    </form>
  );
}

function ParamField({ param }: { readonly param: ParamDeclaration }) {
  const label = param.unit === null ? param.label : `${param.label}, ${param.unit}`;
  const name = `param:${param.name}`;
  switch (param.kind) {
    case 'int':
    case 'number':
      return (
        <TextField
          label={label}
          name={name}
          title={param.description}
          type="number"
          required
          min={param.min}
          max={param.max}
          step={param.step ?? 'any'}
          defaultValue={param.default}
        />
      );
    case 'choice':
      return (
        <SelectField label={label} name={name} title={param.description} defaultValue={param.default}>
          {param.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </SelectField>
      );
    case 'bool':
      return (
        <label title={param.description} className="flex items-center gap-2 self-end pb-1.5">
          <input type="checkbox" name={name} defaultChecked={param.default} className="size-4 accent-accent-solid" />
          {label}
        </label>
      );
  }
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

function valueOf(form: FormData, param: ParamDeclaration): number | string | boolean {
  const text = textOf(form, `param:${param.name}`);
  if (param.kind === 'bool') return text !== '';
  return param.kind === 'choice' ? text : Number(text);
}
