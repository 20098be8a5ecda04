import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../domain/errors.js';
import { assertApiKey, withoutKey } from './apiKey.js';
import { faultOfAnswer, faultOfBody, TwelveDataError } from './faults.js';

const error = (code: unknown, message: string) => ({ code, message, status: 'error' });
const MINUTE =
  'You have run out of API credits for the current minute. 9 API credits were used, with the current limit';
const DAY = 'You have run out of API credits for the day. 801 API credits were used, with the current limit being 800.';
const NO_DATA = 'No data is available on the specified dates. Try setting different start/end dates.';

describe('faults of Twelve Data', () => {
  const cases: readonly [number, unknown, string, string][] = [
    [400, error(400, 'Invalid **interval** provided: 0.99min.'), 'badRequest', 'SOURCE_REQUEST_REFUSED'],
    [400, error(400, NO_DATA), 'noData', 'SOURCE_REQUEST_REFUSED'],
    [
      400,
      error(400, '**symbol** not found: X. Please specify it correctly'),
      'notFoundOrPlan',
      'SOURCE_SYMBOL_UNKNOWN',
    ],
    [401, error(401, '**apikey** parameter is incorrect or not specified.'), 'auth', 'SOURCE_KEY_REFUSED'],
    [403, error(403, '/dividends is available exclusively with grow'), 'plan', 'SOURCE_PLAN_REFUSED'],
    [404, error(404, '**symbol** or **figi** parameter is missing'), 'notFoundOrPlan', 'SOURCE_SYMBOL_UNKNOWN'],
    [414, error(414, 'too long'), 'tooLong', 'SOURCE_REQUEST_REFUSED'],
    [429, error(429, MINUTE), 'minuteLimit', 'SOURCE_CREDITS_USED_UP'],
    [429, error(429, DAY), 'dayLimit', 'SOURCE_CREDITS_USED_UP'],
    [500, error(500, 'internal'), 'server', 'SOURCE_UNAVAILABLE'],
    [500, error('500', 'internal, the code as a text'), 'server', 'SOURCE_UNAVAILABLE'],
  ];
  it.each(cases)('reads the status %i with %j as %s', (status, body, kind, code) => {
    expect(faultOfAnswer(status, body)?.kind).toBe(kind);
    // The older style: the real status is in the body alone.
    expect(faultOfAnswer(200, body)?.kind).toBe(kind);
    expect(new TwelveDataError(faultOfBody(body)?.kind ?? 'server', 'x', 'y')).toMatchObject({ code });
  });

  const bare: readonly [number, unknown, string | undefined][] = [
    [200, undefined, 'badPayload'],
    [502, undefined, 'server'],
    [503, undefined, 'server'],
    [401, undefined, 'auth'],
    [403, {}, 'plan'],
    [429, undefined, 'minuteLimit'],
    [302, undefined, 'badPayload'],
    [418, [], 'badRequest'],
    [200, { code: 404, message: 'without a status' }, 'notFoundOrPlan'],
    [200, { status: 'error' }, 'badPayload'],
    [200, { code: 200, status: 'success', message: 'fine' }, undefined],
    [200, { values: [], status: 'ok' }, undefined],
    [200, [], undefined],
  ];
  it.each(bare)('reads the status %i with the body %j as %s', (status, body, kind) => {
    expect(faultOfAnswer(status, body)?.kind).toBe(kind);
  });

  it('has a retryable code for what may go away by itself', () => {
    for (const kind of ['minuteLimit', 'dayLimit', 'server', 'transport'] as const) {
      expect(ERRORS[new TwelveDataError(kind, 'x', 'y').code].retryable).toBe(true);
    }
  });
});

describe('the key', () => {
  const key = 'k3y+with/marks';

  it('is taken out of every text', () => {
    const texts = [
      `GET /quote?apikey=${key}&x=1`,
      `GET /quote?apikey=${encodeURIComponent(key)}`,
      `Authorization: apikey ${key}`,
      `{"apikey":"${key}"}`,
      'GET /price?apikey=another',
    ];
    for (const text of texts) {
      const clean = withoutKey(text, key);
      expect(clean).not.toContain(key);
      expect(clean).not.toContain(encodeURIComponent(key));
      expect(clean).toContain('[key]');
    }
    expect(withoutKey('x'.repeat(1_000), key)).toHaveLength(301);
  });

  it('leaves the words of the service alone', () => {
    const text = '**apikey** parameter is incorrect or not specified.';
    expect(withoutKey(text, key)).toBe(text);
  });

  it.each(['', 'with blank', 'line\nbreak', 'ключ', 'x'.repeat(201)])('is refused as %j without being told', (bad) => {
    expect(() => assertApiKey(bad)).toThrow(expect.objectContaining({ code: 'SOURCE_KEY_REFUSED' }));
    if (bad !== '') expect(() => assertApiKey(bad)).not.toThrow(bad);
  });
});
