import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBE_BEAT, PROBE_PLACE, PROBE_WORDS, readProbe } from '../domain/hookProbe.js';
import { tellStuckTrial, trialOpener } from './trialJobs.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-trials-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the opener of trials', () => {
  const setup = { strategy: { name: './Slow.ts', hash: 'h' } };

  it('lets a watchdog see that the file of the strategy is imported, and that the thread moves meanwhile', async () => {
    const bundle = join(folder, 'slow.mjs');
    // A file that waits: it holds up nobody.
    writeFileSync(bundle, 'await globalThis.slowFile.gate;\nexport default globalThis.slowFile.strategy();\n');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    class NoStrategy {}
    Object.assign(globalThis, { slowFile: { gate, strategy: () => NoStrategy } });
    const probe = new Int32Array(new SharedArrayBuffer(PROBE_WORDS * Int32Array.BYTES_PER_ELEMENT));
    const opened = trialOpener(probe)(setup, { bundle });
    expect(readProbe(probe)).toMatchObject({ place: 0, hook: undefined });
    expect(tellStuckTrial(setup, undefined, probe)).toMatchObject({
      code: 'STRATEGY_STUCK',
      message: './Slow.ts was not loaded within 5 seconds and was stopped.',
    });
    const before = Atomics.load(probe, PROBE_BEAT);
    await expect.poll(() => Atomics.load(probe, PROBE_BEAT)).toBeGreaterThan(before);
    open();
    await expect(opened).rejects.toMatchObject({ code: 'STRATEGY_INVALID' });
    expect(Atomics.load(probe, PROBE_PLACE)).toBe(0);
  });

  it('tells of a trial by its parameters', () => {
    const probe = new Int32Array(PROBE_WORDS);
    probe[PROBE_PLACE] = 1;
    const { message } = tellStuckTrial(setup, { id: 1, params: { fast: 4 } }, probe);
    expect(message).toContain('./Slow.ts with fast=4 did not return from a hook for 5 seconds');
  });
});
