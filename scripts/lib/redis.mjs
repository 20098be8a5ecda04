/** Finds the Redis server for the tests of the job queue; they start one of their own each. */
import { existsSync } from 'node:fs';
import { installDebianPackage, onPath } from './debian.mjs';
import { say } from './project.mjs';

const findRedis = () => onPath(['redis-server']).find((path) => existsSync(path));

/** Makes sure that `redis-server` is on the PATH, where that is allowed. */
export async function ensureRedis() {
  if (findRedis()) return;
  await installDebianPackage('redis-server');
  if (!findRedis()) say('No redis-server on the PATH: the tests of jobs on several machines will be skipped.');
}
