/** Copies between columns of tables and the memory of DuckDB's vectors: 64-bit integers as pairs of 32-bit words. */
import type { DuckDBVector } from '@duckdb/node-api';
import { assert } from '../utils/assert.js';

const TWO_32 = 4_294_967_296;

/** A column of a table. */
export type Field = Float64Array | Uint16Array | Uint8Array;

interface Memory {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
}

/** Copies the first `count` values of a vector to a column from row `at` on. */
export function copyOut(vector: DuckDBVector, field: Field, at: number, count: number): void {
  const memory = memoryOf(vector);
  if (!(field instanceof Float64Array)) {
    field.set(narrowView(memory, field, count), at);
    return;
  }
  joinWords(
    new Uint32Array(memory.buffer, memory.byteOffset, count * 2),
    new Int32Array(memory.buffer, memory.byteOffset, count * 2),
    field,
    at,
    count,
  );
}

/** A loop of its own: views of one type each, so that it compiles to loads and stores alone. */
function joinWords(low: Uint32Array, high: Int32Array, field: Float64Array, at: number, count: number): void {
  for (let row = 0, word = 0; row < count; row++, word += 2) {
    field[at + row] = (high[word + 1] ?? 0) * TWO_32 + (low[word] ?? 0);
  }
}

/** Copies `count` values of a column from row `at` on to the start of a vector. */
export function copyIn(field: Field, at: number, count: number, vector: DuckDBVector): void {
  const memory = memoryOf(vector);
  if (!(field instanceof Float64Array)) {
    narrowView(memory, field, count).set(field.subarray(at, at + count));
    return;
  }
  const words = new Uint32Array(memory.buffer, memory.byteOffset, count * 2);
  for (let row = 0, word = 0; row < count; row++, word += 2) {
    const value = field[at + row] ?? 0;
    const high = Math.floor(value / TWO_32);
    words[word] = value - high * TWO_32;
    words[word + 1] = high;
  }
}

/** The memory of a vector: DuckDB's binding hands it out under one of two names, by column type. */
function memoryOf(vector: DuckDBVector): Memory {
  const memory: unknown = Reflect.get(vector, 'items') ?? Reflect.get(vector, 'dataView');
  assert(ArrayBuffer.isView(memory) && memory.buffer instanceof ArrayBuffer, 'a DuckDB vector shows its memory');
  return { buffer: memory.buffer, byteOffset: memory.byteOffset };
}

function narrowView(memory: Memory, field: Uint16Array | Uint8Array, count: number): Uint16Array | Uint8Array {
  const Column = field instanceof Uint16Array ? Uint16Array : Uint8Array;
  return new Column(memory.buffer, memory.byteOffset, count);
}
