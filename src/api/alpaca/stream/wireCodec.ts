/**
 * How messages cross a socket: JSON or MessagePack, chosen by the client's `Content-Type`. A {@link WireTime} is RFC
 * 3339 text in JSON and the timestamp extension (type −1) with nanoseconds in MessagePack.
 */
import { decode, encode, encodeTimeSpecToTimestamp, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack';
import type { Micros } from '../../../domain/units.js';
import { timeText } from '../alpacaFormat.js';

/** A time within a message. */
export class WireTime {
  readonly time: Micros;
  constructor(time: Micros) {
    this.time = time;
  }
  /** The form in JSON. */
  toJSON(): string {
    return timeText(this.time);
  }
}

const extensions = new ExtensionCodec();
extensions.register({
  type: EXT_TIMESTAMP,
  encode: (value: unknown) => {
    if (!(value instanceof WireTime)) return null;
    const sec = Math.floor(value.time / 1_000_000);
    return encodeTimeSpecToTimestamp({ sec, nsec: (value.time - sec * 1_000_000) * 1000 });
  },
  decode: (data: Uint8Array) => data,
});

/** Writes and reads messages. */
export interface WireCodec {
  encode(message: unknown): string | Uint8Array;
  /** Undefined for what cannot be read. */
  decode(data: Buffer): unknown;
}

/** Text frames of JSON. */
export const jsonCodec: WireCodec = {
  encode: (message) => JSON.stringify(message),
  decode: (data) => {
    try {
      return JSON.parse(data.toString('utf8')) as unknown;
    } catch {
      return undefined;
    }
  },
};

/** Binary frames that hold JSON, as the trading stream sends them. */
export const binaryJsonCodec: WireCodec = {
  encode: (message) => Buffer.from(JSON.stringify(message)),
  decode: (data) => jsonCodec.decode(data),
};

/** MessagePack. A client that says so and sends JSON all the same is understood. */
export const msgpackCodec: WireCodec = {
  encode: (message) => encode(message, { extensionCodec: extensions, ignoreUndefined: true }),
  decode: (data) => {
    if (data[0] === 0x7b || data[0] === 0x5b) return jsonCodec.decode(data);
    try {
      return decode(data, { extensionCodec: extensions });
    } catch {
      return undefined;
    }
  },
};

/** Whether a handshake asks for MessagePack. */
export function asksForMsgpack(contentType: string | undefined): boolean {
  return /msgpack/i.test(contentType ?? '');
}
