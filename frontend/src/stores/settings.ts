/** What this browser remembers of its user: theme, palette, columns. Kept in local storage; never a secret. */
import { createStore } from 'zustand/vanilla';

/** Looks of the page. */
export interface Settings {
  readonly theme: 'dark' | 'light';
  /** `safe`: blue and orange instead of green and red. */
  readonly palette: 'classic' | 'safe';
  /** Whether this browser was signed in last time, so that a refresh is worth trying. */
  readonly signedIn: boolean;
  /** Timeframe of the chart. */
  readonly timeframe: string;
  readonly extendedHours: boolean;
}

const KEY = 'papertape.settings';
const STANDARD: Settings = {
  theme: 'dark',
  palette: 'classic',
  signedIn: false,
  timeframe: '1m',
  extendedHours: true,
};

/** The settings; {@link changeSettings} writes them. */
export const settings = createStore<Settings>(() => read());

/** Changes some settings and remembers them. */
export function changeSettings(changes: Partial<Settings>): void {
  settings.setState(changes);
  try {
    localStorage.setItem(KEY, JSON.stringify(settings.getState()));
  } catch {
    // Storage may be forbidden or full: the settings then last until the page is closed.
  }
}

/** Puts theme and palette on the document, now and at every change. */
export function applySettings(root: HTMLElement): void {
  const apply = ({ theme, palette }: Settings): void => {
    root.dataset['theme'] = theme;
    root.dataset['palette'] = palette;
  };
  apply(settings.getState());
  settings.subscribe(apply);
}

function read(): Settings {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof value !== 'object' || value === null) return STANDARD;
    const stored: Partial<Record<keyof Settings, unknown>> = value;
    return {
      theme: stored.theme === 'light' ? 'light' : 'dark',
      palette: stored.palette === 'safe' ? 'safe' : 'classic',
      signedIn: stored.signedIn === true,
      timeframe: typeof stored.timeframe === 'string' ? stored.timeframe : STANDARD.timeframe,
      extendedHours: stored.extendedHours !== false,
    };
  } catch {
    return STANDARD;
  }
}
