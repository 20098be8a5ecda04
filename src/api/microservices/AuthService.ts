/**
 * Who may come in: the owner's first sign-in by a one-time link, passwords, access tokens, and refresh tokens
 * that are replaced at every use. A refresh token that comes back after it was replaced was stolen or copied:
 * the whole sign-in ends (S07). Tokens and links are stored as hashes only.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Role } from '../../domain/identity.js';
import type { IdentityStore, SignInRecord, UserRecord } from '../../domain/identity.js';
import { PapertapeError } from '../../domain/errors.js';
import type { Clock } from '../../utils/clock.js';
import { SECOND, MINUTE, DAY } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import { signAccessToken, VerifiedTokens } from './auth/accessTokens.js';
import { AttemptLimiter } from './auth/attemptLimiter.js';
import type { AuthKeys } from './auth/authKeys.js';
import { PasswordHasher } from './auth/passwords.js';

/** How long a one-time link lasts. */
const LINK_LIFETIME = 15 * MINUTE;
/** A sign-in ends this long after it began, however often it is used (S11). */
const SIGN_IN_LIFETIME = 30 * DAY;
/** A sign-in that is not used for this long has ended. */
const IDLE_LIFETIME = 7 * DAY;
/** Within this time a replaced token still gives its successor: two tabs, or a lost answer (S08). */
const REUSE_GRACE = 10 * SECOND;
/** Name of the account of the first run. */
export const OWNER_NAME = 'owner';
const FAILURE_WINDOW_MS = 60_000;

/** The signed-in user of a request. */
export interface Principal {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly signInId: string;
  readonly expiresAt: Micros;
}

/** What a successful sign-in or refresh gives. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresAt: Micros;
  /** For the cookie only. */
  readonly refreshToken: string;
  readonly refreshExpiresAt: Micros;
  readonly principal: Principal;
}

/** Where a sign-in comes from. */
export interface SignInOrigin {
  readonly address: string;
  readonly userAgent: string;
}

/** The link of a one-time token. In the fragment: browsers never send it, so that it ends in no log and no referrer. */
export function signInLink(address: string, token: string): string {
  return `${address}/sign-in#token=${token}`;
}

/** Signs people in and says who a request is from. */
export class AuthService {
  readonly #store: IdentityStore;
  readonly #keys: AuthKeys;
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #passwords = new PasswordHasher();
  readonly #byAddress: AttemptLimiter;
  readonly #byUser: AttemptLimiter;
  readonly #byAll: AttemptLimiter;
  readonly #verified: VerifiedTokens;
  readonly #endListeners = new Set<() => void>();

  constructor(options: {
    readonly store: IdentityStore;
    readonly keys: AuthKeys;
    readonly clock: Clock;
    readonly ids: IdGenerator;
  }) {
    this.#store = options.store;
    this.#keys = options.keys;
    this.#verified = new VerifiedTokens(options.keys);
    this.#clock = options.clock;
    this.#ids = options.ids;
    const { clock } = options;
    this.#byAddress = new AttemptLimiter({ limit: 10, windowMs: FAILURE_WINDOW_MS, clock });
    this.#byUser = new AttemptLimiter({ limit: 10, windowMs: FAILURE_WINDOW_MS, clock });
    this.#byAll = new AttemptLimiter({ limit: 100, windowMs: FAILURE_WINDOW_MS, clock });
  }

