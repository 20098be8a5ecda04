/** A progress bar on standard error, or nothing at all where standard error is not a terminal. */
import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** A running progress display. */
export interface Progress {
  /** Shows `done` of `total` and a note; both in the same unit, whatever it is. */
  update(done: number, total: number, note?: string): void;
  /** Takes the bar off the screen. */
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };
const STEPS = 1000;
const FRAMES_PER_SECOND = 20;
/** Before this, a rate says more of the start than of the work: data are loaded, code is not compiled yet. */
const ESTIMATED_AFTER_MS = 1_000;
const ESTIMATED_FROM = 0.05;
/** Unless this passed: work that takes so long is worth a rough word. */
const ESTIMATED_ANYWAY_MS = 30_000;

/** How long work will still take, by how long it took so far: `about 12 s left`; empty while that is a guess. */
export function timeLeft(fraction: number, elapsedMs: number): string {
  if (elapsedMs < ESTIMATED_AFTER_MS || fraction <= 0) return '';
  if (fraction < ESTIMATED_FROM && elapsedMs < ESTIMATED_ANYWAY_MS) return '';
  const seconds = Math.ceil((elapsedMs * (1 / fraction - 1)) / 1000);
  if (seconds < 90) return `about ${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}

/** Starts a bar with a title; it disappears when stopped, so that only the result stays on the screen. */
export function startProgress(terminal: Terminal, title: string): Progress {
  if (!terminal.interactive) return SILENT;
  const c = terminal.errColours;
  const bar = new SingleBar(
    {
      format: `  ${c.dim(title)} ${c.cyan('{bar}')} {percentage} % ${c.dim('{note}')}`,
      barsize: 28,
      hideCursor: true,
      clearOnComplete: true,
      fps: FRAMES_PER_SECOND,
      stream: process.stderr,
    },
    { ...Presets.shades_classic, barCompleteChar: '━', barIncompleteChar: ' ' },
  );
  bar.start(STEPS, 0, { note: '' });
  return {
    update: (done, total, note = '') => {
      bar.update(total > 0 ? Math.min(STEPS, Math.floor((done / total) * STEPS)) : 0, { note });
    },
    stop: () => {
      bar.stop();
    },
  };
}
