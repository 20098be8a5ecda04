import { beforeAll, describe, expect, it } from 'vitest';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import type { MarketBatch } from '../domain/marketTables.js';
import { createPrintTable } from '../domain/tables.js';
import { SeededRandom } from '../utils/random.js';
import { openEventLog } from './eventLog.js';
import { readWhole } from './fileSystem.js';
import type { FileSystem } from './fileSystem.js';
import { encodeMarketBatch } from './marketCodec.js';
import { indexName, readMarket } from './marketReader.js';

const DIRECTORY = '/tapes/long';
const SYMBOLS = 12;
const BATCHES = 1_200;
const ROWS = 100;

/** Prints of one symbol per batch, a microsecond apart; a different symbol speaks in each quarter of the tape. */
function batch(number: number): MarketBatch {
  const table = createPrintTable(ROWS);
  const random = new SeededRandom(number);
  for (let row = 0; row < ROWS; row += 1) {
    table.symbolId[row] = Math.floor((number * 4) / BATCHES) + (row % 2) * 4;
    table.time[row] = number * 1_000 + row;
    // Hardly compressible, so that the tape has a length.
    table.price[row] = random.nextUint32();
    table.size[row] = (number * 31 + row * 17) % 977;
  }
  table.length = ROWS;
  return { tables: [table], order: null, length: ROWS };
}

function write(disk: SimulatedDisk, from: number, to: number): void {
  const log = openEventLog({
    fs: disk,
    directory: DIRECTORY,
    name: 'long',
    segmentBytes: 300_000,
    reserveBytes: 4_096,
    marketReserveBytes: 4_096,
    extendBytes: 4_096,
  });
  for (let number = from; number < to; number += 1) {
    log.market.append(1, number * 1_000 + ROWS - 1, encodeMarketBatch(batch(number)));
    if (number % 5 === 4) {
      log.append(8, number * 1_000, new Uint8Array([1]));
      log.commit();
    }
  }
  log.close();
}

/** The disk, and how many bytes were read through it. */
function counted(disk: SimulatedDisk): { readonly fs: FileSystem; bytes: number } {
  const counter = {
    bytes: 0,
    fs: {
      ...methodsOf(disk),
      open: (path: string, mode: 'read' | 'readWrite' | 'create') => {
        const file = disk.open(path, mode);
        return {
          read: (target: Uint8Array, offset: number, length: number, position: number) => {
            const count = file.read(target, offset, length, position);
            counter.bytes += count;
            return count;
          },
          write: file.write.bind(file),
          sync: file.sync.bind(file),
          truncate: file.truncate.bind(file),
          size: file.size.bind(file),
          isLinked: file.isLinked.bind(file),
          close: file.close.bind(file),
        };
      },
    },
  };
  return counter;
}

function methodsOf(disk: SimulatedDisk): Omit<FileSystem, 'open'> {
  return {
    list: (directory) => disk.list(directory),
    rename: (from, to) => {
      disk.rename(from, to);
    },
    remove: (path) => {
      disk.remove(path);
    },
    makeDirectory: () => {
      disk.makeDirectory();
    },
    syncDirectory: (directory) => {
      disk.syncDirectory(directory);
    },
  };
}

/** Times of the rows of a range, by reading all and leaving out. */
function naive(from: number, to: number, symbols?: readonly number[]): number[] {
  const times: number[] = [];
  for (let number = 0; number < BATCHES; number += 1) collect(batch(number), from, to, symbols, times);
  return times;
}

function collect(
  { tables }: MarketBatch,
  from: number,
  to: number,
  symbols: readonly number[] | undefined,
  into: number[],
): void {
  for (const table of tables) {
    for (let row = 0; row < table.length; row += 1) {
      const time = table.time[row] ?? 0;
      if (time < from || time > to || symbols?.includes(table.symbolId[row] ?? 0) === false) continue;
      into.push(time);
    }
  }
}

