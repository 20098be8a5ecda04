/** A figure, or why there is none: `n/a` with the reason on hover and for screen readers. */
import { clsx } from 'clsx';
import { signTone } from '../../components/figures.js';
import { formatMoney, formatPercent } from '../../format/decimal.js';
import type { FigureView } from '../../../../src/contracts/index.js';

/** How the number is written. */
export type FigureKind = 'money' | 'percent' | 'ratio' | 'multiple' | 'perShare';

const MINUS = '−';

/** What the figure takes. `signed` writes a plus and colours by the sign. */
export interface FigureTextProps {
  readonly figure: FigureView;
  readonly kind: FigureKind;
  readonly signed?: boolean;
  readonly className?: string;
}

/** The figure. */
export function FigureText({ figure, kind, signed = false, className }: FigureTextProps) {
  if ('unsupported' in figure) {
    return (
      <span
        title={figure.unsupported}
        className={clsx('cursor-help text-faint underline decoration-dotted underline-offset-2', className)}
      >
        n/a<span className="sr-only">: {figure.unsupported}</span>
      </span>
    );
  }
  const text = formatFigure(figure.value, kind, signed);
  return <span className={clsx(signed && signTone(figure.value), className)}>{text}</span>;
}

/** The number as text. */
export function formatFigure(value: number, kind: FigureKind, plus = false): string {
  switch (kind) {
    case 'money':
      return formatMoney(value.toFixed(2), { plus });
    case 'percent':
      return formatPercent(value, 2, plus);
    case 'perShare':
      return `${value < 0 ? MINUS : plus && value > 0 ? '+' : ''}$${Math.abs(value).toFixed(4)}`;
    case 'multiple':
      return `${withSign(value, plus)}R`;
    case 'ratio':
      return withSign(value, plus);
  }
}

function withSign(value: number, plus: boolean): string {
  const text = Math.abs(value).toFixed(2);
  const isZero = Number(text) === 0;
  return `${isZero ? '' : value < 0 ? MINUS : plus ? '+' : ''}${text}`;
}
