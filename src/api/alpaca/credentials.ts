/** Finds the credentials of a request: Alpaca's headers, or HTTP Basic. */
import type { IncomingHttpHeaders } from 'node:http';

/** An id and a secret as sent. */
export interface Credentials {
  readonly keyId: string;
  readonly secret: string;
}

/** The credentials in the headers; undefined if there are none or they are not whole. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | undefined {
  const keyId = headers['apca-api-key-id'];
  const secret = headers['apca-api-secret-key'];
  if (typeof keyId === 'string' && typeof secret === 'string') return { keyId, secret };
  const match = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(headers.authorization ?? '');
  if (match === null) return undefined;
  const [user, ...rest] = Buffer.from(match[1] ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return user !== undefined && rest.length > 0 ? { keyId: user, secret: rest.join(':') } : undefined;
}
