import { describe, expect, it } from 'vitest';
import { SignInMemory } from './SignInMemory.js';
import type { KnownSignIn } from './SignInMemory.js';

function signIn(role: 'viewer' | 'admin'): KnownSignIn {
  return {
    signIn: { id: 's', userId: 'u', createdAt: 1, lastUsedAt: 1, expiresAt: 9, userAgent: '', revokedAt: undefined },
    user: { id: 'u', name: 'owner', role, passwordHash: undefined, disabled: false, createdAt: 1 },
  };
}

describe('SignInMemory', () => {
  it('reads once until something is written', async () => {
    const memory = new SignInMemory();
    let reads = 0;
    const read = async (): Promise<KnownSignIn> => {
      reads += 1;
      return signIn('admin');
    };
    await memory.get('s', read);
    await memory.get('s', read);
    expect(reads).toBe(1);
    await memory.changing(async () => undefined);
    await memory.get('s', read);
    expect(reads).toBe(2);
  });

  it('does not keep what was read before or while a write ran', async () => {
    const memory = new SignInMemory();
    let answer: (value: KnownSignIn) => void = () => undefined;
    const slow = memory.get('s', () => new Promise((resolve) => (answer = resolve)));
    let finish: () => void = () => undefined;
    const write = memory.changing(() => new Promise<void>((resolve) => (finish = resolve)));
    answer(signIn('admin'));
    await slow;
    // Read in the middle of the write: the database may still show the old row.
    await memory.get('s', async () => signIn('admin'));
    finish();
    await write;
    const now = await memory.get('s', async () => signIn('viewer'));
    expect(now?.user.role).toBe('viewer');
  });

  it('forgets although the write failed, and keeps no unknown sign-in', async () => {
    const memory = new SignInMemory();
    await memory.get('s', async () => signIn('admin'));
    await expect(memory.changing(() => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
    expect(await memory.get('s', async () => undefined)).toBeUndefined();
    expect((await memory.get('s', async () => signIn('viewer')))?.user.role).toBe('viewer');
  });
});
