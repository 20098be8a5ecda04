/**
 * Holds the source tree to the layer table of test/layers.ts: every import of every module, outside packages
 * and `node:` modules included; no import cycles; and time, randomness and environment only where test/purity.ts
 * and this file allow them.
 */
import { describe, expect, it } from 'vitest';
import { LAYERS } from './layers.js';
import type { LayerRule } from './layers.js';
import { ambientFaults, kernelFaults } from './purity.js';
import { isTestPath, listPaths, parseSource, readSource } from './sourceFiles.js';
import type { SourceFile } from './sourceFiles.js';

/** Fewer modules than this means that the search is broken, not that the project shrank. */
const FEWEST_MODULES = 20;

/** Starts of paths that may read the clock, the environment and randomness: where the ports are made, and shells. */
const AMBIENT = [
  'src/harness/',
  'src/utils/clock.ts',
  'src/utils/idGenerator.ts',
  'src/compose.ts',
  'src/config/systemConfig.ts',
  'src/main.ts',
  'src/cli/',
];

/** What is imported as a whole: the library, and the wire that server and page share. */
const BARRELS = new Set(['src/index.ts', 'src/contracts/index.ts']);

const paths = [...listPaths('src', /\.tsx?$/), ...listPaths('frontend/src', /\.tsx?$/)];
const modules = paths.filter((path) => !isTestPath(path) && !path.endsWith('.d.ts')).map(readSource);

/** The unit of the layer table that a path belongs to. */
function unitOf(path: string): string {
  if (path.startsWith('frontend/')) return 'frontend';
  return path.split('/')[1] ?? path;
}

function packageAllowed(rule: LayerRule, specifier: string): boolean {
  return (rule.packages ?? []).some((allowed) =>
    allowed.endsWith('/*')
      ? specifier.startsWith(allowed.slice(0, -1))
      : specifier === allowed || specifier.startsWith(`${allowed}/`),
  );
}

