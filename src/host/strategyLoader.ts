/**
 * Finds a strategy by a built-in name or loads a user's TypeScript file as it is: bundled, held to the rules of
 * strategy code, type-checked, then imported from the cache. A check that passed is not repeated while none of the
 * files changes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import { BUILT_IN_STRATEGIES, builtInStrategy } from '../strategies/registry.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { nearestName } from '../utils/nearestName.js';
import { makeFolder } from '../utils/makeFolder.js';
import { importStrategy } from './importStrategy.js';
import { INSTALLATION } from './installation.js';
import type { StrategyFault } from './strategyRules.js';
import type { StrategyWatch } from './StrategyWatch.js';

/** A strategy ready to run. */
export interface LoadedStrategy {
  /** The built-in name, or the file as it was given. */
  readonly name: string;
  readonly strategyClass: StrategyClass;
  /** SHA-256, hexadecimal, of what decides: the bundle's text, or built-in name and version. */
  readonly hash: string;
  /** The user's file; undefined for a built-in strategy. */
  readonly file: string | undefined;
  /** The bundled module for `importStrategy` in another thread; undefined for a built-in strategy. */
  readonly bundle: string | undefined;
}

/** Where strategies come from. */
export interface StrategyLoaderOptions {
  /** Relative files are meant from here. */
  readonly cwd: string;
  /** The data directory; bundles and passed checks go to `cache/strategies` in it. */
  readonly dataDir: string;
  /** Goes around the import, in which the user's file runs; absent: nothing does. */
  readonly importing?: StrategyWatch['importing'];
}

const LOOKS_LIKE_FILE = /[/\\]|\.[cm]?[jt]s$/;

/**
 * Loads the strategy that a user names. Throws `STRATEGY_UNKNOWN` for no such name or file, `STRATEGY_INVALID` with
 * each place and its source line for a file with mistakes.
 */
export async function loadStrategy(nameOrFile: string, options: StrategyLoaderOptions): Promise<LoadedStrategy> {
  const builtIn = builtInStrategy(nameOrFile);
  if (builtIn !== undefined) {
    const hash = sha256(`${nameOrFile}@${INSTALLATION.version}`);
    return { name: nameOrFile, strategyClass: builtIn, hash, file: undefined, bundle: undefined };
  }
  const file = resolve(options.cwd, nameOrFile);
  if (!LOOKS_LIKE_FILE.test(nameOrFile) || !existsSync(file)) throw unknownStrategy(nameOrFile, options.cwd);
  const text = readStrategyFile(nameOrFile, file);
  // Behind a link: the file's own imports are meant from where it lies, and the link's place is none of its identity.
  const target = realpathSync(file);
  const { bundle, hash } = await compile(nameOrFile, target, text, join(options.dataDir, 'cache', 'strategies'));
  const work = (): Promise<StrategyClass> => importStrategy(bundle, nameOrFile);
  const strategyClass = await (options.importing === undefined ? work() : options.importing(work, nameOrFile));
  return { name: nameOrFile, strategyClass, hash, file, bundle };
}

function readStrategyFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PapertapeError('STRATEGY_INVALID', `The strategy file ${name} cannot be read.`, {
      remedy: 'Name a TypeScript file that you may read.',
      cause: error,
    });
  }
}

async function compile(
  name: string,
  file: string,
  text: string,
  cache: string,
): Promise<{ readonly bundle: string; readonly hash: string }> {
  // Both compilers are large; a built-in strategy needs neither.
  const { bundleStrategy } = await import('./strategyBundle.js');
  const outcome = await bundleStrategy(file);
  if (!outcome.ok) throw invalidStrategy(name, outcome.faults);
  const bundle = join(cache, `${outcome.hash}.mjs`);
  const passed = join(cache, `${sha256(`${file}\0${checkerVersion()}`)}.checked.json`);
  if (!stillPasses(passed)) {
    const { findRuleFaults } = await import('./strategyRules.js');
    const folder = dirname(file);
    const ruleFaults = outcome.inputs.flatMap((input) =>
      findRuleFaults(input, input === basename(file) ? text : readFileSync(join(folder, input), 'utf8')),
    );
    if (ruleFaults.length > 0) throw invalidStrategy(name, ruleFaults);
    const { checkTypes } = await import('./strategyTypes.js');
    const types = checkTypes(file, folder);
    if (types.faults.length > 0) throw invalidStrategy(name, types.faults);
    const files = Object.fromEntries(types.files.map((path) => [path, sha256(readFileSync(path, 'utf8'))]));
    writeWhole(passed, JSON.stringify(files));
  }
  if (!existsSync(bundle)) writeWhole(bundle, outcome.code + outcome.sourceMap);
  return { bundle, hash: outcome.hash };
}