  /** Creates the owner's account (`owner`, admin) if there is no user at all; says whether it did. */
  createOwner(): Promise<boolean> {
    return this.#store.createFirstUser({
      id: this.#ids.id(),
      name: OWNER_NAME,
      role: 'admin',
      passwordHash: undefined,
      disabled: false,
      createdAt: this.#clock.now(),
    });
  }

  /**
   * What a start prints: makes the owner's account if there is no user yet, and gives a link that signs the owner
   * in once, below `address`. Undefined as soon as the owner has a password.
   */
  async startLink(address: string): Promise<string | undefined> {
    await this.createOwner();
    const owner = await this.#store.userByName(OWNER_NAME);
    if (owner === undefined || owner.passwordHash !== undefined) return undefined;
    return signInLink(address, (await this.createLinkToken(OWNER_NAME)).token);
  }

  /**
   * A new one-time token for a sign-in link of the user; earlier ones become void. Throws `NOT_FOUND` for an
   * unknown user.
   */
  async createLinkToken(name: string): Promise<{ readonly token: string; readonly expiresAt: Micros }> {
    const user = await this.#store.userByName(name);
    if (user === undefined) throw new PapertapeError('NOT_FOUND', `There is no user named ${name}.`);
    const token = this.#ids.token();
    const expiresAt = this.#clock.now() + LINK_LIFETIME;
    await this.#store.putLink({ hash: hashOf(token), userId: user.id, expiresAt });
    await this.#audit('system', 'auth.link-created', user.name);
    return { token, expiresAt };
  }

  /** Signs in with a one-time link. Throws `UNAUTHENTICATED` for a used, expired or unknown one. */
  async signInWithLink(token: string, origin: SignInOrigin): Promise<IssuedTokens> {
    this.#checkAttempts(origin.address);
    const userId = await this.#store.takeLink(hashOf(token), this.#clock.now());
    const user = userId === undefined ? undefined : await this.#store.userById(userId);
    if (user === undefined || user.disabled) {
      this.#countFailure(origin.address);
      await this.#audit('unknown', 'auth.link-refused', origin.address);
      throw new PapertapeError('UNAUTHENTICATED', 'This sign-in link was used already, has expired or is unknown.', {
        remedy: 'Get a new link with `papertape user link`, or sign in with your password.',
      });
    }
    return this.#begin(user, origin, 'auth.sign-in-link');
  }

  /** Signs in with a password. Throws one and the same `UNAUTHENTICATED` for every wrong combination. */
  async signInWithPassword(name: string, password: string, origin: SignInOrigin): Promise<IssuedTokens> {
    const userKey = name.toLowerCase();
    this.#checkAttempts(origin.address);
    this.#byUser.check(userKey);
    const user = await this.#store.userByName(name);
    const fits = await this.#passwords.verify(user?.passwordHash, password);
    if (!fits || user === undefined || user.disabled) {
      this.#countFailure(origin.address);
      this.#byUser.fail(userKey);
      await this.#audit('unknown', 'auth.password-refused', origin.address);
      throw new PapertapeError('UNAUTHENTICATED', 'The name or the password is wrong.');
    }
    return this.#begin(user, origin, 'auth.sign-in-password');
  }

  /**
   * Replaces a refresh token. Throws `UNAUTHENTICATED` for one that is unknown, ended or came back after it
   * was replaced; the last ends the sign-in.
   */
  async refresh(refreshToken: string): Promise<IssuedTokens> {
    const now = this.#clock.now();
    // The successor is derived, not drawn: whoever repeats a token within the grace gets the same one (S08).
    const successor = this.#successorOf(refreshToken);
    const current = await this.#store.signInOfRefresh(hashOf(refreshToken));
    const found = current === undefined ? undefined : await this.#store.signIn(current);
    if (found === undefined || !isLive(found.signIn, found.user, now)) throw signedOut();
    const rotation = await this.#store.rotateRefresh(hashOf(refreshToken), hashOf(successor), now);
    if (rotation.outcome === 'reused' && now - rotation.usedAt > REUSE_GRACE) {
      await this.#store.revokeSignIn(rotation.signInId, now);
      await this.#audit(found.user.name, 'auth.refresh-reused', rotation.signInId);
      this.#announceEnd();
      throw signedOut();
    }
    return this.#issue(found.user, found.signIn, successor, now);
  }

  /** Who an access token stands for, or undefined. Ended sign-ins and disabled users count at once (S06). */
  async authenticate(accessToken: string): Promise<Principal | undefined> {
    const now = this.#clock.now();
    const claims = await this.#verified.claimsOf(accessToken, now);
    if (claims === undefined) return undefined;
    const found = await this.#store.signIn(claims.signInId);
    if (found === undefined || found.user.id !== claims.userId || !isLive(found.signIn, found.user, now)) {
      return undefined;
    }
    return principalOf(found.user, found.signIn.id, claims.expiresAt);
  }

  /** Who a refresh cookie stands for, without using it up; for documents that a browser opens by itself. */
  async authenticateCookie(refreshToken: string): Promise<Principal | undefined> {
    const now = this.#clock.now();
    const signInId = await this.#store.signInOfRefresh(hashOf(refreshToken));
    const found = signInId === undefined ? undefined : await this.#store.signIn(signInId);
    if (found === undefined || !isLive(found.signIn, found.user, now)) return undefined;
    return principalOf(found.user, found.signIn.id, found.signIn.expiresAt);
  }

  /** Whether a sign-in is still valid, and with which role now; for connections that stay open (S39). */
  async stillSignedIn(signInId: string): Promise<Principal | undefined> {
    const found = await this.#store.signIn(signInId);
    if (found === undefined || !isLive(found.signIn, found.user, this.#clock.now())) return undefined;
    return principalOf(found.user, signInId, found.signIn.expiresAt);
  }

  /** Ends the sign-in that a refresh token belongs to; an unknown token is no error. */
  async signOut(refreshToken: string): Promise<void> {
    const signInId = await this.#store.signInOfRefresh(hashOf(refreshToken));
    if (signInId === undefined) return;
    await this.#store.revokeSignIn(signInId, this.#clock.now());
    await this.#audit('user', 'auth.sign-out', signInId);
    this.#announceEnd();
  }

  /** Ends every sign-in of the user. */
  async signOutEverywhere(principal: Principal): Promise<void> {
    await this.#store.revokeSignInsOf(principal.userId, this.#clock.now());
    await this.#audit(principal.name, 'auth.sign-out-everywhere', '');
    this.#announceEnd();
  }

  /**
   * Sets the password and ends every other sign-in. Throws `FORBIDDEN` when one is set already and
   * `currentPassword` is not it.
   */
  async setPassword(principal: Principal, currentPassword: string | undefined, newPassword: string): Promise<void> {
    const user = required(await this.#store.userById(principal.userId), 'the signed-in user');
    if (user.passwordHash !== undefined) {
      const userKey = user.name.toLowerCase();
      this.#byUser.check(userKey);
      if (!(await this.#passwords.verify(user.passwordHash, currentPassword ?? ''))) {
        this.#byUser.fail(userKey);
        throw new PapertapeError('FORBIDDEN', 'The current password is wrong.');
      }
    }
    await this.#store.setPasswordHash(user.id, await this.#passwords.hash(newPassword));
    await this.#store.revokeSignInsOf(user.id, this.#clock.now(), principal.signInId);
    await this.#audit(user.name, 'auth.password-set', '');
    this.#announceEnd();
  }

  /** The user's signed-in devices, newest first. */
  signInsOf(principal: Principal): Promise<readonly SignInRecord[]> {
    return this.#store.signInsOf(principal.userId);
  }

  /** Writes a line to the audit log. */
  async audit(principal: Principal, action: string, detail: string): Promise<void> {
    await this.#audit(principal.name, action, detail);
  }

  /** Calls `listener` whenever a sign-in was ended here; returns a function that stops it. */
  onSignInsEnded(listener: () => void): () => void {
    this.#endListeners.add(listener);
    return () => {
      this.#endListeners.delete(listener);
    };
  }

  async #begin(user: UserRecord, origin: SignInOrigin, action: string): Promise<IssuedTokens> {
    const now = this.#clock.now();
    const signIn: SignInRecord = {
      id: this.#ids.id(),
      userId: user.id,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + SIGN_IN_LIFETIME,
      userAgent: origin.userAgent.slice(0, 200),
      revokedAt: undefined,
    };
    const refreshToken = this.#ids.token();
    await this.#store.createSignIn(signIn, hashOf(refreshToken));
    await this.#audit(user.name, action, origin.address);
    return this.#issue(user, signIn, refreshToken, now);
  }

  async #issue(user: UserRecord, signIn: SignInRecord, refreshToken: string, now: Micros): Promise<IssuedTokens> {
    const access = await signAccessToken(this.#keys, { userId: user.id, signInId: signIn.id }, now);
    return {
      accessToken: access.token,
      expiresAt: access.expiresAt,
      refreshToken,
      refreshExpiresAt: Math.min(signIn.expiresAt, now + IDLE_LIFETIME),
      principal: principalOf(user, signIn.id, access.expiresAt),
    };
  }

  #successorOf(refreshToken: string): string {
    return createHmac('sha256', this.#keys.secret).update(refreshToken).digest('base64url');
  }

  #checkAttempts(address: string): void {
    this.#byAll.check('all');
    this.#byAddress.check(address);
  }

  #countFailure(address: string): void {
    this.#byAll.fail('all');
    this.#byAddress.fail(address);
  }

  #announceEnd(): void {
    for (const listener of this.#endListeners) listener();
  }

  async #audit(actor: string, action: string, detail: string): Promise<void> {
    await this.#store.audit({ time: this.#clock.now(), actor, action, detail });
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function isLive(signIn: SignInRecord, user: UserRecord, now: Micros): boolean {
  return (
    signIn.revokedAt === undefined &&
    !user.disabled &&
    now < signIn.expiresAt &&
    now - signIn.lastUsedAt < IDLE_LIFETIME
  );
}

function principalOf(user: UserRecord, signInId: string, expiresAt: Micros): Principal {
  return {
    userId: user.id,
    name: user.name,
    role: user.role,
    hasPassword: user.passwordHash !== undefined,
    signInId,
    expiresAt,
  };
}

function signedOut(): PapertapeError {
  return new PapertapeError('UNAUTHENTICATED', 'The sign-in has ended.', { remedy: 'Sign in again.' });
}
