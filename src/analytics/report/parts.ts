/** Small parts that the sections of a report share. Gain and loss always carry their sign besides the colour. */
import type { Money } from '../../domain/units.js';
import { formatMoney, formatPercent } from '../figureText.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** The class of a change: `gain`, `loss`, or none for zero and for no figure. */
export function tone(change: number): '' | 'gain' | 'loss' {
  return change > 0 ? 'gain' : change < 0 ? 'loss' : '';
}

/** The class of a fraction as it is shown, with two decimals of a percent. */
export function percentTone(fraction: number): '' | 'gain' | 'loss' {
  return tone(Math.round(fraction * 10_000));
}

/** A fraction as percent with its sign, where it is a change. */
export function change(fraction: number): string {
  return formatPercent(fraction, { signed: true });
}

/** Micro-dollars with a sign where they are a change. */
export function signedMoney(money: Money): string {
  return money > 0 ? `+${formatMoney(money)}` : formatMoney(money);
}

/** One of the figures at the top. */
export function tile(name: string, value: string, classes = ''): Html {
  const extra = classes.split(' ');
  const colour = extra.find((part) => part === 'gain' || part === 'loss') ?? '';
  const size = extra.includes('main') ? ' main' : '';
  return html`<div class="tile${size}"><span>${name}</span><b class="${colour}">${value}</b></div>`;
}

/** One that is a fraction of change. */
export function changeTile(name: string, fraction: number, classes = ''): Html {
  return tile(name, formatPercent(fraction, { signed: true }), `${classes} ${percentTone(fraction)}`);
}

/** A table with a head; cells of `right` columns stand to the right. */
export function headRow(columns: readonly string[], right: ReadonlySet<string>): Html {
  const cells = columns.map((name) => html`<th scope="col" class="${right.has(name) ? 'n' : ''}">${name}</th>`);
  return html`<thead>
    <tr>
      ${cells}
    </tr>
  </thead>`;
}

/** Names with their values. */
export function factList(facts: readonly (readonly [name: string, value: string | Html])[]): Html {
  return html`<dl>
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
