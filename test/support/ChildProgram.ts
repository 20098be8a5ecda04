/** A TypeScript program that a test runs, watches line by line, and kills: built once, started as often as needed. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A program that runs. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** Whole lines of its standard output so far; one that a kill broke off was not said. */
  readonly lines: readonly string[];
  /** Resolves with all lines once the process has ended. */
  readonly ended: Promise<readonly string[]>;
  /** Resolves when a line satisfies the test, or the process ends. */
  until(test: (line: string) => boolean): Promise<void>;
}

/** See the module header. */
export class ChildProgram {
  readonly #path: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(path: string) {
    this.#path = path;
  }

  /** Builds a program of the tests, given by its path. */
  static async build(entry: string): Promise<ChildProgram> {
    const name = `${basename(entry, '.ts')}-${process.pid}.mjs`;
    // Below node_modules, so that the packages that the program leaves out are found.
    const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../node_modules/.cache/papertape-test');
    const path = resolve(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    await build({
      entryPoints: [entry],
      outfile: path,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    return new ChildProgram(path);
  }

  /** Starts it with arguments; its errors go to the test's own. */
  start(...args: readonly string[]): RunningProgram {
    const child = spawn(process.execPath, [this.#path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.add(child);
    const lines: string[] = [];
    const watchers = new Set<() => void>();
    let partial = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (partial + text).split('\n');
      partial = parts.pop() ?? '';
      lines.push(...parts);
      for (const watcher of watchers) watcher();
    });
    const ended = new Promise<readonly string[]>((done) => {
      child.on('close', () => {
        this.#children.delete(child);
        done(lines);
      });
    });
    const until = (test: (line: string) => boolean): Promise<void> =>
      Promise.race([
        new Promise<void>((done) => {
          const watcher = (): void => {
            if (!lines.some(test)) return;
            watchers.delete(watcher);
            done();
          };
          watchers.add(watcher);
          watcher();
        }),
        ended.then(() => undefined),
      ]);
    return { child, lines, ended, until };
  }

  /** Kills what runs and removes the program. */
  dispose(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#path, { force: true });
  }
}

/** The number that the last line beginning with a word gives; 0 if there is none. */
export function numberAfter(lines: readonly string[], word: string): number {
  return Number(lines.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? 0);
}
