import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './makeFolder.js';

const root = mkdtempSync(join(tmpdir(), 'papertape-folder-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('makeFolder', () => {
  it('makes what is missing, says where that begins, and changes nothing the second time', () => {
    const path = join(root, 'a', 'b', 'c');
    expect(makeFolder(path, 0o700)).toBe(join(root, 'a'));
    expect(makeFolder(path)).toBeUndefined();
    expect(makeFolder(join(path, 'd'))).toBe(join(path, 'd'));
    expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
    expect(makeFolder('/')).toBeUndefined();
  });

  it('throws where a file is in the way', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file'))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(root, 'file', 'below'))).toThrow(/ENOTDIR/);
  });

  it.runIf(existsSync('/proc/self'))('throws where the system takes no folder, instead of trying for ever', () => {
    expect(() => makeFolder('/proc/papertape')).toThrow(/ENOENT/);
    expect(() => makeFolder('/proc/papertape/a/b')).toThrow(/ENOENT/);
  });
});
