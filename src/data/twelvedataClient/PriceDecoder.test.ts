import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import '../../../test/propertySeed.js';
import { DAY_VOLUME, NOT_DECODED, PRICE, PriceDecoder, TIME } from './PriceDecoder.js';
import { readMessage } from './streamMessages.js';

const bytesOf = (text: string): Buffer => Buffer.from(text);
const AAPL =
  '{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","mic_code":"XNAS",' +
  '"type":"Common Stock","timestamp":1592249566,"price":342.0157,"day_volume":27631112}';

/** Both ways over one message: what they say is equal, or the fast one says nothing. */
function decodedAlike(decoder: PriceDecoder, text: string): boolean {
  const id = decoder.decode(bytesOf(text));
  if (id === NOT_DECODED) return false;
  const message = readMessage(text);
  const [time, price, dayVolume] = decoder.values;
  expect(message).toMatchObject({ kind: 'price', instrument: { symbol: `S${id}` }, time, price, dayVolume });
  return true;
}

describe('the decoder of prices', () => {
  it('learns from the first message of a symbol and decodes the next', () => {
    const decoder = new PriceDecoder();
    expect(decoder.decode(bytesOf(AAPL))).toBe(NOT_DECODED);
    decoder.learn(AAPL, 7);
    expect(decoder.decode(bytesOf(AAPL))).toBe(7);
    expect(decoder.values[TIME]).toBe(1_592_249_566_000_000);
    expect(decoder.values[PRICE]).toBe(342_015_700);
    expect(decoder.values[DAY_VOLUME]).toBe(27_631_112);
    const next = AAPL.replace('1592249566', '1592249567').replace(',"day_volume":27631112', '').replace('342', '9');
    expect(decoder.decode(bytesOf(next))).toBe(7);
    expect([...decoder.values]).toEqual([1_592_249_567_000_000, 9_015_700, -1]);
    decoder.forget();
    expect(decoder.decode(bytesOf(AAPL))).toBe(NOT_DECODED);
  });

  const left = [
    ['"price":342.0157', '"price":-342.0157'],
    ['"price":342.0157', '"price":342.0157e0'],
    ['"price":342.0157', '"price":0'],
    ['"price":342.0157', '"price":00.5'],
    ['"price":342.0157', '"price":342.'],
    ['"price":342.0157', '"price":.5'],
    ['"price":342.0157', '"price":1e309'],
    ['"price":342.0157', '"price":NaN'],
    ['"price":342.0157', '"price":null'],
    ['"price":342.0157', '"price":"342.0157"'],
    ['"price":342.0157', '"price":true'],
    ['"price":342.0157', '"price":[342]'],
    ['"price":342.0157', '"price":12,5'],
    ['"price":342.0157', `"price":${'3'.repeat(40)}`],
    ['"price":342.0157', `"price":3.${'3'.repeat(40)}`],
    ['"price":342.0157', '"price":20000000'],
    ['1592249566', '01592249566'],
    ['1592249566', '"1592249566"'],
    ['1592249566', '1592249566.5'],
    ['1592249566', '159224956600000'],
    ['27631112}', '27631112.5}'],
    ['27631112}', '-5}'],
    ['27631112}', 'null}'],
    ['27631112}', '27631112,"day_volume":5}'],
    ['27631112}', '27631112,"bid":5}'],
    ['27631112}', '27631112} '],
    ['27631112}', '27631112'],
    ['NASDAQ', 'NYSE'],
    ['"AAPL"', '"AAPLX"'],
    ['{"event"', ' {"event"'],
    ['"price":342.0157,"day_volume":27631112', '"day_volume":27631112,"price":342.0157'],
  ];
  it.each(left)('leaves %s as %s to JSON.parse', (from, to) => {
    const decoder = new PriceDecoder();
    decoder.learn(AAPL, 7);
    const text = AAPL.replace(from, to);
    expect(text).not.toBe(AAPL);
    expect(decoder.decode(bytesOf(text))).toBe(NOT_DECODED);
  });

  it.each([
    ['a field twice', AAPL.replace('"currency":"USD"', '"day_volume":3')],
    ['the symbol again', AAPL.replace('"currency":"USD"', '"symbol":"MSFT"')],
    ['the time twice', AAPL.replace('"currency":"USD"', '"timestamp":3')],
    ['a list before the time', AAPL.replace('"USD"', '["timestamp"]')],
    ['an object before the time', AAPL.replace('"USD"', '{"price":1}')],
    ['an escaped text', AAPL.replace('"USD"', '"US\\"D"')],
    ['an escaped symbol', AAPL.replace('"AAPL"', '"AA\\u0050L"')],
  ])('does not learn from a message with %s', (_, text) => {
    const decoder = new PriceDecoder();
    decoder.learn(text, 7);
    expect(decoder.decode(bytesOf(text))).toBe(NOT_DECODED);
  });

  it('learns no more than a few shapes of a symbol', () => {
    const decoder = new PriceDecoder();
    const shapes = Array.from({ length: 10 }, (_, i) => AAPL.replace('USD', `US${i}`));
    for (const text of shapes) decoder.learn(text, 7);
    expect(shapes.filter((text) => decoder.decode(bytesOf(text)) === 7)).toHaveLength(4);
  });

  const number = fc.oneof(
    fc.integer({ min: -5, max: 2 ** 31 }).map(String),
    fc.double({ min: 0, max: 2_000_000, noNaN: true }).map(String),
    fc.tuple(fc.nat(99_999), fc.stringMatching(/^[0-9]{1,9}$/)).map(([whole, part]) => `${whole}.${part}`),
    fc.tuple(fc.nat(99_999), fc.constantFrom(2, 4, 5)).map(([cents, digits]) => (cents / 100).toFixed(digits)),
    fc.constantFrom('0', '-0', '1e5', '1E-2', 'null', 'true', '""', '"5"', '[1]', '9'.repeat(40), '0.1', '00', '1.'),
  );
  const market = fc.constantFrom(
    '"currency":"USD","exchange":"NASDAQ","mic_code":"XNAS","type":"Common Stock",',
    '"currency":"USD","exchange":"NYSE","type":"Common Stock",',
    '"currency":"USD","exchange":"Börse",',
    '"note":{"timestamp":5},',
    '"day_volume":12,',
    '',
  );
  const event = fc.record({
    id: fc.nat(2),
    market,
    time: fc.oneof({ weight: 4, arbitrary: fc.nat(2_000_000_000).map(String) }, number),
    price: fc.oneof({ weight: 4, arbitrary: fc.nat(9_999_999).map((cents) => String(cents / 100)) }, number),
    volume: fc.option(fc.oneof({ weight: 4, arbitrary: fc.nat(2 ** 31).map(String) }, number)),
    extra: fc.constantFrom('', '', '', ',"bid":5.5', ' '),
  });

  it('F49: says what JSON.parse says or nothing, over messages of every kind', () => {
    let decoded = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
        const decoder = new PriceDecoder();
        for (const { id, market: middle, time, price, volume, extra } of events) {
          const tail = volume === null ? '' : `,"day_volume":${volume}`;
          const head = `{"event":"price","symbol":"S${id}",${middle}"timestamp":${time}`;
          const text = `${head},"price":${price}${tail}${extra}}`;
          if (decodedAlike(decoder, text)) decoded += 1;
          else if (readMessage(text).kind === 'price') decoder.learn(text, id);
        }
      }),
      { numRuns: 200 },
    );
    // The property is about something: a good part goes the fast way.
    expect(decoded).toBeGreaterThan(200);
  });

  it('says what JSON.parse says or nothing, whatever byte is changed', () => {
    const decoder = new PriceDecoder();
    const text = AAPL.replace('AAPL', 'S1');
    decoder.learn(text, 1);
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const byte of [32, 34, 44, 45, 46, 48, 49, 57, 69, 92, 123, 125]) {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        decodedAlike(decoder, new TextDecoder().decode(changed));
      }
    }
  });
});
