/** How the account stands under each kind of fills, in one line, and which assumption carries most of it. */
import type { ScenarioResult, Scenarios } from '../../../../src/contracts/index.js';
import { formatMoney } from '../../format/decimal.js';
import { ScenarioMark } from './ScenarioMark.js';
import { SCENARIO_TITLES } from './scenarioTitles.js';

/** The line below the equity curve. */
export function ScenarioStrip({ scenarios }: { readonly scenarios: Scenarios }) {
  const { results, sentence, state, note } = scenarios;
  return (
    <section aria-label="Fill scenarios" className="shrink-0 border-t border-line px-3 py-1.5">
      <dl className="flex flex-wrap items-baseline gap-x-5 gap-y-0.5">
        {results.map((result) => (
          <Standing key={result.scenario} result={result} />
        ))}
      </dl>
      <p className="text-2xs text-muted lg:truncate" title={sentence}>
        {state === 'following' ? sentence : note}
      </p>
    </section>
  );
}

function Standing({ result }: { readonly result: ScenarioResult }) {
  const { scenario, equity, difference } = result;
  return (
    <div className="flex items-baseline gap-1.5 whitespace-nowrap">
      <dt className="flex items-center gap-1.5 text-2xs text-muted">
        <ScenarioMark scenario={scenario} />
        {SCENARIO_TITLES[scenario]}
      </dt>
      <dd className="text-xs font-medium">
        {formatMoney(equity)}
        {scenario !== 'expected' && (
          <span className="ml-1.5 text-2xs font-normal text-muted">{formatMoney(difference, { plus: true })}</span>
        )}
      </dd>
    </div>
  );
}
