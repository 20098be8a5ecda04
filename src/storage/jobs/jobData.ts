/**
 * Job data as text, for queues that keep text: JSON, in which what JSON does not know is an object with one key.
 * Reading gives back exactly what was written: numbers bit for bit, typed arrays as such.
 */
import { assert } from '../../utils/assert.js';

/** The one key of an object that stands for what JSON does not know. No plain data have it. */
const TAG = '$papertape';
const TYPED = { f64: Float64Array, i32: Int32Array } as const;

/** Plain data of `domain/jobs.ts` as text. Fields that are undefined are left out. */
export function encodeJobData(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return { [TAG]: Object.is(value, -0) ? '-0' : String(value) };
    }
    for (const [name, type] of Object.entries(TYPED)) {
      if (!(value instanceof type)) continue;
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return { [TAG]: name, bytes: bytes.toString('base64') };
    }
    return value;
  });
}

/** What {@link encodeJobData} was given. Throws a `SyntaxError` for other text. */
export function decodeJobData(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !(TAG in value)) return value;
    const tag = value[TAG];
    if (!('bytes' in value)) return Number(tag);
    assert(tag === 'f64' || tag === 'i32', 'typed arrays are of a known kind');
    // A copy of its own, because the pool that buffers are cut from is not aligned.
    const bytes = Uint8Array.from(Buffer.from(String(value.bytes), 'base64'));
    return new TYPED[tag](bytes.buffer);
  });
}
