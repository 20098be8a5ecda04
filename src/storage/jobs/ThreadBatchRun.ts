/**
 * One batch on the threads of a {@link ThreadJobQueue}: hands it out, collects each outcome once, and sees to it that
 * jobs of a thread that ended are run again, once. A thread in a hook that does not return ends the batch.
 */
import { url } from 'node:inspector';
import type { Worker } from 'node:worker_threads';
import { PROBE_BEAT, PROBE_PLACE } from '../../domain/hookProbe.js';
import type { JobBatch, JobListener, JobOutcome, StuckTellers } from '../../domain/jobs.js';
import { required } from '../../utils/assert.js';
import type { Clock } from '../../utils/clock.js';
import { Watchdog } from '../../utils/Watchdog.js';
import { cancelled, errorOf, lostFailure } from './jobFailures.js';
import { FIRST_SLOT, IDLE, OPENING } from './threadProtocol.js';
import type { JobThread, ThreadAnswer, ThreadBatch } from './threadProtocol.js';

/** What a run is given. */
export interface ThreadBatchParts {
  readonly number: number;
  readonly batch: JobBatch;
  readonly setupId: number;
  readonly shared: unknown;
  readonly listener: JobListener;
  /** Cancels. */
  readonly stop: AbortSignal;
  /** The queue's threads by slot; undefined where none runs. */
  readonly threads: (JobThread | undefined)[];
  /** Starts one for a slot. */
  readonly start: (slot: number) => JobThread;
  readonly tellers: StuckTellers;
  readonly clock: Clock;
}

/** A job may end this many workers before it is a failure. */
const MOST_LOSSES = 2;
/** How often threads are looked at whether they stand still in a hook. */
const LOOK_EVERY_MS = 250;

/** See the module header. */
export class ThreadBatchRun {
  /** Settles as `JobQueue.run` says. */
  readonly done: Promise<void>;
  readonly #parts: ThreadBatchParts;
  readonly #control: Int32Array;
  readonly #isDone: Uint8Array;
  /** How many workers each job has ended. */
  readonly #losses = new Map<number, number>();
  readonly #busy = new Set<number>();
  readonly #detach: (() => void)[] = [];
  /** Over the threads, by slot. */
  readonly #watchdogs: readonly Watchdog[];
  #cancelLook: () => void = () => undefined;
  #left: number;
  #openingLosses = 0;
  #isSettled = false;
  #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;

  constructor(parts: ThreadBatchParts) {
    const { batch, threads, stop, clock } = parts;
    this.#parts = parts;
    this.#control = new Int32Array(new SharedArrayBuffer((FIRST_SLOT + threads.length) * Int32Array.BYTES_PER_ELEMENT));
    this.#watchdogs = Array.from(threads, () => new Watchdog(clock.monotonicMs()));
    this.#control.fill(IDLE, FIRST_SLOT);
    this.#isDone = new Uint8Array(batch.jobs.length);
    this.#left = batch.jobs.length;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const onStop = (): void => this.#end(cancelled());
    stop.addEventListener('abort', onStop);
    this.#detach.push(() => stop.removeEventListener('abort', onStop));
    this.#handOut([]);
    this.#look();
  }

