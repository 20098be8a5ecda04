/** What a report rests on: the fill model with its limits, and everything that identifies the run. */
import type { AdjustMode } from '../../domain/ports.js';
import type { FillBasis } from '../../domain/receipt.js';
import { describeFees } from '../../exchange/fees/feePlans.js';
import { presetOf } from '../../exchange/presets.js';
import type { Preset } from '../../exchange/preset.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { BacktestReport } from '../BacktestReport.js';
import { formatCount, formatMoney, formatPercent, plural } from '../figureText.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { factList } from './parts.js';

/** Prices by how they were adjusted, in words. */
export const ADJUST_NAMES: Readonly<Record<AdjustMode, string>> = {
  raw: 'prices as traded',
  split: 'adjusted for splits',
  all: 'adjusted for splits and dividends',
};

/** What a reader must know of fills on each basis. */
const BASIS_CAVEATS: Readonly<Record<FillBasis, string>> = {
  book: 'on the depth of the book: what others would have done in answer is not known',
  nbbo: 'on best bid and offer: up to the displayed size, without impact beyond it',
  quoteBar: 'on quote bars: the path between a bar’s open and close is not known',
  lastSale: 'on prints without quotes: the spread is modelled, and nothing is known of a queue',
  tradeBar: 'on trade bars: the path inside a bar and the quotes behind it are not known, spread and depth are assumed',
  auction: 'on auction prints: our order is taken not to have moved the print',
  injected: 'fills that a test asked for',
  broker: 'at a remote broker: its word is the only evidence',
};

/** The preset and what it leaves out. */
export function modelSection({ run, adjust }: HistoryBacktestRun): Html {
  const preset = presetOf(run.config.preset);
  const counts = new Map<FillBasis, number>();
  for (const { receipt } of run.fills) counts.set(receipt.basis, (counts.get(receipt.basis) ?? 0) + 1);
  const bases = [...counts].map(([basis, count]) => html`<li>${plural(count, 'fill')} ${BASIS_CAVEATS[basis]}.</li>`);
  return html`<section class="panel">
    <h2>How orders were filled, and what that leaves out</h2>
    <p>${preset.description}</p>
    <ul>
      ${bases}${caveatsOf(preset, adjust).map((text) => html`<li>${text}</li>`)}
      <li>
        Not modelled: impact beyond the displayed size or the share of volume, price bands and pauses, borrow and its
        cost, dividends in cash, margin calls, other people’s cancels in a queue.
      </li>
      <li>
        The same inputs give the same fills. That proves that a run can be repeated, not that a market would have given
        these prices, and says nothing of the future.
      </li>
    </ul>
  </section>`;
}

/** What the choices of a preset make better than a market would. */
function caveatsOf(preset: Preset, adjust: AdjustMode): readonly string[] {
  const caveats: string[] = [];
  const share = formatPercent(preset.participationBps / 10_000);
  caveats.push(
    preset.participationBps === 0
      ? 'Orders of any size were filled whole, whatever was traded or displayed.'
      : `Orders took at most ${share} of the volume or size that decided, and whole shares on bars.`,
  );
  if (preset.spread.kind === 'none' && preset.slippage.kind === 'none') {
    caveats.push(
      'Neither a spread nor slippage is added where no quote is known: market orders were cheaper than in a market.',
    );
  }
  if (preset.arrival === 'same-instant') {
    caveats.push(
      'Orders were filled at the close of the bar that they were decided on, which nobody can reach in time.',
    );
  }
  if (preset.orderLatency === 0) caveats.push('Orders reached the venue without delay.');
  if (!preset.regulatoryFees) caveats.push('SEC and TAF fees were not charged.');
  if (preset.buyingPower === 'unchecked') caveats.push('Buying power was not checked.');
  if (adjust !== 'raw') {
    caveats.push(`Prices were ${ADJUST_NAMES[adjust]}: they differ from those at which orders were given then.`);
  }
  return caveats;
}

/** Hashes in full: a run with the same identity has the same ledger on every machine. */
export function identitySection({ strategy, strategyHash, from, to, result, trials }: BacktestReport): Html {
  const { run, symbols, adjust, data, warmUpRows } = result;
  const { config, inputs } = run;
  const preset = presetOf(config.preset);
  const [instance] = inputs.strategies;
  const params = Object.entries(instance?.params ?? {}).map(([name, value]) => `${name} = ${String(value)}`);
  const limits = Object.entries(inputs.limits).map(([name, value]) => `${name} = ${String(value)}`);
  const tables = data.map(({ what, rows }) => `${formatCount(rows)} ${what}`).join(', ');
  const warmUp = warmUpRows === 0 ? 'no warm-up' : `${formatCount(warmUpRows)} for warm-up`;
  return html`<section class="panel">
    <h2>What identifies this run</h2>
    ${factList([
      ['Strategy', strategy],
      ['Strategy hash', code(strategyHash)],
      ['Parameters', params.length === 0 ? 'none' : params.join(', ')],
      ['Symbols', `${symbols.join(' ')}, ${instance?.config.timeframe ?? ''} bars, ${from} to ${to}`],
      ['Starting cash', formatMoney(config.startingCash)],
      ['Data', `${tables}, ${warmUp}; ${ADJUST_NAMES[adjust]}`],
      ['Data hash', code(inputs.dataHash)],
      ['Warm-up hash', code(inputs.warmUpHash)],
      ['Preset', `${preset.name}, version ${preset.version}`],
      ['Fees', describeFees(config.feePlan, preset.regulatoryFees)],
      ['Risk limits', limits.length === 0 ? 'none' : limits.join(', ')],
      ['Engine version', inputs.engineVersion],
      ['Seed', String(inputs.seed)],
      ...(trials === undefined ? [] : ([['Trials', trials]] as const)),
      ['Run identity', code(run.identity)],
      ['Ledger hash', code(run.ledgerHash)],
    ])}
  </section>`;
}

function code(text: string): Html {
  return html`<code>${text}</code>`;
}
