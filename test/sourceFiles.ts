/**
 * Reads the source tree for the tests that check its shape: every file with its text and its imports, found by
 * parsing, not by pattern, so that neither a comment nor a string can look like an import.
 */
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The absolute path of the project. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** One import or re-export. */
export interface SourceImport {
  /** The specifier as written. */
  readonly specifier: string;
  /** Path of the imported file relative to the project, if the specifier is relative and the file exists. */
  readonly target: string | undefined;
  /** Whether only types are imported. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** One parsed file; `path` is relative to the project, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly syntax: ts.SourceFile;
  readonly imports: readonly SourceImport[];
}

const IGNORED_FOLDERS = new Set(['node_modules', 'dist', '.git']);

/** Paths of all files below `folder` (relative to the project) whose name fits `pattern`, sorted. */
export function listPaths(folder: string, pattern: RegExp): readonly string[] {
  const start = join(projectRoot, folder);
  if (!existsSync(start)) return [];
  const paths: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) {
        if (!IGNORED_FOLDERS.has(entry.name)) visit(child);
      } else if (pattern.test(entry.name)) {
        paths.push(relative(projectRoot, child).split(sep).join('/'));
      }
    }
  };
  visit(start);
  return paths.sort();
}

/** Whether the path is a test or a helper that only tests use. */
export function isTestPath(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /(^|\/)(test|testing|fixtures)\//.test(path);
}

/** Parses a file of the project. */
export function readSource(path: string): SourceFile {
  return parseSource(path, readFileSync(join(projectRoot, path), 'utf8'));
}

/** Parses `text` as if it were the file at `path`. */
export function parseSource(path: string, text: string): SourceFile {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, kind);
  return { path, text, syntax, imports: collectImports(path, syntax) };
}

/** One-based line of a node. */
export function lineOf(syntax: ts.SourceFile, node: ts.Node): number {
  return syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1;
}

function collectImports(path: string, syntax: ts.SourceFile): readonly SourceImport[] {
  const imports: SourceImport[] = [];
  const add = (node: ts.Node, specifier: ts.Expression | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const text = specifier.text;
    imports.push({ specifier: text, target: resolveTarget(path, text), typeOnly, line: lineOf(syntax, node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importsOnlyTypes(node));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, ts.isStringLiteral(node.argument.literal) ? node.argument.literal : undefined, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return imports;
}

function importsOnlyTypes(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

/** The TypeScript source behind a relative specifier with a `.js` extension, or one as Vite resolves it. */
function resolveTarget(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = join(dirname(path), specifier).split(sep).join('/');
  const stem = base.replace(/\.jsx?$/, '');
  const candidates = [`${stem}.ts`, `${stem}.tsx`, base, `${base}/index.ts`, `${base}/index.tsx`];
  return candidates.find((candidate) => /\.[a-z]+$/.test(candidate) && existsSync(join(projectRoot, candidate)));
}
