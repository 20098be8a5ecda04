/** What a report rests on: the fill model with its limits, and everything that identifies the run. */
import type { AdjustMode } from '../../domain/ports.js';
import type { FillBasis } from '../../domain/receipt.js';
import { describeFees } from '../../exchange/fees/feePlans.js';
import { presetOf } from '../../exchange/presets.js';
import { versionOf } from '../../exchange/preset.js';
import type { Preset } from '../../exchange/preset.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { BacktestReport } from '../BacktestReport.js';
import type { ChosenBenchmark } from '../benchmarkHistory.js';
import { dataText } from '../dataTables.js';
import { formatCount, formatMoney, formatPercent, plural } from '../figureText.js';
import type { RunInputs } from '../runIdentity.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { limitsText } from './limitText.js';
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

/** What no preset models, and what repeating a run proves. */
const OF_EVERY_RUN = [
  'Not modelled: impact beyond the displayed size or the share of volume, price bands and pauses, borrow and its ' +
    'cost, margin calls, other people’s cancels in a queue.',
  'The same inputs give the same fills. That proves that a run can be repeated, not that a market would have given ' +
    'these prices, and says nothing of the future.',
];

/** What the fills of a run rest on. */
export interface FillModel {
  readonly description: string;
  readonly bases: readonly { readonly basis: FillBasis; readonly fills: number; readonly caveat: string }[];
  /** Sentences. */
  readonly caveats: readonly string[];
}

/** The preset and what it leaves out. */
export function fillModelOf({ run, adjust }: HistoryBacktestRun): FillModel {
  const preset = presetOf(run.config.preset);
  return {
    description: preset.description,
    bases: Array.from(run.fillBases, ([basis, fills]) => ({ basis, fills, caveat: BASIS_CAVEATS[basis] })),
    caveats: [...caveatsOf(preset, adjust), ...OF_EVERY_RUN],
  };
}

/** The same in words. */
export function modelSection(result: HistoryBacktestRun): Html {
  const { description, bases, caveats } = fillModelOf(result);
  return html`<section class="panel" id="model">
    <h2>How orders were filled, and what that leaves out</h2>
    <p>${description}</p>
    <ul>
      ${bases.map(({ fills, caveat }) => html`<li>${plural(fills, 'fill')} ${caveat}.</li>`)}
      ${caveats.map((text) => html`<li>${text}</li>`)}
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
  const chosen = run.benchmark?.chosen;
  const timeframes = [...new Set(inputs.strategies.map((strategy) => strategy.config.timeframe))].join(' ');
  const warmUp = warmUpRows === 0 ? 'no warm-up' : `${formatCount(warmUpRows)} for warm-up`;
  return html`<section class="panel" id="identity">
    <h2>What identifies this run</h2>
    ${factList([
      ['Strategy', strategy],
      ['Strategy hash', code(strategyHash)],
      ...inputs.strategies.map((of) => parametersOf(of, inputs.strategies.length)),
      ['Symbols', `${symbols.join(' ')}, ${timeframes} bars, ${from} to ${to}`],
      ['Starting cash', formatMoney(config.startingCash)],
      ['Data', `${dataText(data)}, ${warmUp}; ${ADJUST_NAMES[adjust]}`],
      ...(chosen === undefined ? [] : ([['Benchmark', benchmarkText(chosen)]] as const)),
      ['Data hash', code(inputs.dataHash)],
      ...(warmUpRows === 0 ? [] : ([['Warm-up hash', code(inputs.warmUpHash)]] as const)),
      ['Preset', `${preset.name}, version ${versionOf(preset)}`],
      ['Fees', describeFees(config.feePlan, preset.regulatoryFees)],
      ['Risk limits', limitsText({ ...inputs.limits })],
      ['Engine version', inputs.engineVersion],
      ['Seed', String(inputs.seed)],
      ...(trials === undefined ? [] : ([['Trials', trials]] as const)),
      ['Run identity', code(run.identity)],
      ['Ledger hash', code(run.ledgerHash)],
    ])}
  </section>`;
}

/** Of one of so many strategies; several are told apart by their names. */
function parametersOf(
  { config, params }: RunInputs['strategies'][number],
  count: number,
): readonly [name: string, value: string] {
  const list = Object.entries(params).map(([name, value]) => `${name} = ${String(value)}`);
  return [count === 1 ? 'Parameters' : `Parameters of ${config.instanceId}`, list.join(', ') || 'none'];
}

function benchmarkText({ symbol, timeframe, rows, adjust }: ChosenBenchmark): string {
  const bars = `${formatCount(rows)} ${timeframe} bars`;
  return `${symbol}, ${bars}, ${ADJUST_NAMES[adjust]}, by the last price at each time of the equity`;
}

function code(text: string): Html {
  return html`<code>${text}</code>`;
}
