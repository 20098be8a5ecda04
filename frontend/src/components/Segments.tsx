/** A row of choices of which one is taken, e.g. the side of an order or a timeframe. */
import { clsx } from 'clsx';

/** One choice; `tone` colours it while taken. */
export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly tone?: 'gain' | 'loss';
}

/** What the row takes. */
export interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Segment<Value>[];
  readonly onChange: (value: Value) => void;
  /** Whether the choices share the whole width. */
  readonly wide?: boolean;
}

/** A row of choices, as a group of buttons of which one is pressed. */
export function Segments<Value extends string>({
  label,
  value,
  choices,
  onChange,
  wide = false,
}: SegmentsProps<Value>) {
  return (
    <div
      role="group"
      aria-label={label}
      className={clsx('inline-flex rounded border border-line-strong bg-canvas p-px', wide && 'w-full')}
    >
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
          className={clsx(
            'h-6 rounded-[3px] px-2 text-xs font-medium whitespace-nowrap',
            wide && 'flex-1',
            choice.value !== value && 'text-muted hover:text-ink',
            choice.value === value && choice.tone === undefined && 'bg-hover text-ink',
            choice.value === value && choice.tone === 'gain' && 'bg-gain-solid text-white',
            choice.value === value && choice.tone === 'loss' && 'bg-loss-solid text-white',
          )}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
