/**
 * A backtest that is kept while it runs: notes now and then how far it is, stops cleanly when it is told to, and, when
 * it goes on with a run that was stopped, makes sure that it is the same one.
 *
 * Going on is a re-run: the same inputs give the same decisions, so everything up to where the run was stopped is
 * computed again, without output and as fast as any backtest, and compared there. That the inputs are the same is
 * asked first: what only acts later would show in no figure of that place.
 */
import type { BacktestProgress } from '../analytics/Backtester.js';
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import { formatPercent } from '../analytics/figureText.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { PapertapeError } from '../domain/errors.js';
import type { RunCheckpoint, RunFailure, RunInputTexts, RunRecord, RunResult } from '../domain/runs.js';
import type { RunArchive } from '../host/RunArchive.js';
import type { Clock } from '../utils/clock.js';
import { shortHash } from './backtestSummary.js';
import { timeLeft } from './progress.js';
import type { Progress } from './progress.js';
import { StopLook } from './StopLook.js';

/** What a run is told of how it is. Runs of several presets tell of no figures. */
export type RunProgress = { readonly fraction: number } & Partial<BacktestProgress>;

/** A run in the archive, and where it is gone on from. */
export interface KeptRunParts {
  /** Undefined for a run that is not kept. */
  readonly kept: { readonly archive: RunArchive; readonly number: number } | undefined;
  readonly resumed: RunRecord | undefined;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Settles when the run is to stop. */
  readonly stopped: Promise<void>;
}

/** A run that is broken off loses no more than this of its notes. */
const NOTE_EVERY_MS = 2_000;
const PER_CENT = 100;
const SHA_256 = /^[0-9a-f]{64}$/;

/** See the module header. */
export class KeptRun {
  readonly #parts: KeptRunParts;
  readonly #startedMs: number;
  readonly #goal: RunCheckpoint | undefined;
  readonly #look: StopLook;
  #notedMs: number;
  #hasPassedGoal = false;
  #hasBegun = false;

  constructor(parts: KeptRunParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.monotonicMs();
    this.#look = new StopLook(parts.stopped, this.#startedMs);
    this.#notedMs = this.#startedMs;
    this.#goal = parts.resumed?.checkpoint;
  }

  /** Takes what the run is made of. Throws `RUN_DIVERGED` if it is not what the run was begun with. */
  async begin(inputs: RunInputTexts): Promise<void> {
    const { kept, resumed } = this.#parts;
    if (resumed?.inputs === undefined) {
      await kept?.archive.keepInputs(kept.number, inputs);
      this.#hasBegun = true;
      return;
    }
    const changes = changesOf(resumed.inputs, inputs);
    if (changes.length === 0) {
      this.#hasBegun = true;
      return;
    }
    const { number } = resumed;
    throw new PapertapeError(
      'RUN_DIVERGED',
      `Run ${number} cannot be gone on with: it is not as it was begun; ${changes.join(', ')}.`,
      {
        remedy:
          `Put that back and give papertape backtest --resume ${number} again, or begin a new run; ` +
          `papertape runs show ${number} has what this one was asked for.`,
      },
    );
  }

