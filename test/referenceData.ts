/**
 * Finds the reference data that some tests compare with; it is never part of the repository.
 * The folder is `PAPERTAPE_REFERENCE_DATA`, by default `../shared/data` beside the checkout.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(root, process.env['PAPERTAPE_REFERENCE_DATA'] ?? '../shared/data');

/** Whether the reference data is there. */
export const hasReferenceData = existsSync(join(folder, 'README.md'));

/** The absolute path of a file or folder of the reference data. */
export function referenceData(path: string): string {
  return join(folder, path);
}

/** A `describe` that is skipped, with the reason in its name, when the reference data is absent. */
export function describeWithReferenceData(name: string, body: () => void): void {
  if (hasReferenceData) describe(name, body);
  // The body is not run: vitest would collect it, and it reads the data.
  else
    describe.skip(`${name} (skipped: no reference data at ${folder})`, () => {
      it('has its data', () => {
        expect(hasReferenceData).toBe(true);
      });
    });
}
