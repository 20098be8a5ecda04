import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './program.js';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'papertape-search-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

async function run(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const told = { out: '', err: '' };
  const colours = pc.createColors(false);
  const terminal = {
    out: (text: string) => void (told.out += text),
    err: (text: string) => void (told.err += text),
    colours,
    errColours: colours,
    interactive: false,
    columns: 100,
  };
  return { code: await runProgram(args, { terminal, environment: {}, cwd }), ...told };
}

const MARKET = ['sma-cross', '--symbols', 'ACME', '--from', '2013-01-02', '--to', '2013-12-31'];
const OPTIMIZE = ['optimize', ...MARKET];
const SPACE = ['--param', 'fast=2:6:2', '--param', 'slow=10:50:20'];

describe('commands that search', () => {
  it.each([
    ['an unknown parameter', [...OPTIMIZE, '--param', 'fats=1:5'], 'Did you mean fast?'],
    ['a range outside of the declaration', [...OPTIMIZE, '--param', 'fast=0:5'], 'fast of sma-cross is 0'],
    [
      'nothing to search',
      [...OPTIMIZE, '--param', 'fast=5', '--param', 'slow=9', '--param', 'direction=long'],
      'range',
    ],
    ['an unknown figure', [...OPTIMIZE, ...SPACE, '--objective', 'sharp'], 'Did you mean sharpe?'],
    ['a constraint that is none', [...OPTIMIZE, ...SPACE, '--constraint', 'trades'], "'trades>=30'"],
    ['an unknown sampler', [...OPTIMIZE, ...SPACE, '--search', 'tpee'], 'Did you mean tpe?'],
    ['a holdout of everything', [...OPTIMIZE, ...SPACE, '--holdout', '100%'], '--holdout 100% is not a share'],
    [
      'a holdout that leaves nothing',
      [...OPTIMIZE, ...SPACE, '--to', '2013-01-02', '--holdout', '50%'],
      'no day to search',
    ],
    ['dates the wrong way round', [...OPTIMIZE, ...SPACE, '--to', '2012-12-31'], 'ends before it starts'],
    ['a length of nothing', ['walk-forward', ...MARKET, '--train', '0d', '--test', '5d'], '--train 0d'],
    ['no length', ['walk-forward', ...MARKET, '--train', '5d'], '--test'],
    ['nothing to train on', ['validate', '--groups', '4', '--test-groups', '4'], 'leaves nothing'],
  ])('refuse %s as wrong usage, and touch nothing', async (_what, args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('say what to do where no search is kept', async () => {
    const { code, err } = await run(['validate']);
    expect(code).toBe(1);
    expect(err).toContain('Run "papertape optimize" first');
  });

  it.each(['optimize', 'walk-forward', 'validate'])('help with %s', async (command) => {
    const { code, out } = await run([command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    // Defaults as they are typed, not as the program keeps them.
    expect(out).not.toContain('default: {');
  });
});
