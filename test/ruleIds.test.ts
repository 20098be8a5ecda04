/**
 * The ids of market rules (R), modelling traps (M) and faults of orders (F) that tests must carry: each stands in the
 * title of at least one test or of the group that it is in. `F31–F33` carries all three.
 */
import ts from 'typescript';
import { expect, it } from 'vitest';
import { isTestPath, listPaths, readSource } from './sourceFiles.js';

const WANTED: readonly (readonly [letter: string, first: number, last: number])[] = [
  ['R', 1, 24],
  ['M', 1, 14],
  ['F', 26, 43],
  ['F', 56, 59],
];

const TITLED = new Set(['it', 'test', 'describe']);

/** Every string that can be a title: the first argument of a test or group, and the rows that `each` is given. */
function titlesOf(syntax: ts.SourceFile): string[] {
  const titles: string[] = [];
  const addText = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) titles.push(node.text);
    if (ts.isTemplateExpression(node))
      titles.push([node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join(''));
  };
  const visit = (node: ts.Node): void => {
    // Tables of rows whose first cell is the title stand in arrays of arrays, or have it as `name`.
    if (ts.isArrayLiteralExpression(node) && node.elements.length > 1 && node.elements[0] !== undefined) {
      addText(node.elements[0]);
    }
    if (ts.isPropertyAssignment(node) && node.name.getText(syntax) === 'name') addText(node.initializer);
    if (ts.isCallExpression(node) && node.arguments[0] !== undefined && isTitled(node.expression)) {
      addText(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return titles;
}

/** `it`, `describe.each(rows)`, `it.skipIf(reason)`, `describeWithReferenceData`, and the like. */
function isTitled(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression)) return TITLED.has(expression.text) || expression.text.startsWith('describe');
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return isTitled(expression.expression);
  return false;
}

/** The ids in a title, ranges written out. */
function idsIn(title: string): string[] {
  return [...title.matchAll(/\b([RMF])(\d{1,2})(?:[–-]\1?(\d{1,2}))?\b/g)].flatMap(([, letter = '', from = '', to]) => {
    const first = Number(from);
    const last = to === undefined ? first : Number(to);
    return Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => `${letter}${first + index}`);
  });
}

it('every rule, trap and fault that must be tested is named by a test', () => {
  const paths = ['src', 'test']
    .flatMap((folder) => listPaths(folder, /\.ts$/))
    .filter((path) => {
      // Conformance suites are tests that several files run.
      return isTestPath(path) || path.startsWith('test/');
    });
  const found = new Set(paths.flatMap((path) => titlesOf(readSource(path).syntax).flatMap(idsIn)));
  const missing = WANTED.flatMap(([letter, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`),
  ).filter((id) => !found.has(id));
  expect(missing).toEqual([]);
});
