/**
 * Identifiers of the Alpaca side, all derived: the same session gives the same ids after every restart. Orders and
 * executions belong to a session; accounts and assets keep their ids across sessions, as programs store them.
 */
import { createHash } from 'node:crypto';
import type { Micros } from '../../domain/units.js';

/** Name space of every id, a fixed random UUID. */
const NAMESPACE = '6f0c4f7e-52b1-4f0a-9c35-0f8a2f2b7d11';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A name-based UUID of version 5 (RFC 9562, section 5.5), lower case. */
export function uuidV5(name: string, namespace: string = NAMESPACE): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Id of an order by its id in the session. */
export function orderUuid(sessionId: string, orderId: string): string {
  return uuidV5(`order ${sessionId} ${orderId}`);
}
/** Id of an execution by the fill's id, or of another event by its number. */
export function executionUuid(sessionId: string, id: string): string {
  return uuidV5(`execution ${sessionId} ${id}`);
}
/** Id of an asset. */
export function assetUuid(symbol: string): string {
  return uuidV5(`asset ${symbol}`);
}
/** Id of an account. */
export function accountUuid(accountId: string): string {
  return uuidV5(`account ${accountId}`);
}
/** The account number that people see: `PA` and ten characters. */
export function accountNumber(accountId: string): string {
  const digest = createHash('sha256').update(`account number ${accountId}`).digest();
  return `PA${Array.from({ length: 10 }, (_, i) => CROCKFORD[digest.readUInt8(i) & 31] ?? '0').join('')}`;
}

/** A ULID that sorts by time, then by number: 48 bits of milliseconds, 80 bits of the number. */
export function eventUlid(time: Micros, number: number): string {
  let value = (BigInt(Math.floor(time / 1000)) << 80n) | BigInt(number);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = (CROCKFORD[Number(value & 31n)] ?? '0') + text;
    value >>= 5n;
  }
  return text;
}

/** Id of an activity: `YYYYMMDDHHMMSSmmm::` and a UUID. */
export function activityId(time: Micros, uuid: string): string {
  const digits = new Date(Math.floor(time / 1000)).toISOString().replaceAll(/\D/g, '').slice(0, 17);
  return `${digits}::${uuid}`;
}

/** Whether a text has the form of a UUID. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
