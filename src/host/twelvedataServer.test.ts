import { describe, expect, test } from 'vitest';
import { MemoryProgramStore } from '../api/alpaca/MemoryProgramStore.js';
import { FakePaperVenue } from '../../test/support/FakePaperVenue.js';
import { systemClock } from '../utils/clock.js';
import { randomIds } from '../utils/idGenerator.js';
import { createLogger } from '../utils/logger.js';
import { createTwelvedata } from './twelvedataServer.js';

const parts = {
  reads: new FakePaperVenue(),
  store: new MemoryProgramStore(),
  clock: systemClock,
  ids: randomIds,
  log: createLogger({ level: 'silent' }),
};
const LOCAL = { host: '127.0.0.1', publicUrl: undefined };

describe('any key', () => {
  test.each([
    { host: '0.0.0.0', publicUrl: undefined },
    { host: '127.0.0.1', publicUrl: 'https://example.org' },
  ])('is not taken where others reach the server: $host $publicUrl', async (config) => {
    await expect(createTwelvedata(config, { anyKey: true }, parts)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      remedy: 'Leave --twelvedata-any-key out, or listen on 127.0.0.1 without a public address.',
    });
  });

  test('is taken on this machine, by the plan that is named', async () => {
    const server = await createTwelvedata(LOCAL, { anyKey: true, plan: 'basic' }, parts);
    const answer = await server.app.inject('/price?symbol=AAPL&apikey=anything');
    expect([answer.statusCode, answer.headers['api-credits-left']]).toEqual([200, '7']);
    await server.close();
  });
});

test('without it only keys of this installation', async () => {
  const server = await createTwelvedata(LOCAL, {}, parts);
  expect((await server.app.inject('/price?symbol=AAPL&apikey=anything')).statusCode).toBe(401);
  await server.close();
});
