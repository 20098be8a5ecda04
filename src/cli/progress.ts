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
