/**
 * Checks the types of a strategy file with the TypeScript compiler, as strictly as a newcomer can bear: `strict`,
 * without the flags that only concern style. Neither DOM nor Node types are there, as in the kernel.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { INSTALLATION } from './installation.js';
import { faultAt } from './strategyRules.js';
import type { StrategyFault } from './strategyRules.js';

/** What the check found. */
export interface TypeCheck {
  readonly faults: readonly StrategyFault[];
  /** Absolute paths of the user's files that were read, types-only imports included. */
  readonly files: readonly string[];
}

const MAX_FAULTS = 20;

/** Checks `file` (an absolute path) and what it imports. Paths in faults are relative to `folder`. */
export function checkTypes(file: string, folder: string): TypeCheck {
  const options = compilerOptions();
  const program = ts.createProgram({ rootNames: [file], options });
  const own = program
    .getSourceFiles()
    .filter((source) => !program.isSourceFileDefaultLibrary(source) && !isInstallation(source.fileName));
  const diagnostics = own.flatMap((source) => [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ]);
  const errors = diagnostics.filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error);
  const faults = withoutEchoes(errors)
    .slice(0, MAX_FAULTS)
    .map((diagnostic) => asFault(diagnostic, folder));
  return { faults, files: own.map((source) => source.fileName) };
}

function compilerOptions(): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    strict: true,
    noImplicitOverride: false,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    paths: { papertape: [libraryTypes('index')], 'papertape/testing': [libraryTypes('testing')] },
  };
}

/** The declarations of the built package; from the sources when it is not built. */
function libraryTypes(entry: string): string {
  const built = join(INSTALLATION.root, 'dist', 'types', `${entry}.d.ts`);
  return INSTALLATION.built && existsSync(built) ? built : join(INSTALLATION.root, 'src', `${entry}.ts`);
}

function isInstallation(file: string): boolean {
  return ['dist', 'src', 'node_modules'].some((part) => file.startsWith(`${join(INSTALLATION.root, part)}/`));
}

/** Codes of the compiler: implicitly `any` by its own initializer, used before it, a class unlike its base. */
const [CIRCULAR, USED_BEFORE, UNFIT] = [7022, 2729, 2415];

/** The name of a field that is made by a method of the same name, `rsi = this.rsi(14)`, which it hides from itself. */
function selfMade({ code, file, start = 0 }: ts.Diagnostic): string | undefined {
  if (code !== CIRCULAR || file === undefined) return undefined;
  return /^(\w+)\s*=\s*this\.\1\(/.exec(file.text.slice(start))?.[1];
}

/** Leaves out what the compiler says besides of such a field: of its class, and of its initializer. */
function withoutEchoes(errors: readonly ts.Diagnostic[]): readonly ts.Diagnostic[] {
  const fields = new Set(errors.flatMap((error) => selfMade(error) ?? []));
  if (fields.size === 0) return errors;
  return errors.filter(({ code, file, start = 0, length = 0 }) => {
    if (code === UNFIT) return false;
    return code !== USED_BEFORE || !fields.has(file?.text.slice(start, start + length) ?? '');
  });
}

function asFault(diagnostic: ts.Diagnostic, folder: string): StrategyFault {
  const own = selfMade(diagnostic);
  const hint = `${own} is a method of Strategy: give the field another name, such as ${own}Line = this.${own}(…).`;
  const message =
    own !== undefined ? hint : ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ').replaceAll(/\s+/g, ' ');
  const { file, start = 0, length = 1 } = diagnostic;
  const sentence = /[.?!]$/.test(message) ? message : `${message}.`;
  if (file === undefined) return { file: '', line: 1, column: 1, length: 1, message: sentence, source: '' };
  return { ...faultAt(file, start, length, sentence), file: relative(folder, file.fileName) };
}