  /** Takes how far the run is. Throws `RUN_CANCELLED` when it is to stop, `RUN_DIVERGED` when it is another one. */
  async onProgress(progress: RunProgress): Promise<void> {
    const { clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    const checkpoint = checkpointOf(progress);
    if (checkpoint !== undefined) this.#compare(checkpoint);
    this.#show(progress.fraction, nowMs);
    if (!this.#look.isDue(nowMs)) return;
    if (await this.#look.isAsked()) await this.#cancel(progress.fraction, checkpoint);
    else if (checkpoint !== undefined && nowMs - this.#notedMs >= NOTE_EVERY_MS) {
      this.#notedMs = nowMs;
      await this.#note(checkpoint);
    }
  }

  /**
   * Keeps the result, and why it is not that of the whole run. Throws `RUN_DIVERGED` if it ended before the place where
   * it had been stopped.
   */
  async finish(history: HistoryBacktestRun, result: RunResult, failure: PapertapeError | undefined): Promise<void> {
    if (this.#goal !== undefined && !this.#hasPassedGoal) throw this.#diverged('it ended before that place');
    const { kept } = this.#parts;
    await kept?.archive.finish(kept.number, history, result, failure === undefined ? undefined : reasonOf(failure));
  }

  /**
   * Notes that the run came to nothing, and why. One that was to go on, and was refused or had no data before it did,
   * stays as it was stopped: the reason may be gone the next time.
   */
  async fail(error: PapertapeError): Promise<void> {
    const { kept, resumed } = this.#parts;
    if (error.code === 'RUN_CANCELLED') return;
    if (resumed !== undefined && !this.#hasBegun) await kept?.archive.abandon(kept.number, { state: 'cancelled' });
    else await kept?.archive.abandon(kept.number, { state: 'failed', failure: reasonOf(error) });
  }

  #show(fraction: number, nowMs: number): void {
    const goal = this.#hasPassedGoal ? undefined : this.#goal;
    const left = timeLeft(fraction, nowMs - this.#startedMs);
    const note = goal === undefined ? left : `again up to ${formatPercent(goal.fraction)}`;
    this.#parts.progress.update(fraction * PER_CENT, PER_CENT, note);
  }

  #compare(now: RunCheckpoint): void {
    const goal = this.#goal;
    if (goal === undefined || this.#hasPassedGoal || now.events < goal.events) return;
    this.#hasPassedGoal = true;
    const isSame = now.events === goal.events && now.time === goal.time && now.fills === goal.fills;
    if (!isSame || now.equity !== goal.equity) throw this.#diverged('its data, strategy or settings are others now');
  }

  /** Notes are of the furthest that was reached: while a run repeats what was done there is nothing new. */
  async #note(checkpoint: RunCheckpoint): Promise<void> {
    const { kept } = this.#parts;
    const isRepeating = this.#goal !== undefined && !this.#hasPassedGoal;
    await kept?.archive.note(kept.number, isRepeating ? this.#goal : checkpoint);
  }

  async #cancel(fraction: number, checkpoint: RunCheckpoint | undefined): Promise<never> {
    const { kept } = this.#parts;
    if (checkpoint !== undefined) await this.#note(checkpoint);
    await kept?.archive.abandon(kept.number, { state: 'cancelled' });
    const where = checkpoint === undefined ? '' : ` at ${newYorkText(checkpoint.time)} New York time,`;
    throw new PapertapeError(
      'RUN_CANCELLED',
      `The backtest was stopped${where} ${formatPercent(fraction)} of the way.`,
      {
        remedy:
          kept === undefined
            ? 'It was not kept: start it again.'
            : `Go on with it: papertape backtest --resume ${kept.number}`,
      },
    );
  }

  #diverged(why: string): PapertapeError {
    const { resumed } = this.#parts;
    return new PapertapeError(
      'RUN_DIVERGED',
      `Run ${resumed?.number ?? ''} cannot be gone on with: it does not come to where it was stopped; ${why}.`,
      { remedy: 'Begin a new run; papertape runs show has what this one was asked for.' },
    );
  }
}

/** What differs, with both values. */
function changesOf(then: RunInputTexts, now: RunInputTexts): readonly string[] {
  const names = new Set([...Object.keys(then), ...Object.keys(now)]);
  return [...names].flatMap((name) => {
    const [was = 'none', is = 'none'] = [then[name], now[name]];
    return was === is ? [] : [`${name} was ${shownInput(was)} and is ${shownInput(is)}`];
  });
}

/** Of a hash as much as other messages show. */
function shownInput(text: string): string {
  return SHA_256.test(text) ? shortHash(text) : text;
}

function reasonOf({ code, message }: PapertapeError): RunFailure {
  return { code, message };
}

function checkpointOf({ fraction, events, time, equity, fills }: RunProgress): RunCheckpoint | undefined {
  if (events === undefined || time === undefined || equity === undefined || fills === undefined) return undefined;
  return { fraction, events, time, equity, fills };
}
