/** The line above the chart: the symbol, its timeframes, and whether extended hours are drawn. */
import { useStore } from 'zustand';
import { useLive } from '../../app/TradingContext.js';
import { Change, LivePrice } from '../../components/figures.js';
import { Segments } from '../../components/Segments.js';
import { changeSettings, settings } from '../../stores/settings.js';

const TIMEFRAMES = ['1s', '15s', '1m', '5m', '15m', '1h', '1d'] as const;

/** The toolbar. */
export function ChartToolbar({ symbol }: { readonly symbol: string }) {
  const { timeframe, extendedHours } = useStore(settings);
  const quote = useLive((state) => state.quotes.get(symbol));
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
      <span className="text-sm font-semibold">{symbol}</span>
      <LivePrice price={quote?.last ?? null} className="text-sm font-semibold" />
      <Change fraction={quote?.changeFraction ?? null} className="text-xs" />
      {quote?.halted === true && (
        <span className="rounded-xs bg-danger px-1 text-2xs font-semibold text-white">Halted</span>
      )}
      <div className="ml-auto flex items-center gap-2">
        <Segments
          label="Timeframe"
          value={timeframe}
          choices={TIMEFRAMES.map((value) => ({ value, label: value }))}
          onChange={(value) => changeSettings({ timeframe: value })}
        />
        <label
          className="flex items-center gap-1.5 text-xs whitespace-nowrap text-muted"
          title="Draw premarket and after hours, shaded"
        >
          <input
            type="checkbox"
            checked={extendedHours}
            onChange={(event) => changeSettings({ extendedHours: event.currentTarget.checked })}
            className="size-3.5 accent-accent-solid"
          />
          Extended hours
        </label>
      </div>
    </div>
  );
}
