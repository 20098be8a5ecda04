/** stub */
import type { BenchResult } from './harness.js';
export async function measurePeers(_a: string, _b: Int32Array, _c: number): Promise<BenchResult[]> {
  return [];
}
