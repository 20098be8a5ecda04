/** What the journal shows: this session or all, one symbol, wins or losses, long or short, one tag. */
import { Segments } from '../../components/Segments.js';

/** See the module header. Texts are empty where they do not matter. */
export interface Filter {
  readonly sessions: 'current' | 'all';
  readonly symbol: string;
  readonly result: 'any' | 'win' | 'loss';
  readonly side: 'any' | 'long' | 'short';
  readonly tag: string;
}

/** Everything of the running session. */
export const NO_FILTER: Filter = { sessions: 'current', symbol: '', result: 'any', side: 'any', tag: '' };

const FIELD = 'h-6.5 w-20 rounded border border-line-strong bg-canvas px-2 text-xs text-ink placeholder:text-faint';

/** The controls. */
export function JournalFilter({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  return (
    <div className="flex items-center gap-2 overflow-x-auto">
      <input
        aria-label="Symbol"
        placeholder="Symbol"
        value={filter.symbol}
        className={FIELD}
        onChange={({ currentTarget }) => onChange({ ...filter, symbol: currentTarget.value.trim().toUpperCase() })}
      />
      <input
        aria-label="Tag"
        placeholder="Tag"
        value={filter.tag}
        className={FIELD}
        onChange={({ currentTarget }) => onChange({ ...filter, tag: currentTarget.value.trim() })}
      />
      <Segments
        label="Side"
        value={filter.side}
        choices={[
          { value: 'any', label: 'Both' },
          { value: 'long', label: 'Long' },
          { value: 'short', label: 'Short' },
        ]}
        onChange={(side) => onChange({ ...filter, side })}
      />
      <Segments
        label="Result"
        value={filter.result}
        choices={[
          { value: 'any', label: 'All' },
          { value: 'win', label: 'Won' },
          { value: 'loss', label: 'Lost' },
        ]}
        onChange={(result) => onChange({ ...filter, result })}
      />
      <Segments
        label="Sessions"
        value={filter.sessions}
        choices={[
          { value: 'current', label: 'This session' },
          { value: 'all', label: 'All sessions' },
        ]}
        onChange={(sessions) => onChange({ ...filter, sessions })}
      />
    </div>
  );
}
