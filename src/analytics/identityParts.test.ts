import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { backtestFromStore } from './backtestHistory.js';
import { identityParts } from './identityParts.js';
import { BACKTEST, walkHistory } from './optimise/testing/searchRig.js';
import { hashRun } from './runIdentity.js';
import type { RunInputs } from './runIdentity.js';

const sha256 = () => createHash('sha256');

async function inputsOfARun(): Promise<RunInputs> {
  const strategies = BACKTEST.strategies.map((strategy) => ({ ...strategy, params: { fast: 3, slow: 7 } }));
  let begun: RunInputs | undefined;
  const { run } = await backtestFromStore(await walkHistory(), { ...BACKTEST, strategies }, undefined, (inputs) => {
    begun = inputs;
  });
  // What is known before the run is what it has in the end.
  expect(begun).toEqual(run.inputs);
  return run.inputs;
}

/** A strategy of the run with something else of it. */
function withStrategy(
  inputs: RunInputs,
  change: (strategy: RunInputs['strategies'][number]) => Partial<RunInputs['strategies'][number]>,
): RunInputs {
  return { ...inputs, strategies: inputs.strategies.map((strategy) => ({ ...strategy, ...change(strategy) })) };
}

it('has a part for whatever changes the identity of a run, and names that alone', async () => {
  const inputs = await inputsOfARun();
  const id = inputs.strategies[0]?.config.instanceId ?? '';
  const changed: readonly (readonly [part: string, changed: RunInputs])[] = [
    ['engine', { ...inputs, engineVersion: 'another' }],
    ['symbols', { ...inputs, symbols: [...inputs.symbols, 'OTHR'] }],
    ['preset', { ...inputs, preset: 'papertape@0' }],
    ['fee plan', { ...inputs, feePlan: 'another' }],
    ['starting cash', { ...inputs, startingCash: inputs.startingCash + 1 }],
    ['seed', { ...inputs, seed: inputs.seed + 1 }],
    ['price steps per dollar', { ...inputs, priceScale: 100 }],
    ['limit maxOrdersPerMinute', { ...inputs, limits: { ...inputs.limits, maxOrdersPerMinute: 7 } }],
    ['data', { ...inputs, dataHash: 'f'.repeat(64) }],
    ['data before the first day', { ...inputs, warmUpHash: 'f'.repeat(64) }],
    ['splits and dividends', { ...inputs, corporateActions: [] }],
    [`code of ${id}`, withStrategy(inputs, () => ({ hash: 'f'.repeat(64) }))],
    [`parameter fast of ${id}`, withStrategy(inputs, ({ params }) => ({ params: { ...params, fast: 4 } }))],
    [`symbols of ${id}`, withStrategy(inputs, ({ config }) => ({ config: { ...config, symbols: ['OTHR'] } }))],
    [`timeframe of ${id}`, withStrategy(inputs, ({ config }) => ({ config: { ...config, timeframe: '1m' } }))],
    [`allocation of ${id}`, withStrategy(inputs, ({ config }) => ({ config: { ...config, allocation: 0.25 } }))],
  ];
  const before = identityParts(inputs, sha256);
  for (const [part, other] of changed) {
    expect(hashRun(other, sha256)).not.toBe(hashRun(inputs, sha256));
    const after = identityParts(other, sha256);
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    expect([...names].filter((name) => before[name] !== after[name])).toEqual([part]);
  }
});
