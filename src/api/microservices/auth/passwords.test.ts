import { expect, test } from 'vitest';
import { PasswordHasher } from './passwords.js';

test('S18 a flood of sign-ins is bounded: some wait, the rest is told to come back', async () => {
  const hasher = new PasswordHasher();
  const answers = await Promise.allSettled(Array.from({ length: 60 }, () => hasher.hash('password')));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused).toHaveLength(60 - 2 - 32);
  for (const answer of refused) expect(answer.reason).toMatchObject({ code: 'OVERLOADED', retryable: true });
  const hashes = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value);
  expect(new Set(hashes).size).toBe(34);
  expect(await hasher.verify(hashes[0], 'password')).toBe(true);
  expect(await hasher.verify(hashes[1], 'Password')).toBe(false);
  expect(await hasher.verify(undefined, 'no user has this password')).toBe(false);
});
