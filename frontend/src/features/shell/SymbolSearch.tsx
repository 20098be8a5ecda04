/** Finds a symbol of the session and goes to its chart. `/` puts the cursor here from anywhere. */
import { useNavigate } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Search } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useLive } from '../../app/TradingContext.js';
import { Change } from '../../components/figures.js';
import { formatPrice } from '../../format/decimal.js';

/** The id of the input, for the shortcut. */
export const SYMBOL_SEARCH_ID = 'symbol-search';
const MOST = 8;

const NO_SYMBOLS: readonly string[] = [];

/** The search with its list of matches. */
export function SymbolSearch() {
  const symbols = useLive((state) => state.session?.symbols ?? NO_SYMBOLS);
  const quotes = useLive((state) => state.quotes);
  const navigate = useNavigate();
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);

  const wanted = text.trim().toUpperCase();
  const matches = symbols
    .filter((symbol) => symbol.includes(wanted))
    .sort((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)))
    .slice(0, MOST);

  const go = (symbol: string | undefined): void => {
    if (symbol === undefined) return;
    setText('');
    setOpen(false);
    input.current?.blur();
    void navigate({ to: '/trade/$symbol', params: { symbol } });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive((index) => Math.min(index + 1, matches.length - 1));
    else if (event.key === 'ArrowUp') setActive((index) => Math.max(index - 1, 0));
    else if (event.key === 'Enter') go(matches[active]);
    else if (event.key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
  };

  const shown = open && symbols.length > 0;
  return (
    <div className="relative">
      <Search aria-hidden className="pointer-events-none absolute top-1.5 left-2 size-4 text-faint" />
      <input
        ref={input}
        id={SYMBOL_SEARCH_ID}
        role="combobox"
        aria-label="Find a symbol"
        aria-expanded={shown}
        aria-controls={listId}
        aria-activedescendant={shown && matches[active] !== undefined ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Symbol  /"
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        className="h-7 w-32 rounded border border-line bg-canvas pr-2 pl-7 placeholder:text-faint hover:border-line-strong focus:w-44"
      />
      {shown && (
        <ul
          id={listId}
          role="listbox"
          className="absolute top-8 right-0 z-40 w-56 rounded-md border border-line-strong bg-raised p-1"
        >
          {matches.length === 0 && (
            <li className="px-2 py-1.5 text-muted">No symbol of this session has “{wanted}”.</li>
          )}
          {matches.map((symbol, index) => {
            const quote = quotes.get(symbol);
            return (
              <li
                key={symbol}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === active}
                onMouseDown={(event) => {
                  event.preventDefault();
                  go(symbol);
                }}
                onMouseEnter={() => setActive(index)}
                className={clsx(
                  'flex cursor-pointer items-center gap-2 rounded px-2 py-1',
                  index === active && 'bg-hover',
                )}
              >
                <span className="flex-1 font-medium">{symbol}</span>
                <span>{quote?.last == null ? '–' : formatPrice(quote.last)}</span>
                <Change fraction={quote?.changeFraction ?? null} className="w-16 text-right text-xs" />
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
