import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { testKeys } from '../../../test/support/gatewayHarness.js';
import { ManualClock } from '../../../test/support/ManualClock.js';
import { openDatabase } from '../../storage/sql/database.js';
import type { SqlDatabase } from '../../storage/sql/database.js';
import { SqlIdentityStore } from '../../storage/sql/identityStore.js';
import { randomIds } from '../../utils/idGenerator.js';
import { AuthService } from './AuthService.js';
import type { IssuedTokens } from './AuthService.js';

const ORIGIN = { address: '192.0.2.1', userAgent: 'test' };
const PASSWORD = 'correct horse battery staple';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let clock: ManualClock;
let database: SqlDatabase;
let store: SqlIdentityStore;
let auth: AuthService;

beforeEach(async () => {
  clock = new ManualClock();
  database = await openDatabase(':memory:');
  store = new SqlIdentityStore(database);
  auth = new AuthService({ store, keys: testKeys(), clock, ids: randomIds });
  await auth.createOwner();
});

async function signIn(): Promise<IssuedTokens> {
  return auth.signInWithLink((await auth.createLinkToken('owner')).token, ORIGIN);
}

async function refused(attempt: Promise<unknown>, code = 'UNAUTHENTICATED'): Promise<void> {
  await expect(attempt).rejects.toMatchObject({ code });
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

describe('access tokens', () => {
  test('a token of ours is taken until 15 minutes and the tolerance are over', async () => {
    const { accessToken } = await signIn();
    expect(await auth.authenticate(accessToken)).toMatchObject({ name: 'owner', role: 'admin' });
    clock.advance(15 * MINUTE_MS - 1000);
    expect(await auth.authenticate(accessToken)).toBeDefined();
    clock.advance(MINUTE_MS);
    expect(await auth.authenticate(accessToken)).toBeUndefined();
  });

  test('S01 S04 unsigned, cut and changed tokens are refused', async () => {
    const { accessToken } = await signIn();
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const tokens = [
      ...['none', 'None', 'nOnE'].map((alg) => `${encode({ alg, typ: 'at+jwt' })}.${payload}.`),
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
      `${header}.${encode({ ...claims, sub: 'someone-else' })}.${signature}`,
      `${header}.${encode({ ...claims, exp: 9_999_999_999 })}.${signature}`,
      'a'.repeat(1_000_000),
      '..',
      '',
    ];
    for (const token of tokens) expect(await auth.authenticate(token), token.slice(0, 60)).toBeUndefined();
  });

  test('S02 the public key as an HMAC secret, and a foreign key, sign nothing', async () => {
    const { accessToken } = await signIn();
    const payload = accessToken.split('.')[1] ?? '';
    const pem = testKeys().verifying.export({ type: 'spki', format: 'pem' }).toString();
    for (const secret of [pem, pem.trim(), `${pem}\n`]) {
      const head = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${payload}`;
      const signature = createHmac('sha256', secret).update(head).digest('base64url');
      expect(await auth.authenticate(`${head}.${signature}`)).toBeUndefined();
    }
    const foreign = { ...testKeys(), signing: generateKeyPairSync('ed25519').privateKey };
    expect(await auth.authenticate(await signed({}, {}, foreign.signing))).toBeUndefined();
  });

  test('S03 headers that point to other keys are refused even when the signature is right', async () => {
    for (const header of [
      { jku: 'https://evil.example' },
      { x5u: 'https://evil.example' },
      { kid: '../../etc/passwd' },
    ]) {
      expect(await auth.authenticate(await signed({}, header)), JSON.stringify(header)).toBeUndefined();
    }
    const embedded = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    expect(await auth.authenticate(await signed({}, { jwk: embedded }))).toBeUndefined();
  });

  const changes: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['another audience', { aud: 'somewhere-else' }, {}],
    ['another issuer', { iss: 'someone-else' }, {}],
    ['another type', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['no sign-in', { sid: undefined }, {}],
    ['no subject', { sub: undefined }, {}],
    ['no end', { exp: undefined }, {}],
    ['an end that is a text', { exp: '9999999999' }, {}],
    ['an end that is a fraction', { exp: 9_999_999_999.5 }, {}],
    ['a start in the future', { nbf: 9_999_999_999 }, {}],
    ['an issue time in the future', { iat: 9_999_999_990 }, {}],
    ['another user of the sign-in', { sub: 'someone-else' }, {}],
    ['an unknown sign-in', { sid: 'unknown' }, {}],
  ];
  test.each(changes)('S04 S05 a token with %s is refused', async (_name, claims, header) => {
    const { principal } = await signIn();
    const own = { sub: principal.userId, sid: principal.signInId };
    expect(await auth.authenticate(await signed(own, {}))).toBeDefined();
    expect(await auth.authenticate(await signed({ ...own, ...claims }, header))).toBeUndefined();
  });

  test('S05 refresh and access tokens do not stand in for each other', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect(await auth.authenticate(refreshToken)).toBeUndefined();
    await refused(auth.refresh(accessToken));
  });

  test('S09 two users are never mixed up', async () => {
    const owner = await signIn();
    await store.createUser({
      id: 'u-2',
      name: 'second',
      role: 'viewer',
      passwordHash: undefined,
      disabled: false,
      createdAt: clock.now(),
    });
    const second = await auth.signInWithLink((await auth.createLinkToken('second')).token, ORIGIN);
    for (let round = 0; round < 3; round += 1) {
      expect(await auth.authenticate(owner.accessToken)).toMatchObject({ name: 'owner', role: 'admin' });
      expect(await auth.authenticate(second.accessToken)).toMatchObject({ name: 'second', role: 'viewer' });
    }
  });

  /** A token signed with the right key (unless told otherwise) with claims and header changed. */
  async function signed(
    claims: Record<string, unknown>,
    header: Record<string, unknown>,
    key = testKeys().signing,
  ): Promise<string> {
    const seconds = Math.floor(clock.now() / 1_000_000);
    const all = {
      iss: 'papertape',
      aud: 'papertape-api',
      iat: seconds,
      exp: seconds + 900,
      sub: 'x',
      sid: 'y',
      ...claims,
    };
    return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header }).sign(key);
  }
});

describe('S06 a sign-in that ended is over at once', () => {
  test.each([
    ['sign-out', ({ refreshToken }: IssuedTokens) => auth.signOut(refreshToken)],
    ['sign-out everywhere', ({ principal }: IssuedTokens) => auth.signOutEverywhere(principal)],
    ['disabling the user', ({ principal }: IssuedTokens) => store.setDisabled(principal.userId, true)],
    [
      'a password set elsewhere',
      async () => {
        const other = await signIn();
        await auth.setPassword(other.principal, undefined, PASSWORD);
      },
    ],
  ])('by %s', async (_name, end) => {
    const tokens = await signIn();
    await end(tokens);
    expect(await auth.authenticate(tokens.accessToken)).toBeUndefined();
    expect(await auth.stillSignedIn(tokens.principal.signInId)).toBeUndefined();
    await refused(auth.refresh(tokens.refreshToken));
  });

  test('a changed role counts in the next request', async () => {
    const tokens = await signIn();
    await store.setRole(tokens.principal.userId, 'viewer');
    expect(await auth.authenticate(tokens.accessToken)).toMatchObject({ role: 'viewer' });
  });
});

describe('refresh tokens', () => {
  test('each use replaces the token', async () => {
    const first = await signIn();
    const second = await auth.refresh(first.refreshToken);
    const third = await auth.refresh(second.refreshToken);
    expect(new Set([first, second, third].map((tokens) => tokens.refreshToken)).size).toBe(3);
    expect(await auth.authenticate(third.accessToken)).toMatchObject({ signInId: first.principal.signInId });
  });

  test('S07 a replaced token that comes back later ends the sign-in, and the audit log says so', async () => {
    const first = await signIn();
    const second = await auth.refresh(first.refreshToken);
    clock.advance(10_001);
    await refused(auth.refresh(first.refreshToken));
    await refused(auth.refresh(second.refreshToken));
    expect(await auth.authenticate(second.accessToken)).toBeUndefined();
    expect((await store.auditLog(5)).map((entry) => entry.action)).toContain('auth.refresh-reused');
  });

  test('S08 twenty refreshes at once give one successor and sign nobody out', async () => {
    const { refreshToken } = await signIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => auth.refresh(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    clock.advance(9000);
    const late = await auth.refresh(refreshToken);
    expect(late.refreshToken).toBe(answers[0]?.refreshToken);
    expect((await auth.refresh(late.refreshToken)).refreshToken).not.toBe(late.refreshToken);
  });

  test('S11 a sign-in ends when it is idle for 7 days, and 30 days after it began', async () => {
    const idle = await signIn();
    clock.advance(7 * DAY_MS + 1);
    await refused(auth.refresh(idle.refreshToken));
    let { refreshToken } = await signIn();
    for (let day = 0; day < 29; day += 1) {
      clock.advance(DAY_MS);
      ({ refreshToken } = await auth.refresh(refreshToken));
    }
    clock.advance(DAY_MS);
    await refused(auth.refresh(refreshToken));
  });

  test('sign-ins that are over for good are removed at the next one', async () => {
    const first = await signIn();
    await auth.refresh(first.refreshToken);
    clock.advance(30 * DAY_MS);
    await signIn();
    expect(await database.selectFrom('sign_ins').selectAll().execute()).toHaveLength(1);
    expect(await database.selectFrom('refresh_tokens').selectAll().execute()).toHaveLength(1);
  });

  test('the store holds hashes only', async () => {
    const link = await auth.createLinkToken('owner');
    const { accessToken, refreshToken } = await signIn();
    const rows = JSON.stringify([
      await database.selectFrom('refresh_tokens').selectAll().execute(),
      await database.selectFrom('sign_in_links').selectAll().execute(),
      await database.selectFrom('sign_ins').selectAll().execute(),
      await database.selectFrom('audit_log').selectAll().execute(),
    ]);
    for (const secret of [link.token, accessToken, refreshToken]) expect(rows).not.toContain(secret);
  });
});

describe('the first run', () => {
  test('S21 two set-ups at once make one owner, later ones none', async () => {
    const empty = await openDatabase(':memory:');
    const services = [0, 1].map(
      () => new AuthService({ store: new SqlIdentityStore(empty), keys: testKeys(), clock, ids: randomIds }),
    );
    const made = await Promise.all(services.map((service) => service.createOwner()));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await services[0]?.createOwner()).toBe(false);
    expect(await new SqlIdentityStore(empty).users()).toHaveLength(1);
  });

  test('a link works once, for 15 minutes, and only the newest', async () => {
    const older = await auth.createLinkToken('owner');
    const newer = await auth.createLinkToken('owner');
    await refused(auth.signInWithLink(older.token, ORIGIN));
    await auth.signInWithLink(newer.token, ORIGIN);
    await refused(auth.signInWithLink(newer.token, ORIGIN));
    const late = await auth.createLinkToken('owner');
    clock.advance(15 * MINUTE_MS + 1);
    await refused(auth.signInWithLink(late.token, ORIGIN));
  });

  test('a start prints a link until the owner has a password', async () => {
    const link = (await auth.startLink('http://127.0.0.1:8080')) ?? '';
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8080\/sign-in#token=[\w-]{43}$/);
    const { principal } = await auth.signInWithLink(link.split('=')[1] ?? '', ORIGIN);
    expect(await auth.startLink('http://127.0.0.1:8080')).toBeDefined();
    await auth.setPassword(principal, undefined, PASSWORD);
    expect(await auth.startLink('http://127.0.0.1:8080')).toBeUndefined();
  });

  test('no link is made for a user that does not exist', async () => {
    await refused(auth.createLinkToken('nobody'), 'NOT_FOUND');
  });
});

describe('passwords', () => {
  test('S17 are kept as argon2id with a salt each, and work with any Unicode form', async () => {
    const { principal } = await signIn();
    await auth.setPassword(principal, undefined, 'Pässwörter sind lang');
    const stored = (await store.userByName('OWNER'))?.passwordHash ?? '';
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    expect(await auth.signInWithPassword('Owner', 'Pässwörter sind lang'.normalize('NFD'), ORIGIN)).toBeDefined();
  });

  test('S16 a wrong password and an unknown name get the same answer', async () => {
    const { principal } = await signIn();
    await auth.setPassword(principal, undefined, PASSWORD);
    const answers = await Promise.all(
      ['owner', 'nobody'].map((name) =>
        auth.signInWithPassword(name, 'wrong', ORIGIN).catch((error: unknown) => error),
      ),
    );
    expect(String(answers[0])).toBe(String(answers[1]));
    expect(answers[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a change needs the current one', async () => {
    const { principal } = await signIn();
    await auth.setPassword(principal, undefined, PASSWORD);
    await refused(auth.setPassword(principal, 'wrong', 'another long password'), 'FORBIDDEN');
    await auth.setPassword(principal, PASSWORD, 'another long password');
    expect(await auth.signInWithPassword('owner', 'another long password', ORIGIN)).toBeDefined();
  });

  test('S14 guesses are slowed down per user and per address, and never for good', async () => {
    const { principal } = await signIn();
    await auth.setPassword(principal, undefined, PASSWORD);
    for (let index = 0; index < 10; index += 1) {
      await refused(auth.signInWithPassword('owner', 'wrong', { ...ORIGIN, address: `192.0.2.${index}` }));
    }
    await refused(auth.signInWithPassword('owner', PASSWORD, { ...ORIGIN, address: '192.0.2.99' }), 'RATE_LIMITED');
    clock.advance(MINUTE_MS + 1);
    expect(await auth.signInWithPassword('owner', PASSWORD, ORIGIN)).toBeDefined();
    for (let index = 0; index < 10; index += 1) await refused(auth.signInWithLink(`guess-${index}`.padEnd(43), ORIGIN));
    await refused(auth.signInWithLink('guess'.padEnd(43), ORIGIN), 'RATE_LIMITED');
  });
});