  /** Ends the batch if a thread is in a hook that does not return; of several it is told of the first job. */
  #look(): void {
    const { threads, clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    // Somebody who stops at a breakpoint in a hook takes their time.
    const isDebugged = url() !== undefined;
    const stuck = [...threads.entries()].filter(([slot, thread]) => {
      const isInHook = thread !== undefined && !isDebugged && Atomics.load(thread.probe, PROBE_PLACE) !== 0;
      // Between hooks no strategy is to blame, however long it takes: NaN is never the beat of before.
      const beat = isInHook ? Atomics.load(thread.probe, PROBE_BEAT) : Number.NaN;
      return required(this.#watchdogs[slot], 'the watchdog of a slot').isStuck(beat, nowMs);
    });
    const jobOf = (slot: number): number => Atomics.load(this.#control, FIRST_SLOT + slot);
    const [first] = stuck.sort(([a], [b]) => jobOf(a) - jobOf(b));
    if (first === undefined) this.#cancelLook = clock.setTimer(LOOK_EVERY_MS, () => this.#look());
    else this.#endStuck(jobOf(first[0]), required(first[1], 'a stuck thread').probe);
  }

  #endStuck(job: number, probe: Int32Array): void {
    const { batch, tellers } = this.#parts;
    const tell = required(tellers[batch.kind], `who tells of stuck ${batch.kind} jobs`);
    this.#end(errorOf(tell(batch.setup, batch.jobs[job], probe)));
  }

  /** Sets as many threads to work as there is work for; `again` is what has to be run besides the untaken rest. */
  #handOut(again: readonly number[]): void {
    const { batch, threads } = this.#parts;
    const slots = Math.min(threads.length, Math.ceil(this.#left / batch.chunk));
    for (let slot = 0; slot < slots; slot += 1) {
      this.#give(
        slot,
        again.filter((_, place) => place % slots === slot),
      );
    }
  }

  #give(slot: number, again: readonly number[]): void {
    const { number, batch, setupId, shared, threads, start } = this.#parts;
    const { worker } = threads[slot] ?? start(slot);
    this.#listen(worker, slot);
    this.#busy.add(slot);
    const { kind, setup, jobs, chunk } = batch;
    const request: ThreadBatch = {
      batch: number,
      kind,
      setupId,
      setup,
      shared,
      jobs,
      chunk,
      again,
      control: this.#control,
      slot,
    };
    worker.postMessage(request);
  }

  #listen(worker: Worker, slot: number): void {
    const onMessage = (answer: ThreadAnswer): void => {
      if (answer.batch !== this.#parts.number) return;
      if (answer.type === 'outcome') this.#take(answer.index, answer.outcome);
      else if (answer.type === 'fault') this.#end(errorOf(answer.failure));
      else {
        detach();
        this.#rest(slot);
      }
    };
    const onExit = (): void => {
      detach();
      this.#lose(slot);
    };
    const detach = (): void => {
      worker.off('message', onMessage);
      worker.off('exit', onExit);
    };
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    this.#detach.push(detach);
  }

  #take(index: number, outcome: JobOutcome): void {
    if (this.#isSettled || this.#isDone[index] !== 0) return;
    this.#isDone[index] = 1;
    this.#left -= 1;
    this.#parts.listener.onOutcome(index, outcome);
    if (this.#left === 0) this.#end(undefined);
  }

  /** A thread has nothing left; when none has, what ended threads had taken and not begun is handed out. */
  #rest(slot: number): void {
    this.#busy.delete(slot);
    if (this.#busy.size > 0 || this.#isSettled) return;
    this.#handOut([...this.#isDone.keys()].filter((index) => this.#isDone[index] === 0));
  }

  /** A thread has ended: another one takes its place, and its job if that may be run again. */
  #lose(slot: number): void {
    if (this.#isSettled) return;
    const { kind } = this.#parts.batch;
    const at = Atomics.load(this.#control, FIRST_SLOT + slot);
    const again: number[] = [];
    if (at === OPENING || at === IDLE) {
      this.#openingLosses += 1;
      if (this.#openingLosses >= MOST_LOSSES) this.#end(errorOf(lostFailure(`What all ${kind} jobs begin with`)));
    } else if (this.#isDone[at] === 0) {
      const losses = (this.#losses.get(at) ?? 0) + 1;
      this.#losses.set(at, losses);
      if (losses < MOST_LOSSES) again.push(at);
      else this.#take(at, { ok: false, failure: lostFailure(`Job ${at + 1} (${kind})`) });
    }
    if (this.#isSettled) return;
    Atomics.store(this.#control, FIRST_SLOT + slot, IDLE);
    this.#give(slot, again);
  }

  #end(error: Error | undefined): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#cancelLook();
    for (const detach of this.#detach) detach();
    if (error === undefined) {
      this.#settle?.resolve();
      return;
    }
    // Threads that are at a job would go on with it; those that are not are as quickly started again.
    const { threads } = this.#parts;
    for (const thread of threads) void thread?.worker.terminate();
    threads.fill(undefined);
    this.#settle?.reject(error);
  }
}