/** What a passed check depends on besides the user's files. */
function checkerVersion(): string {
  const types = join(INSTALLATION.root, INSTALLATION.built ? 'dist/types/index.d.ts' : 'src/index.ts');
  return `${INSTALLATION.version} ${existsSync(types) ? statSync(types).mtimeMs : 0}`;
}

/** Whether a check was passed by exactly the files that are there now. */
function stillPasses(passed: string): boolean {
  if (!existsSync(passed)) return false;
  try {
    const files: unknown = JSON.parse(readFileSync(passed, 'utf8'));
    if (typeof files !== 'object' || files === null) return false;
    return Object.entries(files).every(([path, hash]) => sha256(readFileSync(path, 'utf8')) === hash);
  } catch {
    // A file is gone or the note is damaged: check again.
    return false;
  }
}

/** Keeps the text of a bundle that came from elsewhere. Throws `DATA_DIR_UNUSABLE`. */
export function writeBundle(path: string, text: string): void {
  writeWhole(path, text);
}

/** Writes a file so that nobody ever reads half of it. */
function writeWhole(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    throw new PapertapeError('DATA_DIR_UNUSABLE', `The data directory cannot be written: ${dirname(path)}.`, {
      remedy: 'Give a directory that you may write with --data-dir or PAPERTAPE_DATA_DIR.',
      cause: error,
    });
  }
}

function unknownStrategy(name: string, cwd: string): PapertapeError {
  const isFile = LOOKS_LIKE_FILE.test(name);
  const folder = isFile ? dirname(resolve(cwd, name)) : cwd;
  const files = strategyFiles(folder).map((file) => (isFile ? join(dirname(name), file) : `./${file}`));
  const wanted = basename(name)
    .replace(/\.[cm]?[jt]s$/, '')
    .toLowerCase();
  const known = [...Object.keys(BUILT_IN_STRATEGIES), ...files];
  const near = known.find((other) => basename(other, '.ts').toLowerCase() === wanted);
  const what = isFile ? `There is no strategy file ${name}.` : `There is no strategy called ${name}.`;
  const all = `Built in: ${Object.keys(BUILT_IN_STRATEGIES).join(', ')}; or give a file such as ./MyStrategy.ts.`;
  return new PapertapeError('STRATEGY_UNKNOWN', what, {
    remedy: near === undefined ? suggestion(name, known, all) : `Did you mean ${near}?`,
  });
}

function suggestion(name: string, known: readonly string[], otherwise: string): string {
  const near = nearestName(name, known);
  return near === undefined ? otherwise : `Did you mean ${near}? ${otherwise}`;
}

function strategyFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file));
  } catch {
    // There is no such folder, hence no file in it to suggest.
    return [];
  }
}

function invalidStrategy(name: string, faults: readonly StrategyFault[]): PapertapeError {
  const count = faults.length === 1 ? 'an error' : `${faults.length} errors`;
  return new PapertapeError('STRATEGY_INVALID', [`${name} has ${count}.`, ...faults.map(describeFault)].join('\n'), {
    remedy: 'Correct the file and run the command again.',
  });
}

/** Place and message, the source line, and carets below what is meant. */
function describeFault(fault: StrategyFault): string {
  const number = String(fault.line);
  const margin = ' '.repeat(number.length);
  // Tabs stay tabs, so that the carets stand where the terminal shows the columns.
  const indent = fault.source.slice(0, fault.column - 1).replaceAll(/[^\t]/g, ' ');
  return [
    `${fault.file}:${number}:${fault.column}  ${fault.message}`,
    `  ${number} | ${fault.source}`,
    `  ${margin} | ${indent}${'^'.repeat(fault.length)}`,
  ].join('\n');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
