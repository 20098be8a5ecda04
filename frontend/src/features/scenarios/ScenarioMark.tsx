/** The stroke that stands for a scenario in the equity chart: solid, dashed or dotted. */
import type { ScenarioName } from '../../../../src/contracts/index.js';

const DASHES: Readonly<Record<ScenarioName, string | undefined>> = {
  expected: undefined,
  strict: '4 3',
  optimistic: '1 2',
};

/** The stroke. */
export function ScenarioMark({ scenario }: { readonly scenario: ScenarioName }) {
  return (
    <svg aria-hidden width="16" height="6" className={scenario === 'expected' ? 'text-ink' : 'text-accent'}>
      <line
        x1="0"
        x2="16"
        y1="3"
        y2="3"
        stroke="currentColor"
        strokeWidth={scenario === 'expected' ? 2 : 1.5}
        strokeDasharray={DASHES[scenario]}
      />
    </svg>
  );
}
