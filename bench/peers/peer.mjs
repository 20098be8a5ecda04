/** What every peer on Node shares. It is called and answers as peer.py says. */
import { readFileSync } from 'node:fs';

const [path, runs, text] = process.argv.slice(2);

/** As the benchmark gave them. */
export const settings = JSON.parse(text);
export const SHARES = 100;
/** Dollars. */
export const CASH = settings.cash ?? 10_000_000;

/** The first rows of the columns of the data, of which there are `count`. */
export function columns(count, rows) {
  const file = readFileSync(path);
  const all = new Float64Array(file.buffer, file.byteOffset, file.byteLength / 8);
  const length = all.length / count;
  return Array.from({ length: count }, (_, index) => all.subarray(index * length, index * length + rows));
}

/** Runs as often as asked, and prints. `run` gives a list of outcomes. */
export function measure(run) {
  const seconds = [];
  let outcomes;
  for (let turn = 0; turn < Number(runs); turn += 1) {
    const started = performance.now();
    outcomes = run();
    seconds.push((performance.now() - started) / 1000);
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`\n${JSON.stringify({ version: '0.3.0', seconds, outcomes, peakMiB })}\n`);
}
