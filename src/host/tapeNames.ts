/** Where the tapes of a data directory lie, and what their sessions are called. */
import { join } from 'node:path';
import type { FileSystem } from '../storage/fileSystem.js';

/** Folder of the tapes within a data directory. */
export function tapesFolder(dataDir: string): string {
  return join(dataDir, 'tapes');
}

/** The directory of a session's tape. */
export function tapeDirectory(dataDir: string, sessionId: string): string {
  return join(tapesFolder(dataDir), sessionId);
}

/** Names of the sessions of a data directory, oldest first. */
export function sessionNames(fs: FileSystem, dataDir: string): readonly string[] {
  try {
    return fs
      .list(tapesFolder(dataDir))
      .filter((name) => /-\d{4,}$/.test(name))
      .sort((a, b) => numberIn(a) - numberIn(b));
  } catch {
    // No folder: no session was ever recorded.
    return [];
  }
}

/** Whether a name is that of a session on a live market that trades paper at the exchange inside it. */
export function isLiveName(sessionId: string): boolean {
  return sessionId.startsWith('live-');
}

/** Whether a name is that of a session at a broker. */
export function isBrokerName(sessionId: string): boolean {
  return sessionId.startsWith('alpaca-');
}

/** The running number at the end of a session's name; 0 if there is none. */
export function numberIn(sessionId: string): number {
  return Number(/\d+$/.exec(sessionId)?.[0] ?? 0);
}
