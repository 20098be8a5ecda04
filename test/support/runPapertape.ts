/**
 * Runs the real program as a child process, as a user's shell would: the built `bin/papertape.mjs`, no terminal,
 * no settings but those given. Building first costs nothing when the build is up to date.
 */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../sourceFiles.js';

/** How a run ended and what it wrote. */
export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = join(projectRoot, 'bin', 'papertape.mjs');
const RUN_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** The environment of a child: without the settings of whoever runs the tests. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(PAPERTAPE_|FORCE_COLOR|VITEST)/.test(entry[0]),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

/** Brings the built program up to date with the sources. */
export async function buildProgram(): Promise<void> {
  await run(process.execPath, [join(projectRoot, 'scripts', 'build.mjs'), '--server-only'], {
    env: childEnvironment(),
  });
}

/** Runs `papertape` with arguments in `cwd` to its end; a failing exit code is a result, not an error. */
export async function runPapertape(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<ProgramRun> {
  try {
    const { stdout, stderr } = await run(process.execPath, [PROGRAM, ...args], {
      cwd: options.cwd,
      env: childEnvironment(options.env),
      timeout: RUN_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && 'stderr' in error && 'code' in error) {
      // No code: a signal ended it.
      const code = typeof error.code === 'number' ? error.code : -1;
      return { code, stdout: String(error.stdout), stderr: String(error.stderr) };
    }
    throw error;
  }
}

/**
 * Starts `papertape up` on a free port in `cwd`; resolves with what it welcomes with, once it has. The process is in
 * `children` from its first moment, so that whoever clears up finds it.
 */
export async function startPapertape(
  args: readonly string[],
  cwd: string,
  children: Set<ChildProcess>,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly child: ChildProcess; readonly welcome: string }> {
  const child = spawn(process.execPath, [PROGRAM, 'up', '--port', '0', ...args], {
    cwd,
    env: childEnvironment(settings),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let welcome = '';
  for await (const chunk of child.stdout) {
    welcome += String(chunk);
    if (welcome.includes('Stop with')) break;
  }
  return { child, welcome };
}
