/**
 * Holds every source file to the limits of CONTRIBUTING.md that neither the formatter nor the linter knows:
 * length, a module header, no unfinished business, no paths of anybody's machine, no focused tests. The list of
 * exceptions may only shrink: an entry that is no longer needed, or larger than needed, fails.
 */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isTestPath, lineOf, listPaths, projectRoot, readSource } from './sourceFiles.js';

const MAX_LINES = 500;
const MAX_TEST_LINES = 800;
const MAX_COLUMNS = 120;
// Six lines are enough for most; a file that defines a format on disk or on the wire draws it here.
const MAX_HEADER_LINES = 16;
const FEWEST_FILES = 30;

/** Files that may be longer, with the limit each must keep and the reason. */
const LONGER_FILES: Readonly<Record<string, { readonly limit: number; readonly reason: string }>> = {};

/** Whether a line holds what the formatter cannot break: an address, or the class list of a page's element. */
function isUnbreakable(path: string, line: string): boolean {
  const longestString = Math.max(...line.split(/['"`]/).map((part) => part.length));
  return /https?:\/\//.test(line) || (path.endsWith('.tsx') && longestString > MAX_COLUMNS / 2);
}

interface TextFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const CODE = /\.(ts|tsx|mjs)$/;
const files: readonly TextFile[] = ['src', 'test', 'bench', 'scripts', 'bin', 'frontend', 'examples']
  .flatMap((folder) => listPaths(folder, CODE))
  .concat(listPaths('.', CODE).filter((path) => !path.includes('/')))
  .map((path) => {
    const text = readFileSync(join(projectRoot, path), 'utf8');
    return { path, text, lines: text.replace(/\n$/, '').split('\n') };
  });
const documents = [...listPaths('docs', /\.md$/), ...listPaths('.', /\.md$/).filter((path) => !path.includes('/'))];

/** Each fault of each file as `path:line: message`. */
function faultsOf(check: (file: TextFile) => readonly string[], among: readonly TextFile[] = files): string[] {
  return among.flatMap(check);
}

/** Lines that match a pattern, as faults. */
function matching(pattern: RegExp, message: string): (file: TextFile) => string[] {
  return ({ path, lines }) =>
    lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${message}`] : []));
}

// Built from parts so that this file does not contain what it forbids.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
const FOCUSED = new RegExp(`\\b(it|test|describe|suite)\\.${'on' + 'ly'}\\b`);
const SUPPRESSED = new RegExp(`@ts-${'(ignore|nocheck|expect-error)'}`);
const MACHINE_PATH = new RegExp(
  `(^|[\\s'"\`(=])/(${['wo' + 'rk', 'ho' + 'me', 'Us' + 'ers', 'ro' + 'ot'].join('|')})/\\w`,
);

describe('every source file', () => {
  it('is found', () => {
    expect(files.length).toBeGreaterThanOrEqual(FEWEST_FILES);
  });

  it('is short enough', () => {
    const faults = faultsOf(({ path, lines }) => {
      const limit = LONGER_FILES[path]?.limit ?? (isTestPath(path) ? MAX_TEST_LINES : MAX_LINES);
      return lines.length > limit ? [`${path}: ${lines.length} lines, at most ${limit}; split it by concept`] : [];
    });
    expect(faults).toEqual([]);
  });

  it('keeps to the line length', () => {
    const faults = faultsOf(({ path, lines }) =>
      lines.flatMap((line, index) =>
        line.length > MAX_COLUMNS && !isUnbreakable(path, line) ? [`${path}:${index + 1}: ${line.length} columns`] : [],
      ),
    );
    expect(faults).toEqual([]);
  });

  it('starts with a comment that says what it is for', () => {
    const faults = faultsOf(({ path, text }) => {
      if (/\.test\.tsx?$/.test(path)) return []; // the outermost `describe` says it
      const header = /^(?:#![^\n]*\n)?(?:\/\/\/[^\n]*\n)*\s*\/\*\*([\s\S]*?)\*\//.exec(text);
      if (header === null) return [`${path}: no module header`];
      const length = (header[1] ?? '').trim().split('\n').length;
      return length > MAX_HEADER_LINES ? [`${path}: header of ${length} lines, at most ${MAX_HEADER_LINES}`] : [];
    });
    expect(faults).toEqual([]);
  });

  it('has no unfinished business', () => {
    expect(faultsOf(matching(UNFINISHED, 'unfinished business'))).toEqual([]);
  });

  it('focuses no test and suppresses no type error', () => {
    const focused = faultsOf(matching(FOCUSED, 'focused test'));
    expect([...focused, ...faultsOf(matching(SUPPRESSED, 'suppressed type error'))]).toEqual([]);
  });

  it('names no path of a particular machine', () => {
    const texts = documents.map((path) => {
      const text = readFileSync(join(projectRoot, path), 'utf8');
      return { path, text, lines: text.split('\n') };
    });
    expect(faultsOf(matching(MACHINE_PATH, 'path of a particular machine'), [...files, ...texts])).toEqual([]);
  });
});

/**
 * Exported declarations without a doc comment, as faults. One comment serves declarations on adjoining lines:
 * overloads, and constants that are explained together.
 */
function undocumentedExports(path: string): string[] {
  const { syntax } = readSource(path);
  const faults: string[] = [];
  let previous = { endLine: -1, documented: false };
  for (const statement of syntax.statements) {
    const line = lineOf(syntax, statement);
    const adjoining = line === previous.endLine + 1 && previous.documented;
    const documented = adjoining || hasDocComment(syntax, statement);
    const exported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (exported === true && !documented) faults.push(`${path}:${line}: exported without a doc comment`);
    previous = { endLine: syntax.getLineAndCharacterOfPosition(statement.end).line + 1, documented };
  }
  return faults;
}

/** Whether a doc comment stands before a statement; the first one of a file is its header and does not count. */
function hasDocComment(syntax: ts.SourceFile, statement: ts.Statement): boolean {
  const comments = ts.getLeadingCommentRanges(syntax.text, statement.getFullStart()) ?? [];
  return comments.some(({ pos }, index) => {
    const isHeader = statement.getFullStart() === 0 && index === 0;
    return syntax.text.startsWith('/**', pos) && !isHeader;
  });
}

describe('every exported symbol', () => {
  it('has a doc comment', () => {
    const paths = [...listPaths('src', /\.ts$/), ...listPaths('frontend/src', /\.tsx?$/)];
    expect(paths.filter((path) => !isTestPath(path)).flatMap(undocumentedExports)).toEqual([]);
  });
});

describe('the list of longer files', () => {
  it('only shrinks', () => {
    const faults = Object.entries(LONGER_FILES).flatMap(([path, { limit }]) => {
      const file = files.find((candidate) => candidate.path === path);
      if (file === undefined) return [`${path} is gone`];
      const usual = isTestPath(path) ? MAX_TEST_LINES : MAX_LINES;
      if (file.lines.length <= usual) return [`${path} needs no exception`];
      return file.lines.length < limit - 20 ? [`${path}: lower its limit to ${file.lines.length}`] : [];
    });
    expect(faults).toEqual([]);
  });
});
