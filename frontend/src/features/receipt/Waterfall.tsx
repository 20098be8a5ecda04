/** How a price came about, as a picture: from the evidence over half the spread and slippage to the fill. */
import type { ReceiptView } from '../../../../src/contracts/index.js';
import { formatDecimalText, formatPrice, signOf } from '../../format/decimal.js';

/** Parts of the price in dollars; costs are positive when they go against the order. */
export interface WaterfallProps {
  readonly build: ReceiptView['priceBuildUp'];
  readonly side: 'buy' | 'sell';
}

interface Step {
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly className: string;
}

const WIDTH = 376;
const NAME_WIDTH = 92;
const TEXT_WIDTH = 84;
const ROW = 24;
const BAR = 10;

/** The steps with their place on the price axis. */
export function waterfallSteps({ build, side }: WaterfallProps): Step[] {
  // A cost raises what a buyer pays and lowers what a seller gets.
  const direction = side === 'buy' ? 1 : -1;
  const base = Number(build.basePrice);
  const afterSpread = base + direction * Number(build.halfSpread);
  const afterSlippage = afterSpread + direction * Number(build.slippage);
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
    { name: 'Fill price', text: formatPrice(build.price), from: price, to: price, className: 'fill-accent' },
  ];
}

/** The picture; its figures are text beside the bars. */
export function Waterfall(props: WaterfallProps) {
  const steps = waterfallSteps(props);
  const values = steps.flatMap(({ from, to }) => [from, to]);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const left = NAME_WIDTH + 8;
  const room = WIDTH - left - TEXT_WIDTH - 8;
  const x = (value: number): number => left + (span === 0 ? room / 2 : ((value - low) / span) * room);
  return (
    <svg role="img" aria-label="Price build-up" viewBox={`0 0 ${WIDTH} ${steps.length * ROW}`} className="w-full">
      {steps.map(({ name, text, from, to, className }, index) => {
        const y = index * ROW;
        const start = Math.min(x(from), x(to));
        const width = Math.abs(x(to) - x(from));
        const isPoint = width < 1;
        const next = steps[index + 1];
        return (
          <g key={name}>
            <text x={0} y={y + 16} className="fill-muted text-xs">
              {name}
            </text>
            <line x1={left} x2={left + room} y1={y + ROW - 0.5} y2={y + ROW - 0.5} className="stroke-line" />
            {next !== undefined && (
              <line
                x1={x(to)}
                x2={x(to)}
                y1={y + ROW / 2}
                y2={y + ROW * 1.5}
                className="stroke-line-strong"
                strokeDasharray="2 2"
              />
            )}
            <rect
              x={isPoint ? x(to) - 2 : start}
              y={y + (ROW - BAR) / 2}
              width={isPoint ? 4 : width}
              height={BAR}
              rx={1}
              className={isPoint && index > 0 && index < 3 ? 'fill-line-strong' : className}
            />
            <text
              x={WIDTH}
              y={y + 16}
              textAnchor="end"
              className={index === 0 || index === 3 ? 'fill-ink text-xs font-semibold' : 'fill-ink text-xs'}
            >
              {text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
