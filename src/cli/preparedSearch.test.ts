import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import { tellStopped } from './preparedSearch.js';

describe('a search that is stopped', () => {
  const cancelled = () => Promise.reject(new PapertapeError('JOBS_CANCELLED', 'Cancelled.', { remedy: 'None.' }));

  it.each([
    ['goes on where workers keep results on Redis', true, /goes on: what workers have finished is in Redis/],
    ['begins again on threads, which keep none', false, /from its beginning/],
  ])('%s', async (_what, isKept, remedy) => {
    await expect(tellStopped(AbortSignal.abort(), isKept, cancelled())).rejects.toMatchObject({
      code: 'JOBS_CANCELLED',
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it('is told as it is where nobody stopped it', async () => {
    await expect(tellStopped(new AbortController().signal, true, cancelled())).rejects.toMatchObject({
      message: 'Cancelled.',
    });
  });
});
