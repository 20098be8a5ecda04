import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from './simulatedDisk.js';
import { SimulatedFile } from './simulatedFile.js';

/** The same file, whole copies at every call. */
class PlainFile {
  content: number[] = [];
  synced: number[] = [];

  write(bytes: readonly number[], position: number): void {
    this.lengthen(position + bytes.length);
    this.content.splice(position, bytes.length, ...bytes);
  }

  truncate(length: number): void {
    this.lengthen(length);
    this.content.length = length;
  }

  sync(): void {
    this.synced = [...this.content];
  }

  private lengthen(length: number): void {
    while (this.content.length < length) this.content.push(0);
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      bytes: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 12 }),
      position: fc.nat(40),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('truncate' as const), length: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'sync' as const }) },
);

describe('SimulatedFile', () => {
  it('has the content, and leaves at a power cut the synced one, of a file that is copied whole', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const plain = new PlainFile();
        const file = new SimulatedFile();
        for (const made of steps) {
          if (made.kind === 'write') {
            plain.write(made.bytes, made.position);
            file.write(Uint8Array.from(made.bytes), made.position);
          } else if (made.kind === 'truncate') {
            plain.truncate(made.length);
            file.truncate(made.length);
          } else {
            plain.sync();
            file.sync();
          }
          expect([...file.content]).toEqual(plain.content);
          // Chance that keeps nothing that was not synced.
          const left = [...file.afterPowerCut(syncedBytes(plain.synced.length > plain.content.length))];
          expect(left).toEqual(plain.synced);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leaves sectors of both contents after a power cut', () => {
    const file = new SimulatedFile(new Uint8Array(64 * 512).fill(1));
    file.write(new Uint8Array(64 * 512).fill(2), 0);
    const left = file.afterPowerCut(randomFrom(7));
    expect(left.length).toBe(64 * 512);
    const sectors = Array.from({ length: 64 }, (_, sector) => new Set(left.subarray(sector * 512, (sector + 1) * 512)));
    expect(sectors.every((values) => values.size === 1)).toBe(true);
    expect(new Set(sectors.flatMap((values) => [...values]))).toEqual(new Set([1, 2]));
  });
});

/** Chance that picks the longer length or the shorter one, then what was synced of every sector. */
function syncedBytes(longer: boolean): () => number {
  let draws = 0;
  return () => {
    draws += 1;
    return draws === 1 && !longer ? 0 : 0.999_999;
  };
}
