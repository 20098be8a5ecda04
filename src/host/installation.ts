/** Where this installation of Papertape lies and which version it is, whether it runs built or from its sources. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required } from '../utils/assert.js';

/** See the module header. */
export interface Installation {
  /** Absolute path of the package's root. */
  readonly root: string;
  readonly version: string;
  /** Whether the running code is the built one in `dist/`. */
  readonly built: boolean;
  /** The version, and of a built program the beginning of its sources' hash: programs that decide alike have one. */
  readonly build: string;
}

const STAMP_DIGITS = 12;

/** The installation that this code belongs to. */
export const INSTALLATION: Installation = findInstallation();

function findInstallation(): Installation {
  const here = dirname(fileURLToPath(import.meta.url));
  let folder = here;
  for (;;) {
    const version = versionAt(folder);
    if (version !== undefined) {
      const stamp = join(folder, 'dist', '.server-stamp');
      const sources = existsSync(stamp) ? `-${readFileSync(stamp, 'utf8').slice(0, STAMP_DIGITS)}` : '';
      return { root: folder, version, built: here === join(folder, 'dist'), build: `${version}${sources}` };
    }
    const parent = dirname(folder);
    required(parent === folder ? undefined : parent, 'the package.json of Papertape');
    folder = parent;
  }
}

function versionAt(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest !== 'object' || manifest === null) return undefined;
  if (!('name' in manifest) || manifest.name !== 'papertape') return undefined;
  return 'version' in manifest && typeof manifest.version === 'string' ? manifest.version : undefined;
}
