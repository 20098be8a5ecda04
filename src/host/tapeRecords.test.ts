import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import { decodeRecord, encodeRecord, recordCode, type TapeRecord } from './tapeRecords.js';

const RECORDS: readonly TapeRecord[] = [
  { type: 'command', at: 1, time: 2, command: { type: 'cancelOrder', user: 'Zoë 株', orderId: 'o-1' } },
  { type: 'result', at: 1, time: 2, result: { ok: false, reason: 'NOT_FOUND', message: 'none' } },
  { type: 'strategy', at: 3, time: 4, instanceId: 'a', state: 'quarantined', error: 'line\nline' },
  { type: 'log', at: 3, time: 4, instanceId: 'a', text: '"quoted"' },
  { type: 'equity', at: 5, time: 6, equity: 9_007_199_254_740_991, cash: -1 },
  {
    type: 'marketOrders',
    at: 5,
    time: 6,
    outside: [{ symbolId: 2, orders: [], takes: [{ side: 'buy', price: 10_000, shares: 100 }] }],
  },
  { type: 'position', at: 5, time: 6, ended: true, working: { orders: [] } },
];

/** The code of what a decoding throws. */
function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof PapertapeError ? error.code : String(error);
  }
  return undefined;
}

describe('records of a tape', () => {
  it.each(RECORDS)('come back as they were: $type', (record) => {
    expect(decodeRecord(1, recordCode(record), encodeRecord(record))).toEqual(record);
  });

  it('are refused by name when this version does not know them, or they are not what they say', () => {
    const [command] = RECORDS;
    const payload = encodeRecord(command ?? RECORDS[1] ?? never());
    expect(codeOf(() => decodeRecord(7, 200, payload))).toBe('JOURNAL_VERSION_UNSUPPORTED');
    expect(codeOf(() => decodeRecord(7, 3, payload))).toBe('JOURNAL_CORRUPT');
    expect(codeOf(() => decodeRecord(7, 2, payload.slice(1)))).toBe('JOURNAL_CORRUPT');
  });
});

function never(): never {
  throw new Error('there is a record');
}
