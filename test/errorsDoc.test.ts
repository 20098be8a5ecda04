/**
 * Keeps docs/errors.md equal to the registries in the code: the same codes and reasons, in the same order, with
 * the same meanings, so that the page a user looks a code up on can never be behind the program.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/domain/errors.js';
import { DENIAL_REASONS, REJECTION_REASONS } from '../src/domain/refusals.js';
import { DOOR_REASONS } from '../src/domain/venueDesk.js';
import { projectRoot } from './sourceFiles.js';

const text = readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8');

/** The rows of the table under a heading: cells without the backticks, header and rule left out. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/errors.md has no section "${heading}"`);
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

describe('docs/errors.md', () => {
  it('lists every error code with its meaning and whether trying again helps', () => {
    const expected = Object.entries(ERRORS).map(([code, { meaning, retryable }]) => [
      code,
      meaning,
      retryable ? 'yes' : 'no',
    ]);
    expect(tableUnder('Error codes')).toEqual(expected);
  });

  it('lists every reason for which Papertape denies an order, by precedence', () => {
    expect(tableUnder('Denied: reasons of the risk checks')).toEqual(Object.entries(DENIAL_REASONS));
  });

  it('lists every reason for which the venue rejects an order, by precedence', () => {
    expect(tableUnder('Rejected: reasons of the venue')).toEqual(Object.entries(REJECTION_REASONS));
  });

  it('lists every reason for which the desk refuses a request at the door', () => {
    expect(tableUnder("Refused at the door: reasons of the venue's desk")).toEqual(Object.entries(DOOR_REASONS));
  });
});
