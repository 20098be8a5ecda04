import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import { isLoopback, readSystemConfig } from './systemConfig.js';

const SECRET = 'q7Zr2mC9tX4vB6nK1pL8sD3fG5hJ0wEy';

function faults(environment: Record<string, string>): string {
  try {
    readSystemConfig(environment);
  } catch (error) {
    if (error instanceof PapertapeError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return '';
}

test('without settings it listens on this machine only', () => {
  const config = readSystemConfig({ TERM: 'xterm', PAPERTAPE_PORT: '' });
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, publicUrl: undefined, authSecret: undefined });
  expect(Object.isFrozen(config)).toBe(true);
});

test('every fault is told at once, by its name and never with its value', () => {
  const secret = 'short-secret';
  const message = faults({
    PAPERTAPE_PORT: '99999',
    PAPERTAPE_PROT: '8080',
    PAPERTAPE_AUTH_SECRET: secret,
    PAPERTAPE_LOG_LEVEL: 'loud',
    PAPERTAPE_PUBLIC_URL: 'ftp://example.org',
  });
  for (const name of ['PORT', 'PROT', 'AUTH_SECRET', 'LOG_LEVEL', 'PUBLIC_URL']) {
    expect(message).toContain(`PAPERTAPE_${name} `);
  }
  expect(message).toMatch(/^5 settings are wrong/);
  expect(message).not.toContain(secret);
});

test('S12 beyond this machine a secret and an address are required', () => {
  expect(faults({ PAPERTAPE_HOST: '0.0.0.0' })).toMatch(/AUTH_SECRET is required.*PUBLIC_URL is required/);
  const config = { PAPERTAPE_HOST: '0.0.0.0', PAPERTAPE_PUBLIC_URL: 'https://paper.example.org' };
  expect(faults({ ...config, PAPERTAPE_AUTH_SECRET: 'replace-this-with-your-own-random-secret' })).toContain('example');
  expect(readSystemConfig({ ...config, PAPERTAPE_AUTH_SECRET: SECRET })).toMatchObject({ authSecret: SECRET });
});

test('what serves programs alone needs neither: there is no page to sign in to', () => {
  expect(readSystemConfig({}, { host: '0.0.0.0' }, 'programs')).toMatchObject({ host: '0.0.0.0' });
  expect(() => readSystemConfig({ PAPERTAPE_PORT: 'x' }, { host: '0.0.0.0' }, 'programs')).toThrow(/PAPERTAPE_PORT/);
});

test('flags of the command line win', () => {
  expect(readSystemConfig({ PAPERTAPE_PORT: '9000' }, { port: 9001, dataDir: 'elsewhere' })).toMatchObject({
    port: 9001,
    dataDir: 'elsewhere',
  });
  expect(() => readSystemConfig({}, { host: '0.0.0.0' })).toThrow(/AUTH_SECRET/);
});

test('env.example names exactly the settings there are, and is itself valid', () => {
  const lines = readFileSync(new URL('../../env.example', import.meta.url), 'utf8').split('\n');
  const given = Object.fromEntries(
    lines.filter((line) => line.startsWith('PAPERTAPE_')).map((line) => line.split('=') as [string, string]),
  );
  expect(readSystemConfig(given)).toEqual(readSystemConfig({}));
  const source = readFileSync(new URL('./systemConfig.ts', import.meta.url), 'utf8');
  const known = [...source.matchAll(/^ {2}(PAPERTAPE_[A-Z_]+):/gm)].map((match) => match[1]);
  expect(Object.keys(given).sort()).toEqual(known.sort());
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.2', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
])('%s is on this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
