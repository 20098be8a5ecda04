/**
 * `npm run bench`: compiles bench/*.bench.ts, runs each file in a process of its own with the V8 flags of the
 * program, prints a table and writes bench/results/latest.json. Arguments choose files by name:
 * `npm run bench -- backtest-single`. `--json` prints the JSON instead of the table; `--gate` fails if a case
 * is slower than its promise (off by default: one run on a busy machine proves nothing).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { V8_FLAGS } from '../bin/v8Flags.mjs';
import { buildServer } from './lib/build.mjs';
import { keepConstantsIn } from './lib/constants.mjs';
import { listFiles } from './lib/fingerprint.mjs';
import { peerVariables } from './lib/peers.mjs';
import { ROOT, ensureInstalled, fail, run, say } from './lib/project.mjs';

const OUTPUT = join(ROOT, 'dist/bench');
const RESULTS = join(ROOT, 'bench/results');
const CALIBRATION = 'calibration';
const K1_ROWS = 5_000_000;

const options = new Set(process.argv.slice(2).filter((arg) => arg.startsWith('--')));
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));

ensureInstalled();
// Threads of a program under measurement run the built entries.
await buildServer();
const compiled = await compile();
const chosen = compiled.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length === 0) fail(`No benchmark matches; there are: ${compiled.map(({ name }) => name).join(', ')}.`);
const calibration = compiled.filter(({ name }) => name === CALIBRATION);
const order = [...calibration, ...chosen.filter(({ name }) => name !== CALIBRATION)];
const results = order.flatMap(runFile);
const k1Ms = results.find(({ name }) => name === 'calibration/k1')?.medianMs;
const report = {
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()}-${arch()}`,
  },
  versions: { papertape: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version, ...engineVersions() },
  v8Flags: V8_FLAGS,
  k1Ms,
  results: results.map((result) => ({ ...result, k1Per5M: k1Ms && inK1(result, k1Ms) })),
};
mkdirSync(RESULTS, { recursive: true });
writeFileSync(join(RESULTS, 'latest.json'), `${JSON.stringify(report, undefined, 2)}\n`);
process.stdout.write(options.has('--json') ? `${JSON.stringify(report, undefined, 2)}\n` : table(report));
const slow = results.filter((result) => result.gatePerSecond !== undefined && !isMet(result));
if (options.has('--gate') && slow.length > 0) fail(`Slower than promised: ${slow.map(({ name }) => name).join(', ')}.`);

async function compile() {
  const { build } = await import('esbuild');
  const files = listFiles(['bench'], (path) => path.endsWith('.bench.ts'));
  // Programs that a benchmark talks to from outside.
  const servers = listFiles(['bench/servers'], (path) => path.endsWith('.ts'));
  rmSync(OUTPUT, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries([
      ...files.map((file) => [basename(file, '.bench.ts'), file]),
      ...servers.map((file) => [`servers/${basename(file, '.ts')}`, file]),
    ]),
    outdir: OUTPUT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  });
  const outputs = files
    .map((file) => basename(file, '.bench.ts'))
    .map((name) => ({ name, file: join(OUTPUT, `${name}.js`) }));
  keepConstantsIn(outputs.map(({ file }) => file));
  return outputs;
}

function runFile({ name, file }) {
  say(`Running ${name} …`);
  const output = join(OUTPUT, `${name}.json`);
  const child = join(ROOT, 'scripts/lib/benchChild.mjs');
  const env = { ...process.env, ...peerVariables() };
  if (run(process.execPath, [...V8_FLAGS, child, file, output], { env }) !== 0) fail(`The benchmark ${name} failed.`);
  return JSON.parse(readFileSync(output, 'utf8'));
}

function inK1({ work, medianMs }, k1Ms) {
  return (medianMs / work) * (K1_ROWS / k1Ms);
}

function engineVersions() {
  return { node: process.versions.node, v8: process.versions.v8 };
}

function table({ machine, versions, k1Ms, results: rows }) {
  const header = [
    'case',
    'work',
    'first',
    'median',
    'best',
    'spread',
    'per second',
    'K1/5M',
    'GC/M',
    'peak',
    'gate',
    'ours is',
    'note',
  ];
  const lines = rows.map((row) => [
    row.name,
    `${thousands(row.work)} ${row.unit}`,
    ms(row.firstRunMs),
    ms(row.medianMs),
    ms(row.bestMs),
    `${(row.spread * 100).toFixed(0)} %`,
    thousands(row.perSecond),
    row.k1Per5M ? row.k1Per5M.toFixed(1) : '–',
    row.scavengesPerMillion.toFixed(1),
    row.peakMiB === undefined ? '–' : `${thousands(row.peakMiB)} MiB`,
    gate(row),
    row.ratio === undefined ? '' : `${row.ratio.toFixed(row.ratio < 10 ? 1 : 0)}×`,
    row.note ?? '',
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column].length)));
  const format = (line) => line.map((cell, column) => cell.padEnd(widths[column])).join('  ');
  const { cpu, cores, memoryGiB } = machine;
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${versions.node}, K1 ${k1Ms ? ms(k1Ms) : '–'}`,
    '',
    format(header),
    ...lines.map(format),
    '',
  ].join('\n');
}

function isMet({ gatePerSecond, perSecond, p99 }) {
  return perSecond >= gatePerSecond && (p99 === undefined || p99.ms <= p99.gateMs);
}

function gate(result) {
  const { gatePerSecond, p99 } = result;
  if (gatePerSecond === undefined) return '–';
  const waits = p99 === undefined ? '' : `, p99 ${p99.ms.toFixed(1)} of ${p99.gateMs} ms`;
  return `${isMet(result) ? 'ok' : 'MISSED'} (${thousands(gatePerSecond)}${waits})`;
}

function ms(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

function thousands(value) {
  return Math.round(value).toLocaleString('en-US');
}