function read(fs: FileSystem, from: number, to: number, symbols?: readonly number[]): number[] {
  const times: number[] = [];
  const range = { from, to, ...(symbols === undefined ? {} : { symbols }) };
  for (const one of readMarket(fs, DIRECTORY, SYMBOLS, range)) collect(one, from, to, symbols, times);
  return times;
}

describe('reading a tape from a time on', () => {
  let disk: SimulatedDisk;
  let all = 0;
  beforeAll(() => {
    disk = new SimulatedDisk();
    write(disk, 0, BATCHES);
    const counter = counted(disk);
    read(counter.fs, -Infinity, Infinity);
    all = counter.bytes;
  });

  it.each([
    [-Infinity, Infinity],
    [0, Infinity],
    [600_010, 600_030],
    [BATCHES * 1_000 - 500, Infinity],
    [Infinity, Infinity],
    [1_000_000, 1_100_000],
  ])('gives the rows of [%s, %s]', (from, to) => {
    expect(read(disk, from, to)).toEqual(naive(from, to));
  });

  it.each([[[0]], [[3, 6]], [[11]], [[]]])('gives the rows of the symbols %j', (symbols) => {
    expect(read(disk, 0, Infinity, symbols)).toEqual(naive(0, Infinity, symbols));
  });

  it('reads neither what is earlier nor what is of other symbols', () => {
    const late = counted(disk);
    expect(read(late.fs, (BATCHES - 20) * 1_000, Infinity)).toHaveLength(20 * ROWS);
    // The indexes, and one stretch.
    expect(late.bytes).toBeLessThan(all * 0.1);
    const other = counted(disk);
    expect(read(other.fs, 0, Infinity, [11])).toEqual([]);
    expect(other.bytes).toBeLessThan(all * 0.05);
  });

  it('makes an index again that is missing, damaged or of another segment', () => {
    const name = `${DIRECTORY}/${indexName(2)}`;
    const whole = readWhole(disk, name);
    expect(whole).toBeDefined();
    for (const spoil of [
      () => disk.remove(name),
      () => {
        const file = disk.open(name, 'readWrite');
        file.write(new Uint8Array([1, 2, 3]), 0, 3, 60);
        file.close();
      },
      () => {
        disk.remove(name);
        const file = disk.open(name, 'create');
        const other = readWhole(disk, `${DIRECTORY}/${indexName(1)}`) ?? new Uint8Array();
        file.write(other, 0, other.length, 0);
        file.close();
      },
    ]) {
      spoil();
      expect(read(disk, 500_000, 700_000)).toEqual(naive(500_000, 700_000));
      expect(readWhole(disk, name)).toEqual(whole);
    }
  });

  it('goes on with an index when the tape has grown, and reads only what is new', () => {
    const growing = new SimulatedDisk();
    write(growing, 0, BATCHES - 100);
    read(growing, 0, 0);
    write(growing, BATCHES - 100, BATCHES);
    const counter = counted(growing);
    expect(read(counter.fs, (BATCHES - 10) * 1_000, Infinity)).toHaveLength(10 * ROWS);
    expect(counter.bytes).toBeLessThan(all * 0.35);
    expect(read(growing, 0, Infinity)).toEqual(naive(0, Infinity));
  });

  it('refuses damage where it reads, and names the place', () => {
    const damaged = disk.copy();
    const segment = `${DIRECTORY}/market-000003.log`;
    const file = damaged.open(segment, 'readWrite');
    file.write(new Uint8Array([255, 254]), 0, 2, 90_000);
    file.close();
    expect(() => read(damaged, 0, Infinity)).toThrow(/damaged.*market-000003/);
    // What lies before it can be read.
    expect(read(damaged, 0, 100_000)).toEqual(naive(0, 100_000));
  });

  it('does without an index where nothing can be written', () => {
    const full = new SimulatedDisk();
    write(full, 0, 200);
    full.readOnly = true;
    expect(read(full, 100_000, Infinity)).toHaveLength(100 * ROWS);
  });
});