/** What is wrong with the imports of one file, as sentences. */
function importFaults(file: SourceFile): string[] {
  const unit = unitOf(file.path);
  const rule = LAYERS[unit];
  if (rule === undefined) return [`${file.path}: "${unit}" is not in the layer table (test/layers.ts)`];
  const inSrc = file.path.replace(/^src\//, '');
  const faults: string[] = [];
  for (const { specifier, target, typeOnly, line } of file.imports) {
    const at = `${file.path}:${line}`;
    if (specifier.startsWith('node:')) {
      const allowed = rule.node === 'all' || (rule.node !== 'none' && rule.node.includes(inSrc));
      if (!allowed) faults.push(`${at}: ${unit} may not use ${specifier}`);
    } else if (!specifier.startsWith('.')) {
      if (!packageAllowed(rule, specifier)) faults.push(`${at}: ${unit} may not use the package ${specifier}`);
    } else if (target === undefined) {
      faults.push(`${at}: ${specifier} does not exist`);
    } else if (/\.tsx?$/.test(target)) {
      const other = unitOf(target);
      const extra = rule.exceptions?.[inSrc] ?? [];
      const allowed =
        other === unit ||
        rule.may.includes(other) ||
        extra.includes(other) ||
        (typeOnly && (rule.typesOnly ?? []).includes(other));
      if (!allowed) faults.push(`${at}: ${unit} may not import ${typeOnly ? 'types of ' : ''}${other} (${specifier})`);
      if (isTestPath(target)) faults.push(`${at}: imports the test code ${target}`);
    }
  }
  return faults;
}

/** The import cycles of the graph, each as `a → b → a`; type-only imports do not run and do not count. */
function findCycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap(({ target, typeOnly }) => (target === undefined || typeOnly ? [] : [target])),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

describe('the layers', () => {
  it('finds the modules of the project', () => {
    expect(modules.length).toBeGreaterThanOrEqual(FEWEST_MODULES);
    expect(modules.reduce((sum, file) => sum + file.imports.length, 0)).toBeGreaterThanOrEqual(FEWEST_MODULES);
  });

  it('are kept by every import', () => {
    expect(modules.flatMap(importFaults)).toEqual([]);
  });

  it('have no import cycles', () => {
    expect(findCycles(modules)).toEqual([]);
  });

  it('only ever point down: no unit may import one that may import it', () => {
    const faults = Object.entries(LAYERS).flatMap(([unit, rule]) =>
      rule.may.filter((other) => LAYERS[other]?.may.includes(unit)).map((other) => `${unit} ↔ ${other}`),
    );
    expect(faults).toEqual([]);
  });

  it('keep the kernel pure', () => {
    const kernel = modules.filter((file) => LAYERS[unitOf(file.path)]?.kernel === true);
    expect(kernel.flatMap(kernelFaults)).toEqual([]);
  });

  it('keep clocks, timers, randomness and the environment behind ports', () => {
    const server = modules.filter(
      ({ path }) => path.startsWith('src/') && !AMBIENT.some((start) => path.startsWith(start)),
    );
    expect(server.flatMap(ambientFaults)).toEqual([]);
  });

  it('are imported file by file: no barrels', () => {
    const barrels = modules.map(({ path }) => path).filter((path) => /\/index\.tsx?$/.test(path));
    expect(barrels.filter((path) => !BARRELS.has(path))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  const importCases: readonly [string, string, number][] = [
    ['src/engine/X.ts', `import { a } from '../exchange/X.js';`, 1],
    ['src/engine/X.ts', `import { readFileSync } from 'node:fs';`, 1],
    ['src/engine/X.ts', `import { z } from 'zod';`, 1],
    ['src/engine/X.ts', `import type { Order } from '../domain/order.js';`, 0],
    ['src/engine/X.ts', `const a = await import('../domain/nothing.js');`, 1],
    ['src/contracts/x.ts', `import { ERRORS } from '../domain/errors.js';`, 0],
    ['src/domain/x.ts', `import type { Bar } from '../contracts/market.js';`, 1],
    ['src/nowhere/x.ts', '', 1],
    ['frontend/src/x.ts', `import { ERRORS } from '../../src/domain/errors.js';`, 1],
    ['src/api/x.ts', `import jwt from '@fastify/cookie';`, 0],
    ['src/engine/X.ts', `// import { a } from 'node:fs';\nconst text = "import x from 'node:fs'";`, 0],
  ];
  it.each(importCases)('%s with %s has %i faults', (path, text, count) => {
    expect(importFaults(parseSource(path, text))).toHaveLength(count);
  });

  const kernelCases: readonly [string, number][] = [
    ['const now = Date.now();', 1],
    ['setTimeout(f, 1);', 1],
    ['const r = Math.random();', 1],
    ['const r = Math.exp(1) + Math.floor(2);', 1],
    ['const x = a ** b;', 1],
    ['const scale = 10 ** 6;', 0],
    ['const o = { process: 1 }; o.process;', 0],
    ['const e = process.env;', 1],
    ['interface Date2 { Date: Date }', 0],
  ];
  it.each(kernelCases)('the kernel with %s has %i faults', (text, count) => {
    expect(kernelFaults(parseSource('src/engine/X.ts', text))).toHaveLength(count);
  });

  const ambientCases: readonly [string, number][] = [
    ['const now = new Date();', 1],
    ['const day = new Date(0);', 0],
    ['const now = Date.now();', 1],
    [`import { randomUUID } from 'node:crypto';`, 1],
    [`const port = process.env['PORT'];`, 1],
    ['clock.setTimeout(f, 1);', 0],
  ];
  it.each(ambientCases)('a service with %s has %i faults', (text, count) => {
    expect(ambientFaults(parseSource('src/api/X.ts', text))).toHaveLength(count);
  });

  it('finds a cycle', () => {
    const a = { ...parseSource('a', ''), imports: [{ specifier: './b', target: 'b', typeOnly: false, line: 1 }] };
    const b = { ...parseSource('b', ''), imports: [{ specifier: './a', target: 'a', typeOnly: false, line: 1 }] };
    expect(findCycles([a, b])).toEqual(['a → b → a']);
  });
});
