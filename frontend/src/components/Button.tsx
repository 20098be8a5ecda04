/** Buttons in the few looks the page has. */
import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, ReactNode } from 'react';

const TONES = {
  plain: 'border-line-strong bg-raised text-ink hover:bg-hover',
  quiet: 'border-transparent text-muted hover:bg-hover hover:text-ink',
  primary: 'border-transparent bg-accent-solid text-white hover:brightness-110',
  gain: 'border-transparent bg-gain-solid text-white hover:brightness-110',
  loss: 'border-transparent bg-loss-solid text-white hover:brightness-110',
  danger: 'border-transparent bg-danger text-white hover:brightness-110',
} as const;

const SIZES = {
  tiny: 'h-6 gap-1 px-1.5 text-xs',
  small: 'h-7 gap-1.5 px-2 text-xs',
  normal: 'h-8 gap-1.5 px-3',
  large: 'h-10 gap-2 px-4 text-sm',
} as const;

/** What a button takes besides the attributes of the element. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: keyof typeof TONES;
  readonly size?: keyof typeof SIZES;
  readonly children: ReactNode;
}

/** A button; `type` is `button` unless said otherwise, so that it never sends a form by accident. */
export function Button({ tone = 'plain', size = 'normal', className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center rounded border font-medium whitespace-nowrap transition-colors disabled:opacity-50',
        TONES[tone],
        SIZES[size],
        className,
      )}
    >
      {children}
    </button>
  );
}

/** A square button with an icon; the label is for screen readers and the tooltip. */
export function IconButton({
  label,
  className,
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly label: string; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={clsx(
        'inline-flex size-7 shrink-0 items-center justify-center rounded text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-40',
        className,
      )}
    >
      {children}
    </button>
  );
}
