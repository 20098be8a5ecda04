/** Figures with their sign: colour is never the only mark of gain and loss, buy and sell. */
import { clsx } from 'clsx';
import { useEffect, useRef } from 'react';
import { formatMoney, formatPercent, formatPrice, signOf, toScaled } from '../format/decimal.js';
import { formatLocal, formatTime } from '../format/easternTime.js';

/** The text colour of a sign. */
export function signTone(sign: number): string {
  return sign > 0 ? 'text-gain' : sign < 0 ? 'text-loss' : 'text-muted';
}

/** An amount of profit or loss with its sign. */
export function Pnl({ amount, className }: { readonly amount: string; readonly className?: string }) {
  return <span className={clsx(signTone(signOf(amount)), className)}>{formatMoney(amount, { plus: true })}</span>;
}

/** A change as a percentage, with an arrow. */
export function Change({ fraction, className }: { readonly fraction: number | null; readonly className?: string }) {
  if (fraction === null) return <span className={clsx('text-faint', className)}>–</span>;
  const shown = Math.abs(fraction) < 0.00005 ? 0 : fraction;
  return (
    <span className={clsx(signTone(shown), className)}>
      <span aria-hidden className="mr-0.5 text-[0.7em]">
        {shown > 0 ? '▲' : shown < 0 ? '▼' : ''}
      </span>
      {formatPercent(shown)}
    </span>
  );
}

/** Buy or sell, in words and colour. */
export function Side({ side }: { readonly side: 'buy' | 'sell' }) {
  return (
    <span className={clsx('font-semibold', side === 'buy' ? 'text-gain' : 'text-loss')}>
      {side === 'buy' ? 'Buy' : 'Sell'}
    </span>
  );
}

const FLASH_MS = 600;
const RISE = [{ backgroundColor: 'color-mix(in srgb, var(--gain) 28%, transparent)' }, {}];
const FALL = [{ backgroundColor: 'color-mix(in srgb, var(--loss) 28%, transparent)' }, {}];

/** A price that lights up for a moment when it changes. */
export function LivePrice({ price, className }: { readonly price: string | null; readonly className?: string }) {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(price);
  useEffect(() => {
    const span = element.current;
    const [old, next] = [toScaled(before.current ?? ''), toScaled(price ?? '')];
    before.current = price;
    if (span === null || old === undefined || next === undefined || old === next) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    span.animate(next > old ? RISE : FALL, { duration: FLASH_MS, easing: 'ease-out' });
  }, [price]);
  return (
    <span ref={element} className={clsx('-mx-0.5 rounded-xs px-0.5', className)}>
      {price === null ? '–' : formatPrice(price)}
    </span>
  );
}

/** A moment in New York's time; the user's own zone on hover. */
export function Time({ micros, seconds = true }: { readonly micros: number; readonly seconds?: boolean }) {
  return (
    <time dateTime={new Date(micros / 1000).toISOString()} title={formatLocal(micros)} className="text-muted">
      {formatTime(micros, seconds)}
    </time>
  );
}

/** The owner of an order or position: a strategy instance or `manual`; long names are cut, whole on hover. */
export function Owner({ owner }: { readonly owner: string }) {
  return (
    <span title={owner} className="inline-block max-w-24 truncate align-bottom text-muted 2xl:max-w-56">
      {owner}
    </span>
  );
}
