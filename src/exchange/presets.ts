/**
 * The presets. Each says what it wants of every model; see preset.ts for the meaning of the fields and
 * docs/fill-model.md for the reasons and sources.
 */
import { PapertapeError } from '../domain/errors.js';
import { SECOND } from '../domain/timeframe.js';
import { isAssumption, withAssumptions } from './assumptions.js';
import { ORDER_RULES } from './orderRules.js';
import type { Preset, SpreadModel } from './preset.js';
import { PRESET_FIGURES } from './presetFigures.js';

const MILLISECOND = 1000;

/** Half spreads of US stocks by price, rough medians of liquid names; wider early, late and in thin trading. */
const TYPICAL_SPREAD: SpreadModel = {
  kind: 'table',
  tiers: [
    { below: 5, half: 1500 },
    { below: 20, half: 500 },
    { below: 100, half: 150 },
    { below: Infinity, half: 75 },
  ],
  minimum: 5000,
  partPercent: { premarket: 400, open: 200, regular: 100, close: 100, afterHours: 400 },
  thinVolume: 1000,
  thinFactor: 2,
};

const PAPERTAPE: Preset = {
  name: 'papertape',
  version: 4,
  joinedVersions: [],
  description:
    'Plausible fills: real spreads or modelled ones, 40 ms each way, a tenth of the volume, SEC and TAF fees.',
  arrival: 'next-event',
  marketBases: ['book', 'nbbo', 'quoteBar', 'lastSale', 'tradeBar'],
  restingBases: ['book', 'nbbo', 'quoteBar', 'lastSale', 'tradeBar'],
  priceGrid: 'us-equity',
  participationBps: 1000,
  displayedSize: 'bounded',
  dataLatency: 0,
  orderLatency: 40 * MILLISECOND,
  cancelLatency: 40 * MILLISECOND,
  replaceLatency: 40 * MILLISECOND,
  reportLatency: 40 * MILLISECOND,
  latencySigmaPercent: 0,
  slippage: { kind: 'none' },
  spread: TYPICAL_SPREAD,
  queue: 'volume-ahead',
  queuePercent: 150,
  priceBands: 'computed',
  shortSaleRule: 'reprice',
  channelSilence: 5 * SECOND,
  barLimit: 'through',
  barStops: 'path',
  barOrder: 'adverseFirst',
  stopGap: 'open',
  stopLimitGap: 'open',
  openingCost: 'takers',
  entryBarExits: 'adverse',
  exitsClose: 'position',
  replacement: 'new',
  goodTillCanceledDays: 90,
  feePlan: 'zero',
  commissionOf: 'order',
  regulatoryFees: true,
  sizing: 'equityFraction',
  leverage: 1,
  reversal: 'afterClose',
  ruin: 'goesOn',
  marks: 'clippedToQuote',
  lotRelief: 'oldest',
  closeCosts: 'sameBar',
  adjust: 'raw',
  factorActions: 'declared',
  statistics: 'papertape',
  buyingPower: 'cash',
  coverLeverage: 1,
  crossing: 'reject',
  closedMarketOrder: 'wait',
  dailyMarketOrder: 'as-is',
  orderRules: ORDER_RULES.papertape,
  auctionCutoffs: 'us',
  auctionEstimate: true,
};

/** As in version 0.6.6 a run ends where its equity is 0 or below: all is closed at that close, equity stays 0. */
const BACKTESTING_PY: Preset = {
  ...PAPERTAPE,
  name: 'backtesting.py',
  version: 6,
  description: 'The conventions of backtesting.py: next open, all-in at the fill price, relative commission both ways.',
  marketBases: ['tradeBar'],
  restingBases: ['tradeBar'],
  priceGrid: 'free',
  priceBands: 'none',
  shortSaleRule: 'none',
  participationBps: 0,
  displayedSize: 'unlimited',
  orderLatency: 0,
  cancelLatency: 0,
  replaceLatency: 0,
  reportLatency: 0,
  spread: { kind: 'none' },
  queue: 'optimistic',
  barLimit: 'touch',
  entryBarExits: 'wholeBar',
  exitsClose: 'ownTrade',
  barOrder: 'asGiven',
  stopLimitGap: 'stop',
  openingCost: 'all',
  goodTillCanceledDays: 0,
  commissionOf: 'lot',
  regulatoryFees: false,
  sizing: 'allInAtFill',
  reversal: 'sameInstant',
  ruin: 'endsRun',
  marks: 'lastPrice',
  lotRelief: 'ownEntry',
  closeCosts: 'nextBar',
  adjust: 'split',
  statistics: 'backtesting.py',
  buyingPower: 'atFill',
  crossing: 'split',
  auctionCutoffs: 'none',
};

