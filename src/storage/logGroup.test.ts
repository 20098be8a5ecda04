import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { required } from '../utils/assert.js';
import { crc32c, crc32cOfWords } from './logChecksum.js';
import {
  chainSeed,
  getInteger,
  GROUP_HEADER_BYTES,
  logIdOf,
  segmentName,
  segmentNumber,
  setInteger,
} from './logFormat.js';
import { decodeGroupHeader, LogGroup, LogGroupBuffer, verifyGroup } from './logGroup.js';

describe('CRC-32C', () => {
  /** The definition, bit by bit. */
  function naive(bytes: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      for (let bit = 0; bit < 8; bit += 1) {
        const carry = (crc ^ (byte >>> bit)) & 1;
        crc = (crc >>> 1) ^ (carry ? 0x82f63b78 : 0);
      }
    }
    return ~crc >>> 0;
  }

  it('gives the published check values (RFC 3720, B.4)', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });

  it('is the same bit by bit, byte by byte and word by word', () => {
    fc.assert(
      fc.property(fc.int32Array({ maxLength: 40 }), (words) => {
        const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
        expect(crc32c(bytes)).toBe(naive(bytes));
        expect(crc32cOfWords(words, 0, words.length)).toBe(naive(bytes));
      }),
    );
  });
});

describe('group', () => {
  const record = fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    time: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
    payload: fc.uint8Array({ maxLength: 300 }),
    essential: fc.boolean(),
  });
  const seed = chainSeed(logIdOf('test'), 'decisions');

  it('reads back what was added, for any payloads, times and first number', () => {
    const buffer = new LogGroupBuffer(256);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 52 }), fc.array(record, { minLength: 1 }), (first, records) => {
        buffer.clear();
        for (const [index, { type, time, payload, essential }] of records.entries()) {
          buffer.add(first + index, type, time, payload, essential);
        }
        const market = { segment: 3, offset: 2 ** 33, chain: new Uint8Array(32).fill(9) };
        const { bytes, chain } = buffer.finish(seed, market);
        const header = required(decodeGroupHeader(bytes), 'header');
        expect(header.bodyBytes).toBe(bytes.length - GROUP_HEADER_BYTES);
        expect(verifyGroup(bytes, header, first - 1, seed)).toBeUndefined();
        const group = new LogGroup(1, 128, header, bytes);
        expect(group.chain).toEqual(chain);
        expect(group.market).toEqual(market);
        expect(group.records()).toEqual(records.map((each, index) => ({ ...each, seq: first + index })));
      }),
    );
  });

  it('is the same bytes whatever the buffer held before', () => {
    const reused = new LogGroupBuffer(256);
    reused.add(1, 255, -1, new Uint8Array(200).fill(255), true);
    reused.clear();
    const fresh = new LogGroupBuffer(256);
    for (const buffer of [reused, fresh]) {
      for (const length of [1, 2, 3, 0, 5, 17]) buffer.add(1, 0, 0, new Uint8Array(length), false);
    }
    expect(reused.finish(seed, undefined).bytes).toEqual(fresh.finish(seed, undefined).bytes);
  });
});

describe('format', () => {
  it('keeps 64-bit integers over the whole safe range', () => {
    const view = new DataView(new ArrayBuffer(8));
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        setInteger(view, 0, value);
        expect(getInteger(view, 0)).toBe(value + 0);
        expect(view.getBigInt64(0, true)).toBe(BigInt(value));
      }),
    );
  });

  it('knows its own file names only', () => {
    expect(segmentNumber('market', segmentName('market', 1_234_567))).toBe(1_234_567);
    for (const name of ['market-1.log', 'market-000001.log.new', 'decisions-000001.log', 'market-000001.log.tail-9']) {
      expect(segmentNumber('market', name)).toBeUndefined();
    }
  });
});
