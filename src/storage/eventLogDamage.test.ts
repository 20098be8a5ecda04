/** What was on the disk has changed: torn tails are cut, everything else is refused by name (F15 to F18, I-19). */
import { describe, expect, it } from 'vitest';
import { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import type { StorageNotice } from './eventLog.js';
import { contentsOf, DIRECTORY, faultOf, openSmall, payloadOf } from '../../test/simulation/eventLogFixture.js';
import { FORMAT_VERSION, GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES, viewOf } from './logFormat.js';
import { crc32c } from './logChecksum.js';
import { decodeGroupHeader } from './logGroup.js';
import { readLog } from './logReader.js';
import { soakCount } from '../../test/soak.js';

const FIRST = `${DIRECTORY}/decisions-000001.log`;

/** A closed log of `count` records in groups of `perGroup`. */
function written(count: number, perGroup: number, segmentBytes = 1_000_000): SimulatedDisk {
  const fs = new SimulatedDisk();
  const log = openSmall(fs, { segmentBytes });
  for (let index = 1; index <= count; index += 1) {
    log.append(index % 256, index, payloadOf(`record ${index}`));
    if (index % perGroup === 0 || index === count) log.commit();
  }
  log.close();
  return fs;
}

function bytesOf(fs: SimulatedDisk, path: string): Uint8Array {
  const bytes = fs.read(path);
  if (bytes === undefined) throw new Error(`no file ${path}`);
  return bytes;
}

/**
 * A log whose last three groups were written but not acknowledged, as after a power cut; returns its disk, the
 * offset at which they start, and the full bytes.
 */
function withUnacknowledged(): { fs: SimulatedDisk; from: number; bytes: Uint8Array } {
  const fs = written(5, 1);
  const ack = bytesOf(fs, `${DIRECTORY}/decisions.ack`);
  const from = bytesOf(fs, FIRST).length;
  const log = openSmall(fs);
  for (const text of ['sixth', 'the seventh', '8']) {
    log.append(1, 6, payloadOf(text));
    log.commit();
  }
  log.close();
  fs.put(`${DIRECTORY}/decisions.ack`, ack);
  return { fs, from, bytes: bytesOf(fs, FIRST) };
}

describe('torn tail', () => {
  it('F15 is cut at every byte of the last three records, and the log goes on', () => {
    const { fs, from, bytes } = withUnacknowledged();
    const whole = contentsOf(fs);
    expect(whole).toHaveLength(8);
    const ends = groupEnds(bytes);
    for (let length = from; length < bytes.length; length += 1) {
      const disk = fs.copy();
      disk.put(FIRST, bytes.subarray(0, length));
      const notices: StorageNotice[] = [];
      const log = openSmall(disk, { onNotice: (notice) => notices.push(notice) });
      const survivors = ends.filter((end) => end <= length).length;
      expect(log.lastSeq).toBe(survivors);
      const torn = length - (ends[survivors - 1] ?? SEGMENT_HEADER_BYTES);
      expect(notices.map((notice) => notice.message.split(':')[0])).toEqual(
        torn === 0 ? [] : [`JOURNAL_TAIL_TRUNCATED bytes=${torn}`],
      );
      log.append(1, 9, payloadOf('next'));
      log.commit();
      expect(contentsOf(disk)).toEqual([...whole.slice(0, survivors), `${survivors + 1}:next`]);
    }
  });

  it('F15 keeps the bytes that are cut in a file of their own', () => {
    const { fs, from, bytes } = withUnacknowledged();
    fs.put(FIRST, bytes.subarray(0, from + 135));
    openSmall(fs);
    expect(bytesOf(fs, `${FIRST}.tail-${from}`)).toEqual(bytes.slice(from, from + 135));
  });

  it('F02 opening again and again changes nothing', () => {
    const { fs, from, bytes } = withUnacknowledged();
    fs.put(FIRST, bytes.subarray(0, from + 50));
    openSmall(fs);
    const files = (): Map<string, number> => new Map(fs.paths().map((path) => [path, bytesOf(fs, path).length]));
    const once = files();
    const notices: StorageNotice[] = [];
    for (let round = 0; round < 5; round += 1) {
      expect(openSmall(fs, { onNotice: (notice) => notices.push(notice) }).lastSeq).toBe(5);
    }
    expect(files()).toEqual(once);
    expect(notices).toEqual([]);
  });

  it('F15 is refused where the part that is gone was acknowledged (K8)', () => {
    const fs = written(20, 4);
    const bytes = bytesOf(fs, FIRST);
    const lastGroup = groupEnds(bytes).at(-2) ?? 0;
    for (const length of [bytes.length - 1, lastGroup + 10, lastGroup]) {
      const disk = fs.copy();
      disk.put(FIRST, bytes.subarray(0, length));
      const fault = faultOf(() => openSmall(disk));
      expect(fault?.code).toBe('JOURNAL_CORRUPT');
      expect(fault?.message).toContain('seq=17');
      expect(bytesOf(disk, FIRST)).toHaveLength(length);
    }
  });

  it('K8 is refused when the acknowledgement file is gone, since nobody can say what may be cut', () => {
    const { fs, from, bytes } = withUnacknowledged();
    fs.put(FIRST, bytes.subarray(0, from + 50));
    fs.remove(`${DIRECTORY}/decisions.ack`);
    expect(faultOf(() => openSmall(fs))?.code).toBe('JOURNAL_CORRUPT');
  });

  it('K8 survives the loss of either slot of the acknowledgement file', () => {
    for (const offset of [10, 4096 + 10]) {
      const fs = written(20, 4);
      const ack = bytesOf(fs, `${DIRECTORY}/decisions.ack`);
      ack[offset] = (ack[offset] ?? 0) ^ 1;
      fs.put(`${DIRECTORY}/decisions.ack`, ack);
      expect(openSmall(fs).lastSeq).toBe(20);
    }
  });

  it('K8 keeps the acknowledgement before the last one, in case the last one is torn', () => {
    const fs = written(20, 4);
    const bytes = bytesOf(fs, FIRST);
    const ack = bytesOf(fs, `${DIRECTORY}/decisions.ack`);
    const newest = viewOf(ack).getUint32(16, true) === 20 ? 0 : 4096;
    fs.put(`${DIRECTORY}/decisions.ack`, ack.fill(0xff, newest + 64, newest + 128));
    fs.put(FIRST, bytes.subarray(0, bytes.length - 1));
    expect(openSmall(fs.copy()).lastSeq).toBe(16);
    fs.put(FIRST, bytes.subarray(0, (groupEnds(bytes)[3] ?? 0) - 1));
    expect(faultOf(() => openSmall(fs))?.code).toBe('JOURNAL_CORRUPT');
  });

  it.each([1, 103, 512, 4096, 70_000])('F18 of %i zeros is no record', (zeros) => {
    const fs = written(20, 4);
    const bytes = bytesOf(fs, FIRST);
    const longer = new Uint8Array(bytes.length + zeros);
    longer.set(bytes);
    fs.put(FIRST, longer);
    expect(contentsOf(fs)).toHaveLength(20);
    const log = openSmall(fs);
    expect(log.append(1, 21, payloadOf('next'))).toBe(21);
    log.close();
    expect(contentsOf(fs).at(-1)).toBe('21:next');
  });

  it('F18 in the body of an unacknowledged group is a torn tail', () => {
    const { fs, from, bytes } = withUnacknowledged();
    fs.put(FIRST, bytes.slice().fill(0, from + GROUP_HEADER_BYTES));
    expect(openSmall(fs).lastSeq).toBe(5);
  });
});

describe('damaged middle', () => {
  it('F16 is refused for each flipped bit of a file of 200 records', () => {
    const fs = written(200, 8);
    const bytes = bytesOf(fs, FIRST);
    // A prime step visits every bit position of bytes, headers and checksums alike.
    const step = soakCount(61, 1);
    const missed: number[] = [];
    let flips = 0;
    const disk = fs.copy();
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      const damaged = bytes.slice();
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      disk.put(FIRST, damaged);
      const fault = faultOf(() => contentsOf(disk));
      if (fault?.code !== 'JOURNAL_CORRUPT' || !/seq=\d+ offset=\d+/.test(fault.message)) missed.push(bit);
      flips += 1;
    }
    expect(missed).toEqual([]);
    expect(flips).toBeGreaterThan(1000);
  });

  it('F16 names the record and its offset, and leaves the file as it is', () => {
    const fs = written(200, 8);
    const bytes = bytesOf(fs, FIRST);
    const ends = groupEnds(bytes);
    const record = (ends[9] ?? 0) + GROUP_HEADER_BYTES;
    bytes[record + 30] = (bytes[record + 30] ?? 0) ^ 16;
    fs.put(FIRST, bytes);
    expect(faultOf(() => openSmall(fs))?.message).toContain(`seq=81 offset=${record} `);
    expect(bytesOf(fs, FIRST)).toEqual(bytes);
  });

  it('F16 gives the groups before the damage and then stops', () => {
    const fs = written(200, 8);
    const bytes = bytesOf(fs, FIRST);
    const offset = (groupEnds(bytes)[9] ?? 0) + GROUP_HEADER_BYTES + 40;
    bytes[offset] = (bytes[offset] ?? 0) ^ 16;
    fs.put(FIRST, bytes);
    const seen: number[] = [];
    const fault = faultOf(() => {
      for (const group of readLog(fs, DIRECTORY)) seen.push(group.lastSeq);
    });
    expect(seen.at(-1)).toBe(80);
    expect(fault?.code).toBe('JOURNAL_CORRUPT');
  });

  it('F16 is refused as damage in every segment, also behind the last group of an old one', () => {
    const fs = written(60, 1, 900);
    const bytes = bytesOf(fs, FIRST);
    const behind = new Uint8Array(bytes.length + 100);
    behind.set(bytes);
    behind[behind.length - 1] = 1;
    const inside = bytes.slice();
    inside[300] = (inside[300] ?? 0) ^ 1;
    for (const damaged of [behind, inside]) {
      fs.put(FIRST, damaged);
      const fault = faultOf(() => openSmall(fs));
      expect(fault?.code).toBe('JOURNAL_CORRUPT');
      expect(fault?.message).toContain(FIRST);
    }
  });

  it('I-19 a group of another log, right in itself and in its place, is refused by the hash chain', () => {
    const fs = written(40, 1);
    const other = new SimulatedDisk();
    const log = openSmall(other, { name: 'other' });
    for (let index = 1; index <= 40; index += 1) {
      log.append(index % 256, index, payloadOf(`RECORD ${index}`));
      log.commit();
    }
    log.close();
    const bytes = bytesOf(fs, FIRST);
    const ends = groupEnds(bytes);
    const [from, to] = [ends[20] ?? 0, ends[21] ?? 0];
    bytes.set(bytesOf(other, FIRST).subarray(from, to), from);
    fs.put(FIRST, bytes);
    expect(faultOf(() => openSmall(fs))?.message).toContain(`seq=22 offset=${from} `);
  });

  it('I-19 a record with a right checksum but a wrong place is refused', () => {
    const fs = written(40, 1);
    const bytes = bytesOf(fs, FIRST);
    const ends = groupEnds(bytes);
    const [a, b, c] = [ends[20] ?? 0, ends[21] ?? 0, ends[22] ?? 0];
    const swapped = bytes.slice();
    swapped.set(bytes.subarray(b, c), a);
    swapped.set(bytes.subarray(a, b), a + (c - b));
    fs.put(FIRST, swapped);
    expect(faultOf(() => openSmall(fs))?.message).toContain('seq=22');
  });
});

