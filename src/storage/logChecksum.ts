/**
 * CRC-32C (Castagnoli), the checksum of every record, header and slot of the tape. Node has only the other
 * polynomial built in, and this one finds more of the short bursts that disks and memory produce.
 */

/** Reversed Castagnoli polynomial (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256 entries, one after the other: entry `k·256 + b` is byte b followed by k zero bytes. */
const TABLE = buildTable();

function buildTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    table[byte] = value;
  }
  for (let index = 256; index < table.length; index += 1) {
    const previous = table[index - 256] ?? 0;
    table[index] = (previous >>> 8) ^ (table[previous & 255] ?? 0);
  }
  return table;
}

/** CRC-32C of `bytes[start, end)` as an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  for (let index = start; index < end; index += 1) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[index] ?? 0)) & 255] ?? 0);
  }
  return ~crc >>> 0;
}

/**
 * The same over `words[start, end)`, read as little-endian bytes; eight bytes at a step. `words` must come from
 * a little-endian machine's memory, which {@link assertLittleEndian} of logFormat.ts makes sure of.
 */
export function crc32cOfWords(words: Int32Array, start: number, end: number): number {
  let crc = -1;
  let index = start;
  for (; index + 1 < end; index += 2) {
    const low = crc ^ (words[index] ?? 0);
    const high = words[index + 1] ?? 0;
    crc =
      (TABLE[1792 + (low & 255)] ?? 0) ^
      (TABLE[1536 + ((low >>> 8) & 255)] ?? 0) ^
      (TABLE[1280 + ((low >>> 16) & 255)] ?? 0) ^
      (TABLE[1024 + (low >>> 24)] ?? 0) ^
      (TABLE[768 + (high & 255)] ?? 0) ^
      (TABLE[512 + ((high >>> 8) & 255)] ?? 0) ^
      (TABLE[256 + ((high >>> 16) & 255)] ?? 0) ^
      (TABLE[high >>> 24] ?? 0);
  }
  if (index < end) {
    const low = crc ^ (words[index] ?? 0);
    crc =
      (TABLE[768 + (low & 255)] ?? 0) ^
      (TABLE[512 + ((low >>> 8) & 255)] ?? 0) ^
      (TABLE[256 + ((low >>> 16) & 255)] ?? 0) ^
      (TABLE[low >>> 24] ?? 0);
  }
  return ~crc >>> 0;
}
