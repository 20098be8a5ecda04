/** A line of recent values without axes. Decoration beside a figure: hidden from screen readers. */
import { memo } from 'react';
import { clsx } from 'clsx';

/** What a sparkline takes: values oldest first, and the value that parts gain from loss (else the first one). */
export interface SparklineProps {
  readonly values: readonly number[];
  readonly base?: number;
  readonly width?: number;
  readonly height?: number;
  readonly className?: string;
}

/** A line of recent values; gain or loss against the base decides its colour. */
export const Sparkline = memo(function Sparkline({ values, base, width = 64, height = 20, className }: SparklineProps) {
  if (values.length < 2)
    return <span aria-hidden className={className} style={{ width, height, display: 'inline-block' }} />;
  const level = base ?? values[0] ?? 0;
  const low = Math.min(...values, level);
  const span = Math.max(...values, level) - low || 1;
  const y = (value: number): string => (height - 1.5 - ((value - low) / span) * (height - 3)).toFixed(1);
  const step = width / (values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${y(value)}`).join(' ');
  const rises = (values.at(-1) ?? level) >= level;
  return (
    <svg
      aria-hidden
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={clsx('overflow-visible', className)}
    >
      <line
        x1={0}
        x2={width}
        y1={y(level)}
        y2={y(level)}
        className="stroke-line-strong"
        strokeWidth={1}
        strokeDasharray="2 3"
      />
      <polyline
        points={points}
        fill="none"
        strokeWidth={1.25}
        strokeLinejoin="round"
        className={rises ? 'stroke-gain' : 'stroke-loss'}
      />
    </svg>
  );
});