/** All presets by name. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  papertape: PAPERTAPE,
  strict: {
    ...PAPERTAPE,
    name: 'strict',
    description:
      'The pessimist: slower, half a spread more, a twentieth of the volume, limits only when traded through.',
    participationBps: 500,
    dataLatency: 50 * MILLISECOND,
    orderLatency: 100 * MILLISECOND,
    cancelLatency: 100 * MILLISECOND,
    replaceLatency: 100 * MILLISECOND,
    reportLatency: 100 * MILLISECOND,
    slippage: { kind: 'halfSpread' },
    queue: 'conservative',
    queuePercent: 200,
    shortSaleRule: 'reject',
    auctionEstimate: false,
  },
  optimistic: {
    ...PAPERTAPE,
    name: 'optimistic',
    version: 3,
    description: 'The best case: no latency, no modelled spread, a quarter of the volume, limits fill when touched.',
    participationBps: 2500,
    orderLatency: 0,
    cancelLatency: 0,
    replaceLatency: 0,
    reportLatency: 0,
    spread: { kind: 'none' },
    queue: 'optimistic',
    queuePercent: 100,
    barLimit: 'touch',
  },
  alpaca: {
    ...PAPERTAPE,
    name: 'alpaca',
    description:
      'Like Alpaca paper trading: the far side of the quote whatever its size, no fees, limits when marketable.',
    participationBps: 0,
    displayedSize: 'unlimited',
    orderLatency: 20 * MILLISECOND,
    cancelLatency: 20 * MILLISECOND,
    replaceLatency: 20 * MILLISECOND,
    reportLatency: 20 * MILLISECOND,
    queue: 'conservative',
    priceBands: 'published',
    shortSaleRule: 'none',
    regulatoryFees: false,
    auctionCutoffs: 'alpaca',
    orderRules: ORDER_RULES.alpaca,
  },
  lean: {
    ...PAPERTAPE,
    name: 'lean',
    version: 7,
    description:
      'The conventions of QuantConnect LEAN: adjusted prices, fills at once at the bar just ended, margin with calls.',
    arrival: 'same-instant',
    marketBases: ['quoteBar', 'tradeBar'],
    restingBases: ['tradeBar', 'quoteBar'],
    priceGrid: 'free',
    priceBands: 'none',
    shortSaleRule: 'none',
    participationBps: 0,
    displayedSize: 'unlimited',
    orderLatency: 0,
    cancelLatency: 0,
    replaceLatency: 0,
    reportLatency: 0,
    spread: { kind: 'none' },
    queue: 'conservative',
    barStops: 'close',
    replacement: 'sameBar',
    goodTillCanceledDays: 0,
    feePlan: 'lean-interactive-brokers',
    regulatoryFees: false,
    sizing: 'leanSetHoldings',
    leverage: 2,
    reversal: 'sameInstant',
    marks: 'lastPrice',
    adjust: 'all',
    factorActions: 'asWritten',
    statistics: 'lean',
    buyingPower: 'margin',
    exitsClose: 'ownTrade',
    crossing: 'allow',
    closedMarketOrder: 'opening',
    dailyMarketOrder: 'closing',
    auctionCutoffs: 'none',
  },
  'backtesting.py': BACKTESTING_PY,
  'backtesting.py-close': {
    ...BACKTESTING_PY,
    name: 'backtesting.py-close',
    description: 'The conventions of backtesting.py with `trade_on_close`: market orders at the close just seen.',
    arrival: 'same-instant',
    stopGap: 'lastClose',
    closedMarketOrder: 'lastClose',
  },
};

/**
 * The preset of a name, of names joined as assumptions.ts says, or of either with a figure of its own behind it
 * (presetFigures.ts). Throws `PRESET_UNKNOWN`.
 */
export function presetOf(name: string): Preset {
  const preset = ownPreset(name) ?? changedPreset(name) ?? joinedPreset(name);
  if (preset !== undefined) return preset;
  throw new PapertapeError('PRESET_UNKNOWN', `No preset has the name "${name}".`, {
    remedy: `Use one of: ${Object.keys(PRESETS).join(', ')}.`,
  });
}

/** A preset with one figure of its own. */
function changedPreset(name: string): Preset | undefined {
  for (const { pattern, change } of PRESET_FIGURES) {
    const [, baseName, ...figures] = pattern.exec(name) ?? [];
    if (baseName === undefined) continue;
    const base = presetOf(baseName);
    const changed = change(base, figures.map(Number), figures);
    if (changed === undefined) return undefined;
    const { text, ...fields } = changed;
    return { ...base, ...fields, name, description: `${base.description} ${text}` };
  }
  return undefined;
}

/** `base+other` or `base+other.assumption`, `base` with a figure of its own or not; undefined for anything else. */
function joinedPreset(name: string): Preset | undefined {
  const plus = name.lastIndexOf('+');
  if (plus < 0) return undefined;
  const base = ownPreset(name.slice(0, plus)) ?? changedPreset(name.slice(0, plus));
  const rest = name.slice(plus + 1);
  if (base === undefined) return undefined;
  const whole = ownPreset(rest);
  if (whole !== undefined) return withAssumptions(base, whole);
  const dot = rest.lastIndexOf('.');
  const other = ownPreset(rest.slice(0, Math.max(0, dot)));
  const assumption = rest.slice(dot + 1);
  return other === undefined || !isAssumption(assumption) ? undefined : withAssumptions(base, other, assumption);
}

function ownPreset(name: string): Preset | undefined {
  return Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
}