describe('segments', () => {
  const names = (fs: SimulatedDisk): string[] => fs.paths().filter((path) => /decisions-\d+\.log$/.test(path));

  it.each([0, 3, -1])('F17 a missing segment (%i) is named', (index) => {
    const fs = written(60, 1, 900);
    const path = names(fs).at(index) ?? '';
    fs.remove(path);
    const fault = faultOf(() => openSmall(fs));
    expect(fault?.code).toBe('JOURNAL_SEGMENT_MISSING');
    expect(fault?.message).toContain(path);
  });

  it('F17 two swapped segments are named', () => {
    const fs = written(60, 1, 900);
    const [a, b] = [names(fs)[2] ?? '', names(fs)[3] ?? ''];
    const [first, second] = [bytesOf(fs, a), bytesOf(fs, b)];
    fs.put(a, second);
    fs.put(b, first);
    const fault = faultOf(() => openSmall(fs));
    expect(fault?.code).toBe('JOURNAL_SEGMENT_MISSING');
    expect(fault?.message).toContain(a);
  });

  it('F17 a doubled segment is named', () => {
    const fs = written(60, 1, 900);
    const next = `${DIRECTORY}/decisions-${(names(fs).length + 1).toString().padStart(6, '0')}.log`;
    fs.put(next, bytesOf(fs, names(fs).at(-1) ?? ''));
    const fault = faultOf(() => openSmall(fs));
    expect(fault?.code).toBe('JOURNAL_SEGMENT_MISSING');
    expect(fault?.message).toContain(next);
  });

  it('F17 a segment of another log is named', () => {
    const fs = written(60, 1, 900);
    const other = new SimulatedDisk();
    const log = openSmall(other, { name: 'other', segmentBytes: 900 });
    for (let index = 1; index <= 60; index += 1) {
      log.append(index % 256, index, payloadOf(`record ${index}`));
      log.commit();
    }
    log.close();
    const path = names(fs)[2] ?? '';
    fs.put(path, bytesOf(other, path));
    expect(faultOf(() => openSmall(fs))?.message).toContain(path);
  });

  it('refuses a segment of an unknown format by its version', () => {
    const fs = written(3, 1);
    const bytes = bytesOf(fs, FIRST);
    viewOf(bytes).setUint32(8, FORMAT_VERSION + 1, true);
    viewOf(bytes).setUint32(SEGMENT_HEADER_BYTES - 4, crc32c(bytes, 0, SEGMENT_HEADER_BYTES - 4), true);
    fs.put(FIRST, bytes);
    const fault = faultOf(() => openSmall(fs));
    expect(fault?.code).toBe('JOURNAL_VERSION_UNSUPPORTED');
    expect(fault?.message).toContain(`version ${FORMAT_VERSION + 1}`);
  });

  it('refuses market data that are not those the decisions were made on', () => {
    const tape = (quote: string): SimulatedDisk => {
      const fs = new SimulatedDisk();
      const log = openSmall(fs);
      log.market.append(1, 1, payloadOf(quote));
      log.append(1, 1, payloadOf('order'));
      log.close();
      return fs;
    };
    const fs = tape('bid 10');
    const market = `${DIRECTORY}/market-000001.log`;
    fs.put(market, bytesOf(tape('bid 11'), market));
    expect(faultOf(() => openSmall(fs))?.code).toBe('JOURNAL_CORRUPT');
    fs.put(market, bytesOf(tape('bid 10'), market).subarray(0, 150));
    expect(faultOf(() => openSmall(fs))?.code).toBe('JOURNAL_CORRUPT');
    fs.remove(market);
    expect(faultOf(() => openSmall(fs))?.code).toBe('JOURNAL_SEGMENT_MISSING');
  });
});

/** Ends of the groups of a segment, found without the reader. */
function groupEnds(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  for (;;) {
    const header = decodeGroupHeader(bytes.subarray(offset));
    if (header === undefined) return ends;
    offset += GROUP_HEADER_BYTES + header.bodyBytes;
    ends.push(offset);
  }
}
