/** Form fields: a label, a control, a hint or a fault below it. */
import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from 'react';

const CONTROL =
  'h-8 w-full min-w-0 rounded border border-line-strong bg-canvas px-2 text-ink placeholder:text-faint aria-[invalid=true]:border-loss disabled:opacity-60';

interface FieldFacts {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the value; empty or absent when nothing is. */
  readonly fault?: string;
}

function Frame({
  id,
  label,
  hint,
  fault,
  children,
}: FieldFacts & { readonly id: string; readonly children: ReactNode }) {
  const note = fault !== undefined && fault !== '' ? fault : hint;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs text-muted">
        {label}
      </label>
      {children}
      {note !== undefined && note !== '' && (
        <p id={`${id}-note`} className={note === fault ? 'text-xs text-loss' : 'text-xs text-faint'}>
          {note}
        </p>
      )}
    </div>
  );
}

/** A labelled line of text. */
export function TextField({ label, hint, fault, ...rest }: FieldFacts & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} {...(hint === undefined ? {} : { hint })} {...(fault === undefined ? {} : { fault })}>
      <input
        id={id}
        aria-invalid={fault !== undefined && fault !== ''}
        aria-describedby={`${id}-note`}
        className={CONTROL}
        {...rest}
      />
    </Frame>
  );
}

/** A labelled choice. */
export function SelectField({ label, hint, fault, ...rest }: FieldFacts & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} {...(hint === undefined ? {} : { hint })} {...(fault === undefined ? {} : { fault })}>
      <select id={id} className={CONTROL} {...rest} />
    </Frame>
  );
}
