/**
 * Who may use Papertape: users, signed-in devices, one-time links and the audit log, and the port of their
 * store. Tokens are kept only as hashes; whoever reads the store can sign in as nobody.
 */
import type { Micros } from './units.js';

/** Roles, weakest first; each may do what the ones before it may. */
export const ROLES = ['viewer', 'trader', 'admin'] as const;
/** A user's role. */
export type Role = (typeof ROLES)[number];

/** Whether `role` includes what `needed` may do. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** A user as stored. */
export interface UserRecord {
  readonly id: string;
  /** Unique without regard to case. */
  readonly name: string;
  readonly role: Role;
  /** Argon2id in PHC form; undefined until a password is set. */
  readonly passwordHash: string | undefined;
  readonly disabled: boolean;
  readonly createdAt: Micros;
}

/** One signed-in device: a family of refresh tokens that follow one another. */
export interface SignInRecord {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Micros;
  readonly lastUsedAt: Micros;
  /** Absolute end, however often it is used. */
  readonly expiresAt: Micros;
  readonly userAgent: string;
  readonly revokedAt: Micros | undefined;
}

/** One line of the audit log; `detail` never holds a secret. */
export interface AuditEntry {
  readonly time: Micros;
  /** User name, or `system`. */
  readonly actor: string;
  /** E.g. `auth.sign-in`, `kill-switch.on`. */
  readonly action: string;
  readonly detail: string;
}

/** What became of presenting a refresh token. */
export type RotationOutcome =
  /** It was current and is now replaced. */
  | { readonly outcome: 'rotated'; readonly signInId: string }
  /** It was replaced before, at this time. */
  | { readonly outcome: 'reused'; readonly signInId: string; readonly usedAt: Micros }
  | { readonly outcome: 'unknown' };

/** Keeps users and sign-ins. Every method is one atomic step. */
export interface IdentityStore {
  /** Stores the user if there is none at all yet; says whether it did (S21). */
  createFirstUser(user: UserRecord): Promise<boolean>;
  createUser(user: UserRecord): Promise<void>;
  users(): Promise<readonly UserRecord[]>;
  userById(userId: string): Promise<UserRecord | undefined>;
  userByName(name: string): Promise<UserRecord | undefined>;
  setPasswordHash(userId: string, passwordHash: string): Promise<void>;
  setRole(userId: string, role: Role): Promise<void>;
  setDisabled(userId: string, disabled: boolean): Promise<void>;

  /** Stores a link's hash and voids the user's earlier links. */
  putLink(link: { readonly hash: string; readonly userId: string; readonly expiresAt: Micros }): Promise<void>;
  /** Uses a link up; gives its user if it was there and not expired. */
  takeLink(hash: string, now: Micros): Promise<string | undefined>;

  createSignIn(signIn: SignInRecord, refreshHash: string): Promise<void>;
  /** The sign-in and its user, revoked and disabled ones included. */
  signIn(signInId: string): Promise<{ readonly signIn: SignInRecord; readonly user: UserRecord } | undefined>;
  /** The sign-in that a refresh token belongs to, if the token is known. */
  signInOfRefresh(refreshHash: string): Promise<string | undefined>;
  /** The user's sign-ins that are not revoked, newest first. */
  signInsOf(userId: string): Promise<readonly SignInRecord[]>;
  /** Marks a refresh token as used and stores its successor, unless it was used before. */
  rotateRefresh(refreshHash: string, successorHash: string, now: Micros): Promise<RotationOutcome>;
  revokeSignIn(signInId: string, now: Micros): Promise<void>;
  /** Revokes every sign-in of the user but `exceptSignInId`. */
  revokeSignInsOf(userId: string, now: Micros, exceptSignInId?: string): Promise<void>;

  /** Appends to the audit log. */
  audit(entry: AuditEntry): Promise<void>;
  /** The newest entries first. */
  auditLog(limit: number): Promise<readonly AuditEntry[]>;
}

/** A key with which a program trades one account; its secret is kept only as a hash. */
export interface ApiKeyRecord {
  /** What the program sends beside the secret; begins with `PK`. */
  readonly keyId: string;
  /** SHA-256 of the secret, in hexadecimal digits. */
  readonly secretHash: string;
  /** The one account that it is for. */
  readonly accountId: string;
  /** `viewer` reads, `trader` and `admin` trade; `admin` also steers the market's clock. */
  readonly role: Role;
  /** What a person calls it. */
  readonly label: string;
  readonly createdAt: Micros;
  readonly revokedAt: Micros | undefined;
}

/** Keeps API keys. Every method is one atomic step. */
export interface ApiKeyStore {
  /** The id must be new. */
  createApiKey(key: ApiKeyRecord): Promise<void>;
  /** By its id, revoked ones too. */
  apiKey(keyId: string): Promise<ApiKeyRecord | undefined>;
  /** All of them, oldest first. */
  apiKeys(): Promise<readonly ApiKeyRecord[]>;
  /** Says whether there was a key to revoke. */
  revokeApiKey(keyId: string, now: Micros): Promise<boolean>;
}

/** A named list of symbols of an account, kept for programs. */
export interface WatchlistRecord {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** In the order in which they were added. */
  readonly symbols: readonly string[];
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
}

/** Keeps watchlists. Every method is one atomic step. */
export interface WatchlistStore {
  /** Those of an account, oldest first. */
  watchlists(accountId: string): Promise<readonly WatchlistRecord[]>;
  /** Stores it, in place of one with the same id. */
  putWatchlist(list: WatchlistRecord): Promise<void>;
  /** Says whether there was one to remove. */
  removeWatchlist(id: string): Promise<boolean>;
}
