/**
 * What strategy code may not do (K4): read a clock, draw unseeded randomness, set timers, touch the process, the
 * disk or the network, wait for promises. A strategy that does is not reproducible, so its file is refused with
 * the place. This catches mistakes, not malice: a strategy runs with the rights of its user.
 */
import ts from 'typescript';

/** One thing that keeps a strategy file from being loaded. Line and column start at 1. */
export interface StrategyFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many columns are meant. */
  readonly length: number;
  readonly message: string;
  /** The source line. */
  readonly source: string;
}

const EVENT_TIME = 'use ctx.now, the time of the event';
const TIMER = 'use ctx.setTimer, which follows event time';
const OUTSIDE = 'a strategy sees only its context';
const NO_PROMISES = 'hooks are synchronous';

/** Free names that are refused, with what to do instead. */
const REFUSED_NAMES: Readonly<Record<string, string>> = {
  Date: EVENT_TIME,
  performance: EVENT_TIME,
  Temporal: EVENT_TIME,
  Intl: 'its results differ between machines',
  setTimeout: TIMER,
  setInterval: TIMER,
  setImmediate: TIMER,
  queueMicrotask: TIMER,
  clearTimeout: TIMER,
  clearInterval: TIMER,
  Promise: NO_PROMISES,
  process: 'use parameters (this.p) for settings',
  console: 'use ctx.log, which the page shows',
  crypto: 'decisions must be repeatable',
  fetch: OUTSIDE,
  WebSocket: OUTSIDE,
  XMLHttpRequest: OUTSIDE,
  require: 'use import of your own files and of papertape',
  globalThis: OUTSIDE,
  global: OUTSIDE,
  window: OUTSIDE,
  eval: OUTSIDE,
  Function: OUTSIDE,
  SharedArrayBuffer: OUTSIDE,
  Atomics: OUTSIDE,
  WeakRef: 'garbage collection is not repeatable',
  FinalizationRegistry: 'garbage collection is not repeatable',
};

/** The faults of one source file, in order. */
export function findRuleFaults(file: string, text: string): readonly StrategyFault[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const declared = declaredNames(source);
  const faults: StrategyFault[] = [];
  const faultOf = (node: ts.Node, message: string): StrategyFault =>
    faultAt(source, node.getStart(source), node.getWidth(source), message);
  const refuse = (node: ts.Node, what: string, instead: string): void => {
    faults.push(faultOf(node, `${what} is not for strategies: ${instead}.`));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIdentifier(node) && isFreeName(node) && !declared.has(node.text)) {
      const instead = Object.hasOwn(REFUSED_NAMES, node.text) ? REFUSED_NAMES[node.text] : undefined;
      if (instead !== undefined) refuse(node, node.text, instead);
      if (node.text === 'Math' && !isPlainMember(node))
        refuse(node, 'Math as a value', 'call its functions as Math.name');
    }
    if (
      ts.isPropertyAccessExpression(node) &&
      node.name.text === 'random' &&
      node.expression.getText(source) === 'Math'
    ) {
      refuse(node, 'Math.random', 'decisions must be repeatable');
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const why = refusedImport(node.moduleSpecifier.text);
      if (why !== undefined) faults.push(faultOf(node.moduleSpecifier, why));
    }
    if (ts.isAwaitExpression(node)) refuse(node, 'await', NO_PROMISES);
    if (ts.canHaveModifiers(node)) {
      const modifier = ts.getModifiers(node)?.find((candidate) => candidate.kind === ts.SyntaxKind.AsyncKeyword);
      if (modifier !== undefined) refuse(modifier, 'async', NO_PROMISES);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      refuse(node, 'import()', 'import at the top of the file');
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      refuse(node, 'import.meta', OUTSIDE);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** Why a strategy file may not import `specifier`; undefined if it may. */
export function refusedImport(specifier: string): string | undefined {
  if (specifier === 'papertape' || /^\.{1,2}\//.test(specifier)) return undefined;
  if (specifier === 'papertape/testing')
    return 'papertape/testing is for tests; a strategy imports from papertape only.';
  if (specifier.startsWith('node:')) return `A strategy may not use ${specifier}: it sees only its context.`;
  return `A strategy may not import the package ${specifier}: only papertape and its own files (./…).`;
}

/** A fault at an offset of a parsed file. */
export function faultAt(source: ts.SourceFile, start: number, length: number, message: string): StrategyFault {
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const text = source.text.split(/\r?\n/)[line] ?? '';
  return {
    file: source.fileName,
    line: line + 1,
    column: character + 1,
    length: Math.max(1, Math.min(length, text.length - character)),
    message,
    source: text,
  };
}

/** Names that the file itself declares or imports anywhere; they hide the globals of the same name. */
function declaredNames(source: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const named =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node);
    if (named && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** Whether an identifier stands for a variable, not for a property, a key or a declared name. */
function isFreeName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  return !(
    ts.isMethodDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isGetAccessorDeclaration(parent) ||
    ts.isSetAccessorDeclaration(parent)
  );
}

function isPlainMember(node: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node;
}
