/**
 * Access tokens: signed JWTs of 15 minutes. One algorithm (EdDSA), keys as key objects, and every claim
 * required, so that none of the usual confusions (alg, key, type, audience) can pass.
 */
import { SignJWT, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Micros } from '../../../domain/units.js';
import type { AuthKeys } from './authKeys.js';

/** How long an access token lasts, in seconds. */
export const ACCESS_TOKEN_SECONDS = 900;
const ISSUER = 'papertape';
const AUDIENCE = 'papertape-api';
const TYPE = 'at+jwt';
const ALGORITHM = 'EdDSA';
/** Longer texts are refused before any parsing. */
const MAX_TOKEN_LENGTH = 2048;
/** Tolerated difference of clocks. */
const SKEW_SECONDS = 30;
const MICROS_PER_SECOND = 1_000_000;

const claimsSchema = z.object({
  sub: z.string().min(1).max(64),
  sid: z.string().min(1).max(64),
  iat: z.int(),
  exp: z.int(),
});

/** What a valid access token says. */
export interface AccessClaims {
  readonly userId: string;
  readonly signInId: string;
  readonly expiresAt: Micros;
}

/** Signs a token for a sign-in. */
export async function signAccessToken(
  keys: AuthKeys,
  subject: { readonly userId: string; readonly signInId: string },
  now: Micros,
): Promise<{ readonly token: string; readonly expiresAt: Micros }> {
  const issuedAt = Math.floor(now / MICROS_PER_SECOND);
  const expires = issuedAt + ACCESS_TOKEN_SECONDS;
  const token = await new SignJWT({ sid: subject.signInId })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(subject.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(keys.signing);
  return { token, expiresAt: expires * MICROS_PER_SECOND };
}

/** The claims of a token, or undefined for anything that is not exactly a valid one; never throws. */
async function verifyAccessToken(keys: AuthKeys, token: string, now: Micros): Promise<AccessClaims | undefined> {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.verifying, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now / 1000),
    });
    // A header that points to keys elsewhere is an attack, even though none of these fields is ever read.
    if ('jku' in protectedHeader || 'x5u' in protectedHeader || 'jwk' in protectedHeader || 'kid' in protectedHeader) {
      return undefined;
    }
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return undefined;
    const { sub, sid, iat, exp } = claims.data;
    if (iat * MICROS_PER_SECOND > now + SKEW_SECONDS * MICROS_PER_SECOND) return undefined;
    return { userId: sub, signInId: sid, expiresAt: exp * MICROS_PER_SECOND };
  } catch {
    return undefined;
  }
}

/** Tokens remembered at once; beyond it all are forgotten and verified anew. */
const MOST_REMEMBERED = 1_000;

/**
 * Verifies tokens and remembers those that were valid until they expire: a signature does not change, and checking
 * it costs more than the rest of a request. Whether the sign-in behind a token still holds is not known here.
 */
export class VerifiedTokens {
  readonly #keys: AuthKeys;
  readonly #claims = new Map<string, AccessClaims>();

  constructor(keys: AuthKeys) {
    this.#keys = keys;
  }

  /** The claims of a token, or undefined for anything that is not exactly a valid one. Never throws. */
  async claimsOf(token: string, now: Micros): Promise<AccessClaims | undefined> {
    const known = this.#claims.get(token);
    // Without the tolerance: what is close to its end is verified each time.
    if (known !== undefined && now < known.expiresAt) return known;
    this.#claims.delete(token);
    const claims = await verifyAccessToken(this.#keys, token, now);
    if (claims === undefined) return undefined;
    if (this.#claims.size >= MOST_REMEMBERED) this.#claims.clear();
    this.#claims.set(token, claims);
    return claims;
  }
}
