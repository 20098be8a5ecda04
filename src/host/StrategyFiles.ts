/**
 * The user's strategy files that the page offers: TypeScript files in the working directory and in its
 * `strategies/` folder that extend `Strategy`. They are loaded (checked and compiled) when they are new or changed;
 * one with mistakes is left out, and its mistakes are told once.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StrategyClass } from '../strategies/Strategy.js';
import { loadStrategy, type StrategyLoaderOptions } from './strategyLoader.js';

const FOLDERS = ['.', 'strategies'];
const IS_SOURCE = /^[^.].*(?<!\.test|\.spec|\.d|\.config)\.ts$/;
/** A file without this is no strategy, and is not loaded to find out. */
const IS_STRATEGY = /\bextends\s+Strategy\b/;
/** More files than this are not looked at: the working directory is then no place for strategies. */
const MOST_FILES = 200;

/** See the module header. */
export class StrategyFiles {
  readonly #options: StrategyLoaderOptions;
  readonly #onFault: (name: string, error: unknown) => void;
  readonly #known = new Map<string, StrategyClass>();
  /** When each file was last changed as it was last looked at, strategies or not. */
  readonly #seen = new Map<string, number>();
  #refreshing: Promise<void> | undefined;

  constructor(options: StrategyLoaderOptions, onFault: (name: string, error: unknown) => void) {
    this.#options = options;
    this.#onFault = onFault;
  }

  /** What is known now, by the name that starts it (`./MyIdea.ts`). Looks for changes in the background. */
  known(): ReadonlyMap<string, StrategyClass> {
    void this.refresh();
    return this.#known;
  }

  /** Looks at the folders; resolves when every new or changed file has been loaded. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #look(): Promise<void> {
    const there = new Set<string>();
    for (const name of this.#sources()) {
      there.add(name);
      const path = join(this.#options.cwd, name);
      try {
        const changedAt = statSync(path).mtimeMs;
        if (this.#seen.get(name) === changedAt) continue;
        this.#seen.set(name, changedAt);
        this.#known.delete(name);
        if (!IS_STRATEGY.test(readFileSync(path, 'utf8'))) continue;
        this.#known.set(name, (await loadStrategy(name, this.#options)).strategyClass);
      } catch (error) {
        this.#onFault(name, error);
      }
    }
    for (const name of this.#known.keys()) if (!there.has(name)) this.#known.delete(name);
  }

  #sources(): string[] {
    const names: string[] = [];
    for (const folder of FOLDERS) {
      let files: string[];
      try {
        files = readdirSync(join(this.#options.cwd, folder)).filter((file) => IS_SOURCE.test(file));
      } catch {
        // There is no such folder, or it may not be read: it offers nothing.
        continue;
      }
      if (files.length > MOST_FILES) continue;
      for (const file of files.sort()) names.push(folder === '.' ? `./${file}` : `./${folder}/${file}`);
    }
    return names;
  }
}
