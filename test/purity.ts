/**
 * Finds uses of time, randomness, environment and inexact arithmetic in a parsed file: everything in the kernel,
 * and outside it what must come through a port. The linter bans the plain forms too; this also sees the ones it
 * cannot express (`new Date()` without arguments, a `randomUUID` import).
 */
import ts from 'typescript';
import { lineOf } from './sourceFiles.js';
import type { SourceFile } from './sourceFiles.js';

const KERNEL_GLOBALS = new Set([
  'Date',
  'performance',
  'process',
  'console',
  'crypto',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis',
  'require',
  'Intl',
  'Buffer',
]);

/** Exact by the language standard; every other Math function may differ in its last digit between machines. */
const EXACT_MATH = new Set([
  'abs',
  'ceil',
  'floor',
  'round',
  'trunc',
  'sign',
  'min',
  'max',
  'sqrt',
  'imul',
  'clz32',
  'fround',
  'PI',
  'E',
  'LN2',
  'LN10',
  'SQRT2',
]);

/** Uses of what the kernel must not know, as sentences. */
export function kernelFaults(file: SourceFile): string[] {
  return faultsIn(file, (node) => {
    if (ts.isIdentifier(node) && KERNEL_GLOBALS.has(node.text) && isFreeName(node)) {
      return `the kernel may not use ${node.text}`;
    }
    if (ts.isPropertyAccessExpression(node) && node.expression.getText(file.syntax) === 'Math') {
      return EXACT_MATH.has(node.name.text) ? undefined : `the kernel may not use Math.${node.name.text}`;
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken) {
      const literal = ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right);
      return literal ? undefined : 'the kernel may not use ** on anything but literals';
    }
    if (ts.isAwaitExpression(node)) return 'the kernel is synchronous and may not await';
    return undefined;
  });
}

const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const PORTED = new Set(['Date.now', 'performance.now', 'Math.random', 'process.hrtime', 'crypto.randomUUID']);

/** Uses of clocks, timers, randomness and the environment, as sentences; for every folder outside the kernel. */
export function ambientFaults(file: SourceFile): string[] {
  return faultsIn(file, (node) => {
    if (ts.isNewExpression(node) && node.expression.getText(file.syntax) === 'Date') {
      return (node.arguments?.length ?? 0) === 0 ? 'new Date() reads the clock; take a Clock' : undefined;
    }
    if (ts.isPropertyAccessExpression(node)) {
      const text = node.getText(file.syntax);
      if (text === 'process.env') return 'only config/systemConfig.ts and the shells read the environment';
      return PORTED.has(text) ? `${text} must come through a port` : undefined;
    }
    if (ts.isIdentifier(node) && TIMERS.has(node.text) && isFreeName(node)) return `${node.text}: take a Clock`;
    if (ts.isImportSpecifier(node) && node.name.text === 'randomUUID') return 'randomUUID: take an id generator';
    return undefined;
  });
}

function faultsIn(file: SourceFile, faultOf: (node: ts.Node) => string | undefined): string[] {
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    const fault = faultOf(node);
    if (fault !== undefined) faults.push(`${file.path}:${lineOf(file.syntax, node)}: ${fault}`);
    ts.forEachChild(node, visit);
  };
  visit(file.syntax);
  return faults;
}

/** Whether an identifier stands for a variable, not for a property, a key or a declared name. */
function isFreeName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  return !(ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isParameter(parent));
}
