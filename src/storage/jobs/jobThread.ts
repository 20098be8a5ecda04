/** The thread's side of {@link ThreadJobQueue}: takes jobs of a batch until none is left, and answers each. */
import type { MessagePort } from 'node:worker_threads';
import type { JobOpeners, JobOutcome, JobRunner } from '../../domain/jobs.js';
import { required } from '../../utils/assert.js';
import { failureOf } from './jobFailures.js';
import { FIRST_SLOT, IDLE, NEXT, OPENING } from './threadProtocol.js';
import type { ThreadAnswer, ThreadBatch } from './threadProtocol.js';

/** Serves the queue at the other end of `port`, until it ends the thread. */
export function serveJobThread(port: MessagePort, openers: JobOpeners): void {
  const answer = (message: ThreadAnswer): void => {
    port.postMessage(message);
  };
  let opened: { readonly setupId: number; readonly run: JobRunner } | undefined;
  port.on('message', (request: ThreadBatch) => {
    void (async () => {
      const { batch, kind, setupId, setup, shared, control } = request;
      const slot = FIRST_SLOT + request.slot;
      try {
        if (opened?.setupId !== setupId) {
          Atomics.store(control, slot, OPENING);
          const open = required(openers[kind], `the code of ${kind} jobs`);
          opened = { setupId, run: await open(setup, shared) };
        }
        const { run } = opened;
        for (const index of takenJobs(request)) {
          Atomics.store(control, slot, index);
          answer({ type: 'outcome', batch, index, outcome: await outcomeOf(run, request.jobs[index]) });
        }
        Atomics.store(control, slot, IDLE);
        answer({ type: 'idle', batch });
      } catch (error) {
        opened = undefined;
        Atomics.store(control, slot, IDLE);
        answer({ type: 'fault', batch, failure: failureOf(error) });
      }
    })();
  });
}

/** Indices of jobs that are this thread's, each taken when it is asked for. */
function* takenJobs({ again, control, chunk, jobs }: ThreadBatch): Generator<number> {
  yield* again;
  for (;;) {
    const from = Atomics.add(control, NEXT, chunk);
    if (from >= jobs.length) return;
    for (let index = from; index < Math.min(jobs.length, from + chunk); index += 1) yield index;
  }
}

async function outcomeOf(run: JobRunner, payload: unknown): Promise<JobOutcome> {
  try {
    return { ok: true, value: await run(payload) };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}
