/**
 * How much work a randomised test does: a quick count in `npm test`, a long one in `npm run soak`. A test file
 * that imports this is found by the soak script and run by it.
 */

/** Whether this is a long run. */
export const isSoak = process.env['PAPERTAPE_SOAK'] === '1';

/** `quick` in a normal run, `long` in a soak run. */
export function soakCount(quick: number, long: number): number {
  return isSoak ? long : quick;
}
