/** Which folder a user means by a tape: a path, or the name of a session of the data directory. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nodeFileSystem } from '../storage/fileSystem.js';
import { sessionNames, tapeDirectory } from '../host/tapeNames.js';

/** The absolute folder; it need not hold a tape. */
export function tapeFolderOf(tape: string, dataDir: string, cwd: string): string {
  const path = resolve(cwd, tape);
  if (!existsSync(path) && sessionNames(nodeFileSystem, dataDir).includes(tape)) return tapeDirectory(dataDir, tape);
  return path;
}
