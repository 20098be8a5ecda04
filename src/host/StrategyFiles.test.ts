import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StrategyFiles } from './StrategyFiles.js';
import type { StrategyWatch } from './StrategyWatch.js';
import { stuckWhileLoading } from './stuckStrategy.js';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'papertape-files-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const source = (name: string, body: string): string =>
  `import { Strategy } from 'papertape';\nexport default class ${name} extends Strategy.with({}) {\n${body}\n}\n`;

it('offers strategies of the folder, tells the mistakes of others once, and notices changes', async () => {
  const faults: string[] = [];
  const files = new StrategyFiles({ cwd, dataDir: join(cwd, 'data') }, (name) => faults.push(name));
  mkdirSync(join(cwd, 'strategies'));
  writeFileSync(join(cwd, 'Good.ts'), source('Good', ''));
  writeFileSync(join(cwd, 'strategies', 'Inner.ts'), source('Inner', ''));
  writeFileSync(join(cwd, 'Bad.ts'), source('Bad', '  wrong: number = "text";'));
  writeFileSync(join(cwd, 'Other.ts'), 'export const nothing = 1;\n');
  writeFileSync(join(cwd, 'Good.test.ts'), source('Test', ''));
  await files.refresh();
  expect([...files.known().keys()]).toEqual(['./Good.ts', './strategies/Inner.ts']);
  expect(faults).toEqual(['./Bad.ts']);

  rmSync(join(cwd, 'Good.ts'));
  writeFileSync(join(cwd, 'Bad.ts'), source('Bad', ''));
  utimesSync(join(cwd, 'Bad.ts'), 1, 1);
  await files.refresh();
  await files.refresh();
  expect([...files.known().keys()].sort()).toEqual(['./Bad.ts', './strategies/Inner.ts']);
  expect(faults).toEqual(['./Bad.ts']);
});

it('goes on with the other files behind one whose import is given up', async () => {
  const folder = join(cwd, 'stuck');
  mkdirSync(folder);
  writeFileSync(join(folder, 'Endless.ts'), source('Endless', ''));
  writeFileSync(join(folder, 'Good.ts'), source('Good', ''));
  const faults: unknown[] = [];
  const importing: StrategyWatch['importing'] = (work, name) =>
    name === './Endless.ts' ? Promise.reject(stuckWhileLoading(name)) : work();
  const files = new StrategyFiles({ cwd: folder, dataDir: join(folder, 'data'), importing }, (...fault) =>
    faults.push(fault),
  );
  await files.refresh();
  await files.refresh();
  expect([...files.known().keys()]).toEqual(['./Good.ts']);
  expect(faults).toEqual([['./Endless.ts', expect.objectContaining({ code: 'STRATEGY_STUCK' })]]);
});
