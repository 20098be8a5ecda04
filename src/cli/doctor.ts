/** The checks behind `papertape doctor`, each with its finding and, where something is wrong, what to do. */
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { liveHostsIn } from '../broker/alpaca/liveHosts.js';
import { withHistory } from '../compose.js';
import { PapertapeError } from '../domain/errors.js';
import { INSTALLATION } from '../host/installation.js';
import { announcedAddress } from '../host/serverAddress.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { formatCount, plural } from '../analytics/figureText.js';
import { makeFolder } from '../utils/makeFolder.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { DoctorFlags } from './commands/doctor.js';
import { formatBytes } from './format.js';

/** What one check found. `warning` does not fail the command. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly finding: string;
  readonly remedy?: string;
}

const MINIMUM_NODE = [20, 19] as const;
const MINIMUM_FREE_BYTES = 1_000_000_000;

/** Runs every check, prints the findings, and fails the command if one of them failed. */
export async function runDoctor(flags: DoctorFlags, context: CommandContext): Promise<void> {
  const { dataDir, host, port } = settingsOf(context, flags);
  const findings = [
    checkNode(process.versions.node),
    checkDataDir(dataDir),
    checkLock(dataDir),
    checkDisk(dataDir),
    await checkHistory(dataDir),
    await checkPort(dataDir, host, port),
    checkPage(),
    checkPaperOnly(join(INSTALLATION.root, 'dist')),
  ];
  const failed = findings.filter((finding) => finding.state === 'failed').length;
  if (flags.json === true) {
    context.terminal.out(`${JSON.stringify({ version: INSTALLATION.version, ok: failed === 0, findings }, null, 2)}\n`);
  } else {
    context.terminal.out(renderFindings(findings, context));
  }
  if (failed > 0) throw new CommandFailed();
}

function renderFindings(findings: readonly Finding[], { terminal }: CommandContext): string {
  const c = terminal.colours;
  const marks = { ok: c.green('✔'), warning: c.yellow('!'), failed: c.red('✖') };
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, state, finding, remedy }) => [
    `  ${marks[state]} ${check.padEnd(width)}  ${state === 'ok' ? c.dim(finding) : finding}`,
    ...(remedy === undefined ? [] : [`    ${' '.repeat(width)}  ${c.cyan('→')} ${remedy}`]),
  ]);
  const failed = findings.filter(({ state }) => state === 'failed').length;
  const verdict = failed === 0 ? 'Everything is well.' : `${plural(failed, 'thing is', 'things are')} wrong.`;
  return `\n  ${c.bold('papertape')} ${c.dim(INSTALLATION.version)}\n\n${lines.join('\n')}\n\n  ${verdict}\n`;
}

/** Compares a version `major.minor.patch` with the lowest supported one. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const check = 'Node.js';
  if (enough) return { check, state: 'ok', finding: version };
  const remedy = `Install Node.js ${MINIMUM_NODE.join('.')} or newer.`;
  return { check, state: 'failed', finding: `${version} is too old`, remedy };
}

function checkDataDir(dataDir: string): Finding {
  const check = 'Data directory';
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK);
    const probe = join(dataDir, `.doctor-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'Give a directory that you may write with --data-dir or PAPERTAPE_DATA_DIR.';
    return { check, state: 'failed', finding: `${dataDir} cannot be written (${why})`, remedy };
  }
  return { check, state: 'ok', finding: dataDir };
}

function checkDisk(dataDir: string): Finding {
  const check = 'Free disk space';
  const folder = existsSync(dataDir) ? dataDir : INSTALLATION.root;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= MINIMUM_FREE_BYTES) return { check, state: 'ok', finding: formatBytes(free) };
  const remedy = `Make room: ${formatBytes(MINIMUM_FREE_BYTES)} are enough for many sessions.`;
  return { check, state: 'failed', finding: `only ${formatBytes(free)}`, remedy };
}

function checkLock(dataDir: string): Finding {
  const check = 'Lock';
  if (!existsSync(dataDir)) return { check, state: 'ok', finding: 'free' };
  try {
    DataDirLock.acquire(dataDir).release();
    return { check, state: 'ok', finding: 'free' };
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    const { message, remedy } = error;
    const state = error.code === 'DATA_DIR_LOCKED' ? 'warning' : 'failed';
    return { check, state, finding: message, ...(remedy === undefined ? {} : { remedy }) };
  }
}

async function checkHistory(dataDir: string): Promise<Finding> {
  const check = 'History';
  try {
    const coverage = await withHistory(dataDir, (history) => history.coverage());
    const symbols = new Set(coverage.map(({ symbol }) => symbol)).size;
    const rows = coverage.reduce((sum, series) => sum + series.rows, 0);
    if (rows > 0) return { check, state: 'ok', finding: `${plural(symbols, 'symbol')}, ${formatCount(rows)} rows` };
    const remedy = 'Backtests need some: papertape data import FILES…';
    return { check, state: 'warning', finding: 'none imported yet', remedy };
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    return { check, state: 'failed', finding: error.message, ...(error.remedy ? { remedy: error.remedy } : {}) };
  }
}

function checkPort(dataDir: string, host: string, port: number): Promise<Finding> {
  const check = 'Port';
  // Then it is not free, and well.
  const served = announcedAddress(dataDir)?.address;
  if (served !== undefined && Number(new URL(served).port) === port) {
    return Promise.resolve({ check, state: 'ok', finding: `the Papertape that runs serves ${served}` });
  }
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      const finding = inUse ? `${host}:${port} is in use` : `${host}:${port} cannot be opened (${error.code ?? ''})`;
      const remedy = inUse ? 'Stop the other program, or choose another port with --port.' : 'Choose another port.';
      resolve({ check, state: 'failed', finding, remedy });
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve({ check, state: 'ok', finding: `${host}:${port} is free` });
      });
    });
  });
}

function checkPage(): Finding {
  const check = 'Page';
  if (existsSync(join(INSTALLATION.root, 'dist', 'page', 'index.html')))
    return { check, state: 'ok', finding: 'built' };
  return { check, state: 'failed', finding: 'not built', remedy: 'Run npm start or npm run build once.' };
}

/** Reads the program as it is installed and names every live broker's host in it. */
export function checkPaperOnly(folder: string): Finding {
  const check = 'Paper only';
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.m?js$/.test(name))
    : [];
  const found = files.flatMap((name) =>
    liveHostsIn(readFileSync(join(folder, name), 'utf8')).map((host) => `${host} in ${name}`),
  );
  if (found.length > 0) {
    const remedy = 'This is not Papertape as it was published: install it again.';
    return { check, state: 'failed', finding: `a live broker’s host: ${found.slice(0, 3).join(', ')}`, remedy };
  }
  const finding = `no live broker’s host in ${plural(files.length, 'file')} of the program`;
  return files.length > 0 ? { check, state: 'ok', finding } : { check, state: 'warning', finding: 'not built' };
}
