/** Keys that work anywhere on the page, except while somebody types into a field. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { SYMBOL_SEARCH_ID } from './SymbolSearch.js';
import { useMarketControl } from './SpeedControl.js';

/** The keys and what they do, in the order of the list under `?`. */
export const SHORTCUTS: readonly (readonly [keys: string, effect: string])[] = [
  ['/', 'Find a symbol'],
  ['D', 'Dashboard'],
  ['T', 'Trade'],
  ['R', 'Performance'],
  ['K', 'Backtests'],
  ['A', 'Accounts'],
  ['B', 'Buy ticket (on Trade)'],
  ['S', 'Sell ticket (on Trade)'],
  ['P', 'Pause or resume a replay or simulation'],
  ['.', 'Step one minute while paused'],
  ['↑ ↓', 'Move in a table; Enter opens the row'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
];

/** Name of the event that opens the ticket on one side; its `detail` is the side. */
export const TICKET_EVENT = 'papertape:ticket';

/** Listens for the shortcuts; `showList` opens the list of them. */
export function useShortcuts(showList: () => void): void {
  const navigate = useNavigate();
  const market = useMarketControl();
  const act = (key: string): boolean => {
    switch (key) {
      case '?':
        showList();
        return true;
      case '/':
        document.getElementById(SYMBOL_SEARCH_ID)?.focus();
        return true;
      case 'd':
        void navigate({ to: '/' });
        return true;
      case 't':
        void navigate({ to: '/trade' });
        return true;
      case 'r':
        void navigate({ to: '/performance' });
        return true;
      case 'k':
        void navigate({ to: '/backtests' });
        return true;
      case 'a':
        void navigate({ to: '/accounts' });
        return true;
      case 'b':
      case 's':
        window.dispatchEvent(new CustomEvent(TICKET_EVENT, { detail: key === 'b' ? 'buy' : 'sell' }));
        return true;
      case 'p':
        if (market.enabled) void market.run({ action: market.session?.clock.paused === true ? 'resume' : 'pause' });
        return true;
      case '.':
        if (market.enabled && market.session?.clock.paused === true) void market.run({ action: 'step' });
        return true;
      default:
        return false;
    }
  };
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (latest.current(event.key.toLowerCase())) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, [role="menu"]') !== null;
}
