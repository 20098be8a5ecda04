/**
 * Where the running system can be reached, in a file of its data directory, for commands that are given beside it.
 * A file that a killed process left behind names a process that no longer holds the lock, and counts as none.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockHolder } from '../storage/dataDirLock.js';

const FILE = 'papertape.address';

/** How people reach a system. */
export interface ServerAddress {
  /** Without a trailing slash. */
  readonly address: string;
  /** Whether only this machine can. */
  readonly loopback: boolean;
}

/** Writes it down; the result takes it away again. The caller holds the lock of the data directory. */
export function announceAddress(dataDir: string, server: ServerAddress): () => void {
  const path = join(dataDir, FILE);
  writeFileSync(path, `${JSON.stringify({ pid: process.pid, ...server })}\n`, { mode: 0o600 });
  return () => {
    rmSync(path, { force: true });
  };
}

/** What the holder of the lock has written down; undefined if it has not, or serves nobody. */
export function announcedAddress(dataDir: string): ServerAddress | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, FILE), 'utf8');
  } catch {
    // It is not there: whoever holds the lock serves no page, or not yet.
    return undefined;
  }
  const written = jsonOf(text);
  if (typeof written !== 'object' || written === null) return undefined;
  const { pid, address, loopback }: { pid?: unknown; address?: unknown; loopback?: unknown } = written;
  if (pid !== lockHolder(dataDir) || typeof address !== 'string' || typeof loopback !== 'boolean') return undefined;
  return { address, loopback };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half written by a process that was killed.
    return undefined;
  }
}
