/**
 * Debian's packages of programs that tests need. Nothing is ever downloaded outside a package manager, and nothing is
 * installed but with `CI=true` and root rights.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runAside, say } from './project.mjs';

/** The paths that a program of one of these names may have, by the PATH. */
export function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** The lists of packages, fetched once; then each installation, which waits for the one before. */
let installed;

/** Installs a package where that is allowed; whether it worked shows in whether the program is there. */
export function installDebianPackage(name) {
  const mayInstall = process.env.CI === 'true' && process.platform === 'linux' && process.getuid?.() === 0;
  if (!mayInstall || !existsSync('/usr/bin/apt-get')) return Promise.resolve();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  installed ??= runAside('apt-get', ['update', '-q'], quiet);
  installed = installed.then(() => {
    say(`Installing ${name} from the Debian packages …`);
    return runAside('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], quiet);
  });
  return installed;
}
