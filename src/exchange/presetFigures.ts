/**
 * Figures that stand behind the name of a preset and change one of its choices: `+slippage.5bps` says what taking
 * costs instead of what the preset says, `+slippage.0.05usd` the same in dollars for each share, of some symbols
 * alone with their names in front (`+slippage.SPY,IBM.5bps`), `+slippage.volume.250bps.1000bps` that it costs as much
 * as the order's share in volume makes of it, up to 2.5 % of the volume, at which it is a tenth of the price times
 * the share squared (the defaults of Zipline's and LEAN's model); `+dearer.5bps` that it costs so much more than the
 * preset says in basis points or dollars, or so much instead of any other model; `+spread.5bps` what taking that
 * opens a position costs, as the `spread` of backtesting.py; `+participation.1000bps` that orders take at most a tenth
 * of a volume; `+leverage.1` the leverage of a preset that covers orders by margin, as LEAN's `SetLeverage`; with
 * `+margin.1000bps` positions may be worth ten times the equity, as with backtesting.py's `margin` of a tenth, or
 * LEAN's leverage of ten; `+margin.2500bps.5000bps` tells that of the night apart, as for pattern day traders; with
 * `+unchecked` orders pass whatever they are worth and nobody is called, as with LEAN's `NullBuyingPowerModel`.
 */
import { DOLLAR } from '../domain/units.js';
import type { Preset, SlippageModel } from './preset.js';

/** What a figure makes of a preset, and the sentence that tells of it. */
export interface PresetChange extends Partial<Preset> {
  readonly text: string;
}

/** A figure; the first group of `pattern` is the name of the preset that it is of. */
export interface PresetFigure {
  readonly pattern: RegExp;
  /**
   * `figures` are the other groups as numbers, `texts` as they stand. Undefined where the figure would change
   * nothing, or is none that can be.
   */
  readonly change: (
    base: Preset,
    figures: readonly number[],
    texts: readonly (string | undefined)[],
  ) => PresetChange | undefined;
}

/** All of a price, of a volume, or of what a position is worth. */
const WHOLE_BPS = 10_000;

/** A symbol; what follows a point in it is no figure. */
const SYMBOL = String.raw`[A-Z][A-Z0-9\-]*(?:\.[A-Z][A-Z0-9\-]*)*`;
/** Symbols in front of a figure, as `SPY,BRK.B.`; none for all. */
const SYMBOLS = String.raw`(?:(${SYMBOL}(?:,${SYMBOL})*)\.)?`;

/** All figures. */
export const PRESET_FIGURES: readonly PresetFigure[] = [
  {
    pattern: new RegExp(`^(.+)\\+slippage\\.${SYMBOLS}(\\d{1,4})bps$`),
    change: (base, [, bps = 0], [names]) =>
      slippageInstead(base, `Taking costs ${bps} bp of the price${inWords(names)}.`, {
        kind: 'fixedBps',
        bps,
        ...symbolsOf(names),
      }),
  },
  {
    pattern: new RegExp(`^(.+)\\+slippage\\.${SYMBOLS}(\\d{1,4}(?:\\.\\d{1,6})?)usd$`),
    change: (base, [, dollars = 0], [names]) =>
      slippageInstead(base, `Taking costs ${dollars} dollars a share${inWords(names)}.`, {
        kind: 'fixedAmount',
        amount: Math.round(dollars * DOLLAR),
        ...symbolsOf(names),
      }),
  },
  {
    pattern: /^(.+)\+dearer\.(\d{1,4})bps$/,
    change: ({ slippage: of }, [bps = 0]) => {
      const text = `Taking costs ${bps} bp of the price more.`;
      const isFixed = of.kind === 'fixedBps' || of.kind === 'fixedAmount';
      if (isFixed && (of.kind === 'fixedAmount' || of.symbols !== undefined))
        return { text, slippage: { ...of, besidesBps: bps + (of.besidesBps ?? 0) } };
      return { text, slippage: { kind: 'fixedBps', bps: bps + (isFixed ? of.bps : 0) } };
    },
  },
  {
    pattern: /^(.+)\+participation\.(\d{1,4}|10000)bps$/,
    change: (_, [bps = 0]) =>
      bps === 0 ? undefined : { text: `Orders take at most ${bps / 100} % of a volume.`, participationBps: bps },
  },
  {
    pattern: /^(.+)\+spread\.(\d{1,4})bps$/,
    change: (base, [bps = 0]) =>
      slippageInstead(base, `Opening costs ${bps} bp of the price.`, { kind: 'fixedBps', bps, on: 'opening' }),
  },
  {
    pattern: /^(.+)\+slippage\.volume\.(\d{1,5})bps\.(\d{1,5})bps$/,
    change: (base, [limitBps = 0, impactBps = 0]) => {
      if (limitBps === 0 || limitBps > WHOLE_BPS) return undefined;
      const share = `the squared share in volume, at most ${limitBps / 100} %`;
      return slippageInstead(base, `Taking costs ${impactBps} bp of the price times ${share}.`, {
        kind: 'volumeShare',
        limitBps,
        impactBps,
      });
    },
  },
  {
    pattern: /^(.+)\+margin\.(\d{1,4}|10000)bps$/,
    change: (base, [bps = 0]) => {
      const text = `Positions need ${bps / 100} % of what they are worth.`;
      if (bps === 0) return undefined;
      if (base.buyingPower === 'margin') return tellsNightApart(base) ? undefined : { text, leverage: WHOLE_BPS / bps };
      // Elsewhere it would change nothing, or lend without interest and margin calls.
      return base.buyingPower === 'atFill' ? { text, coverLeverage: WHOLE_BPS / bps } : undefined;
    },
  },
  {
    pattern: /^(.+)\+margin\.(\d{1,4}|10000)bps\.(\d{1,4}|10000)bps$/,
    change: (base, [dayBps = 0, nightBps = 0]) => {
      if (base.buyingPower !== 'margin' || dayBps === 0 || nightBps < dayBps) return undefined;
      return {
        text: `Positions need ${dayBps / 100} % of what they are worth by day and ${nightBps / 100} % overnight.`,
        leverage: WHOLE_BPS / dayBps,
        overnightLeverage: WHOLE_BPS / nightBps,
      };
    },
  },
  {
    pattern: /^(.+)\+unchecked$/,
    change: (base) =>
      base.buyingPower === 'margin' ? { text: 'Buying power is not checked.', buyingPower: 'unchecked' } : undefined,
  },
  {
    pattern: /^(.+)\+leverage\.([1-9]\d{0,2})$/,
    change: (base, [leverage = 1]) => {
      if (base.sizing !== 'leanSetHoldings' || tellsNightApart(base)) return undefined;
      return { text: `Leverage ${leverage}.`, leverage };
    },
  },
];

/** A preset has one slippage: where that of some symbols would be undone, there is no such preset. */
function slippageInstead({ slippage: of }: Preset, text: string, slippage: SlippageModel): PresetChange | undefined {
  const isOfSome = (of.kind === 'fixedBps' || of.kind === 'fixedAmount') && of.symbols !== undefined;
  return isOfSome ? undefined : { text, slippage };
}

function symbolsOf(names: string | undefined): { readonly symbols?: readonly string[] } {
  return names === undefined ? {} : { symbols: names.split(',') };
}

function inWords(names: string | undefined): string {
  return names === undefined ? '' : ` of ${names.split(',').join(', ')}. Others have no slippage`;
}

/** Whether a base has a margin of its own overnight, which one figure for all of the day would leave as it is. */
function tellsNightApart({ overnightLeverage }: Preset): boolean {
  return overnightLeverage !== undefined;
}
