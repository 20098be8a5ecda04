import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BlockFile } from './BlockFile.js';
import type { FileSystem } from './fileSystem.js';
import { nodeFileSystem } from './fileSystem.js';

const folder = mkdtempSync(join(tmpdir(), 'papertape-block-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of blocks', () => {
  it('keeps blocks in order, is cut where it is told, and goes on from there', () => {
    const path = join(folder, 'log');
    const file = BlockFile.create(nodeFileSystem, path);
    file.write(Uint8Array.of(1, 2, 3));
    file.write(Uint8Array.of(4, 5));
    file.sync();
    file.close();
    const again = BlockFile.open(nodeFileSystem, path);
    expect([...again.read()]).toEqual([1, 2, 3, 4, 5]);
    again.cut(4);
    again.write(Uint8Array.of(9));
    expect([...again.read()]).toEqual([1, 2, 3, 4, 9]);
    again.close();
    expect(() => BlockFile.create(nodeFileSystem, path)).toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }));
  });

  it('writes over what a full disk took of a block', () => {
    let room = 4;
    const disk: FileSystem = {
      ...nodeFileSystem,
      open: (path, mode) => {
        const file = nodeFileSystem.open(path, mode);
        const write: typeof file.write = (source, offset, length, position) => {
          if (room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          const count = Math.min(room, length);
          room -= count;
          return file.write(source, offset, count, position);
        };
        return {
          write,
          read: (target, offset, length, position) => file.read(target, offset, length, position),
          sync: () => file.sync(),
          truncate: (length) => file.truncate(length),
          size: () => file.size(),
          isLinked: () => file.isLinked(),
          close: () => file.close(),
        };
      },
    };
    const file = BlockFile.create(disk, join(folder, 'full'));
    file.write(Uint8Array.of(1, 2));
    expect(() => file.write(Uint8Array.of(3, 4, 5, 6))).toThrow(expect.objectContaining({ code: 'STORAGE_FULL' }));
    room = 100;
    file.write(Uint8Array.of(7, 8));
    expect([...file.read()]).toEqual([1, 2, 7, 8]);
    file.close();
  });

  it('names a file that is not there', () => {
    const path = join(folder, 'none');
    expect(() => BlockFile.open(nodeFileSystem, path)).toThrow(expect.objectContaining({ code: 'DATA_DIR_UNUSABLE' }));
  });
});
