/**
 * The one place where a failure becomes text: a sentence, what to do, the code. Bad input never shows a stack
 * trace; for faults of Papertape itself the details go to a file that the message names.
 */
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import type { ErrorCode } from '../domain/errors.js';
import type { Terminal } from './terminal.js';

/** Codes that mean that the command itself was wrong. */
const WRONG_USAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USAGE',
  'CONFIG_INVALID',
  'DATE_RANGE_INVALID',
  'SYMBOL_INVALID',
  'STRATEGY_UNKNOWN',
  'STRATEGY_PARAMETER_INVALID',
  'PRESET_UNKNOWN',
  'CALENDAR_RANGE',
]);

/** Exit codes of the program. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The exit code that an error ends the program with: 2 if the command was wrong, else 1. */
export function exitCodeOf(error: PapertapeError): number {
  return WRONG_USAGE.has(error.code) ? EXIT.usage : EXIT.failed;
}

/** Any thrown value as an error with a code; what is unknown becomes `INTERNAL` and its details go to a file. */
export function asPapertapeError(thrown: unknown): PapertapeError {
  if (thrown instanceof PapertapeError) return thrown;
  const file = writeDetails(thrown);
  const what = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
  return new PapertapeError('INTERNAL', `Something went wrong inside Papertape: ${what ?? 'no details'}.`, {
    remedy: file === undefined ? 'Please report it.' : `Please report it with the details in ${file}.`,
    cause: thrown,
  });
}

/** An error as a JSON value. */
export function describeError({ code, message, remedy }: PapertapeError): Readonly<Record<string, string>> {
  return { code, message, ...(remedy === undefined ? {} : { remedy }) };
}

/** Writes an error for people to standard error, and with `json` as a document to standard output. */
export function renderError(error: PapertapeError, terminal: Terminal, json: boolean): void {
  const { code, message, remedy } = error;
  if (json) terminal.out(`${JSON.stringify({ error: describeError(error) })}\n`);
  const c = terminal.errColours;
  const [sentence = '', ...rest] = message.split('\n');
  const lines = [`${c.red(c.bold('✖'))} ${c.bold(sentence)}`, ...rest.map((line) => `  ${line}`)];
  if (remedy !== undefined)
    lines.push(...remedy.split('\n').map((line, i) => `  ${i === 0 ? c.cyan('→') : ' '} ${line}`));
  lines.push(c.dim(`  ${code}`));
  terminal.err(`${lines.join('\n')}\n`);
}

function writeDetails(thrown: unknown): string | undefined {
  const file = join(tmpdir(), 'papertape-errors.log');
  const details = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  try {
    appendFileSync(file, `${new Date().toISOString()} ${process.argv.slice(2).join(' ')}\n${details}\n\n`, {
      mode: 0o600,
    });
    return file;
  } catch {
    // The message itself has to do where not even a temporary file can be written.
    return undefined;
  }
}
