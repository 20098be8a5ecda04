/** How a price came about, as a picture: from the evidence over half the spread and slippage to the fill. */
import { waterfallSteps } from './waterfallSteps.js';
import type { PriceBuildUp } from './waterfallSteps.js';

/** What the picture takes. */
export interface WaterfallProps {
  readonly build: PriceBuildUp;
  readonly side: 'buy' | 'sell';
}

const WIDTH = 376;
const NAME_WIDTH = 92;
const TEXT_WIDTH = 84;
const ROW = 24;
const BAR = 10;

/** The picture; its figures are text beside the bars. */
export function Waterfall({ build, side }: WaterfallProps) {
  const steps = waterfallSteps(build, side);
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
              className={isPoint && index > 0 && index < steps.length - 1 ? 'fill-line-strong' : className}
            />
            <text
              x={WIDTH}
              y={y + 16}
              textAnchor="end"
              className={
                index === 0 || index === steps.length - 1 ? 'fill-ink text-xs font-semibold' : 'fill-ink text-xs'
              }
            >
              {text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
