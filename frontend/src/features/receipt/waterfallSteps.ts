/** The price of a fill taken apart: what each part adds, and where it lies on the price axis. */
import type { ReceiptView } from '../../../../src/contracts/index.js';
import { formatDecimalText, formatPrice, signOf } from '../../format/decimal.js';

/** Parts of the price in dollars; costs are positive when they go against the order. */
export type PriceBuildUp = ReceiptView['priceBuildUp'];

/** One row: from where to where on the price axis, in dollars for drawing. */
export interface WaterfallStep {
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly className: string;
}

/** The steps with their place on the price axis. */
export function waterfallSteps(build: PriceBuildUp, side: 'buy' | 'sell'): WaterfallStep[] {
  // A cost raises what a buyer pays and lowers what a seller gets.
  const direction = side === 'buy' ? 1 : -1;
  const base = Number(build.basePrice);
  const afterSpread = base + direction * Number(build.halfSpread);
  const afterSlippage = afterSpread + direction * Number(build.slippage);
  const afterImpact = afterSlippage + direction * Number(build.impact);
  const price = Number(build.price);
  const cost = (amount: string): string =>
    signOf(amount) === 0 ? '0.00' : formatDecimalText(amount, { minDecimals: 2, maxDecimals: 6, plus: true });
  const tone = (amount: string): string => (signOf(amount) > 0 ? 'fill-loss' : 'fill-gain');
  return [
    { name: 'Evidence', text: formatPrice(build.basePrice), from: base, to: base, className: 'fill-muted' },
    {
      name: 'Half spread',
      text: cost(build.halfSpread),
      from: base,
      to: afterSpread,
      className: tone(build.halfSpread),
    },
    {
      name: 'Slippage',
      text: cost(build.slippage),
      from: afterSpread,
      to: afterSlippage,
      className: tone(build.slippage),
    },
    ...(signOf(build.impact) === 0
      ? []
      : [
          {
            name: 'Impact',
            text: cost(build.impact),
            from: afterSlippage,
            to: afterImpact,
            className: tone(build.impact),
          },
        ]),
    { name: 'Fill price', text: formatPrice(build.price), from: price, to: price, className: 'fill-accent' },
  ];
}
