/**
 * A file of blocks, the sink of a matching engine's command log. Blocks are appended as they come; `sync` makes durable
 * what was written, so that a caller commits as many commands at a time as it likes. A block that the disk took only
 * in part does not count: the next one is written over it. What the bytes mean is the log's matter.
 */
import { PapertapeError } from '../domain/errors.js';
import type { BlockSink } from '../domain/ports.js';
import type { FileHandle, FileSystem } from './fileSystem.js';
import { readFully, systemErrorCode, writeFully } from './fileSystem.js';
import { diskFault } from './logFaults.js';

/** See the module header. */
export class BlockFile implements BlockSink {
  /** Bytes that were written. */
  length: number;
  private readonly file: FileHandle;
  private readonly path: string;

  private constructor(file: FileHandle, path: string, length: number) {
    this.file = file;
    this.path = path;
    this.length = length;
  }

  /** Makes a file. Throws `FILE_EXISTS`, and what `diskFault` says of the disk. */
  static create(fs: FileSystem, path: string): BlockFile {
    try {
      return new BlockFile(fs.open(path, 'create'), path, 0);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw diskFault(error, 'write', path);
      throw new PapertapeError('FILE_EXISTS', `The file ${path} is already there.`, {
        remedy: 'Choose another name, or open the file to go on with it.',
        cause: error,
      });
    }
  }

  /** Opens a file that is there, to read it and go on behind what of it is sound. */
  static open(fs: FileSystem, path: string): BlockFile {
    try {
      const file = fs.open(path, 'readWrite');
      return new BlockFile(file, path, file.size());
    } catch (error) {
      throw diskFault(error, 'read', path);
    }
  }

  /** All that was written. */
  read(): Uint8Array {
    try {
      return readFully(this.file, 0, this.length);
    } catch (error) {
      throw diskFault(error, 'read', this.path);
    }
  }

  /** Forgets everything behind the first `length` bytes. */
  cut(length: number): void {
    try {
      this.file.truncate(length);
    } catch (error) {
      throw diskFault(error, 'write', this.path);
    }
    this.length = length;
  }

  write(block: Uint8Array): void {
    try {
      writeFully(this.file, block, this.length);
    } catch (error) {
      throw diskFault(error, 'write', this.path);
    }
    this.length += block.length;
  }

  /** Makes what was written durable. */
  sync(): void {
    try {
      this.file.sync();
    } catch (error) {
      throw diskFault(error, 'sync', this.path);
    }
  }

  close(): void {
    this.file.close();
  }
}
