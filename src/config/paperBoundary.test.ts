import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import { assertPaperAccount, assertPaperKey, dataAddress, paperAddress } from './paperBoundary.js';

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof PapertapeError ? error.code : String(error);
  }
}

describe('the paper boundary', () => {
  it.each([
    ['rest', 'https://paper-api.alpaca.markets'],
    ['rest', 'https://PAPER-API.alpaca.markets/'],
    ['stream', 'wss://paper-api.alpaca.markets/stream'],
    ['rest', 'http://127.0.0.1:8080/alpaca'],
    ['rest', 'http://localhost:1'],
    ['stream', 'ws://[::1]:9000/stream'],
  ] as const)('takes the %s address %s', (kind, url) => {
    expect(paperAddress(url, kind)).toBeInstanceOf(URL);
  });

  it.each([
    ['rest', 'https://api.alpaca.markets'],
    ['rest', 'http://paper-api.alpaca.markets'],
    ['rest', 'https://paper-api.alpaca.markets:444'],
    ['rest', 'https://paper-api.alpaca.markets.'],
    ['rest', 'https://paper-api.alpaca.markets.example.org'],
    ['rest', 'https://api.alpaca.markets/?x=paper-api.alpaca.markets'],
    ['rest', 'https://paper-api.alpaca.markets@api.alpaca.markets'],
    ['rest', 'https://user@paper-api.alpaca.markets'],
    ['rest', 'https://xpaper-api.alpaca.markets'],
    ['rest', 'https://broker-api.alpaca.markets'],
    ['rest', 'http://192.168.1.5:8080'],
    ['rest', 'http://127.0.0.1.example.org'],
    ['rest', 'https://раper-api.alpaca.markets'],
    ['rest', 'file:///etc/passwd'],
    ['rest', 'wss://paper-api.alpaca.markets'],
    ['stream', 'wss://api.alpaca.markets/stream'],
    ['stream', 'ws://paper-api.alpaca.markets/stream'],
  ] as const)('refuses the %s address %s', (kind, url) => {
    expect(codeOf(() => paperAddress(url, kind))).toBe('LIVE_TRADING_REFUSED');
  });

  it('names what is no address', () => {
    expect(codeOf(() => paperAddress('paper', 'rest'))).toBe('CONFIG_INVALID');
  });

  it.each([
    ['rest', 'https://data.alpaca.markets'],
    ['stream', 'wss://stream.data.alpaca.markets/v2/iex'],
    ['rest', 'http://127.0.0.1:8080/alpaca'],
    ['stream', 'ws://localhost:9000/v2/sip'],
  ] as const)('takes data by %s from %s', (kind, url) => {
    expect(dataAddress(url, kind)).toBeInstanceOf(URL);
  });

  it.each([
    ['rest', 'https://api.alpaca.markets'],
    ['rest', 'https://paper-api.alpaca.markets'],
    ['rest', 'http://data.alpaca.markets'],
    ['rest', 'https://stream.data.alpaca.markets'],
    ['rest', 'https://data.alpaca.markets.example.org'],
    ['rest', 'https://data.alpaca.markets@example.org'],
    ['rest', 'https://data.sandbox.alpaca.markets'],
    ['stream', 'wss://data.alpaca.markets/v2/iex'],
    ['stream', 'ws://stream.data.alpaca.markets/v2/iex'],
    ['stream', 'wss://api.alpaca.markets/stream'],
    ['stream', 'wss://192.168.1.5/v2/iex'],
  ] as const)('takes no data by %s from %s', (kind, url) => {
    expect(codeOf(() => dataAddress(url, kind))).toBe('LIVE_TRADING_REFUSED');
  });

  it.each(['AK1234567890ABCDEFGH', 'ak123', '', 'pk1234567890', 'PK', ' PK123456', 'CK123456789'])(
    'refuses the key %j, and does not repeat it',
    (key) => {
      expect(codeOf(() => assertPaperKey(key))).toBe('LIVE_TRADING_REFUSED');
      try {
        assertPaperKey(key);
      } catch (error) {
        if (key.length > 2) expect(String(error)).not.toContain(key);
      }
    },
  );

  it('takes paper keys and paper accounts only', () => {
    expect(codeOf(() => assertPaperKey('PKABC123DEF456GHI789'))).toBeUndefined();
    expect(codeOf(() => assertPaperAccount('PA3ABCDEFGHI'))).toBeUndefined();
    expect(codeOf(() => assertPaperAccount('123456789'))).toBe('LIVE_TRADING_REFUSED');
  });
});
