import { isUtf8 } from 'node:buffer';
import { encode, encodeTimeSpecToTimestamp, ExtensionCodec } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceBarState, SourceRowKind } from '../../domain/marketSource.js';
import type { SourceRows } from '../../domain/marketSource.js';
import { PrintFlag, QuoteFlag, TradingStatus } from '../../domain/marketTables.js';
import { columnNames } from '../../domain/tables.js';
import { FrameDecoder } from './FrameDecoder.js';
import { MessageReader } from './MessageReader.js';
import { RowWriter } from './RowWriter.js';
import { SymbolIndex } from './SymbolIndex.js';
import { parseWireTime } from './wireTime.js';

const SYMBOLS = ['AAPL', 'MSFT', 'BRK.B', 'A', 'ABCDEFGH', 'LONGNAME.WS'];
const { HIGH_LOW, LAST, VOLUME } = PrintFlag;
const ALL = HIGH_LOW | LAST | VOLUME;
const AT = '2026-08-03T14:30:00.123456789Z';
const AT_MICROS = Date.UTC(2026, 7, 3, 14, 30) * 1000 + 123_456;
const TRADE = { T: 't', S: 'AAPL', i: 96_921, x: 'D', p: 126.55, s: 1, t: AT, c: ['@', 'I'], z: 'C' };
const QUOTE_MESSAGE = {
  T: 'q',
  S: 'MSFT',
  ax: 'Q',
  ap: 400.1,
  as: 3,
  bx: 'N',
  bp: 399.9,
  bs: 2,
  c: ['R'],
  z: 'C',
  t: AT,
};
const BAR = {
  T: 'b',
  S: 'AAPL',
  o: 10,
  h: 12.5,
  l: 9.99,
  c: 11,
  v: 1200,
  n: 7,
  vw: 10.123456789,
  t: '2026-08-03T14:30:00Z',
};

function symbols(): SymbolIndex {
  const index = new SymbolIndex();
  for (const name of SYMBOLS) index.add(name);
  return index;
}

/** The rows as plain lists, in order. */
function plain(rows: SourceRows): unknown[] {
  const next = { status: 0, quote: 0, print: 0, bar: 0 };
  const tables = [rows.statuses, rows.quotes, rows.prints, rows.bars] as const;
  return Array.from(rows.kinds.subarray(0, rows.length), (kind) => {
    const table = tables[kind];
    if (table === undefined) throw new Error(`kind ${kind}`);
    const at = next[table.kind]++;
    const fields = columnNames(table.kind).map((name) => [name, Number(Reflect.get(table, name)[at])]);
    const extra =
      table.kind === 'print' ? { id: rows.printIds[at] } : table.kind === 'bar' ? { state: rows.barStates[at] } : {};
    return { kind: table.kind, ...Object.fromEntries(fields), ...extra };
  });
}

interface Outcome {
  readonly rows: unknown;
  readonly corrections: unknown;
  readonly controls: unknown;
  readonly refusals: unknown;
  readonly missing: number;
}

function outcomeOf(decoder: FrameDecoder): Outcome {
  const counters = Object.entries(decoder.counters()).filter(([name]) => !name.endsWith('Frames'));
  return {
    rows: plain(decoder.rows),
    corrections: decoder.corrections,
    controls: decoder.controls,
    refusals: Object.fromEntries(counters),
    missing: decoder.missing,
  };
}

function decoded(text: string | Buffer): Outcome & { readonly parsed: number; readonly readable: boolean } {
  const decoder = new FrameDecoder(symbols());
  const readable = decoder.decode(Buffer.from(text), false, 5);
  return { ...outcomeOf(decoder), parsed: decoder.parsedFrames, readable };
}

/** JSON.parse and the reader alone. */
function reference(frame: Buffer): Outcome {
  const writer = new RowWriter();
  const reader = new MessageReader(symbols(), writer);
  let messages: unknown;
  try {
    messages = isUtf8(frame) ? JSON.parse(frame.toString()) : undefined;
  } catch {
    messages = undefined;
  }
  if (Array.isArray(messages)) for (const message of messages) reader.read(message);
  return {
    rows: plain(writer.rows),
    corrections: reader.corrections,
    controls: reader.controls,
    refusals: {
      unknownConditions: reader.unknownConditions,
      unknownStatuses: reader.unknownStatuses,
      ignoredStatuses: reader.ignoredStatuses,
      ...Object.fromEntries([...reader.refusals].map(([reason, count]) => [`refused.${reason}`, count])),
    },
    missing: reader.missing,
  };
}

function refusalsOf(outcome: Outcome): Record<string, number> {
  const all = outcome.refusals as Record<string, number>;
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

describe('what messages mean', () => {
  it('trades, with ids, venues and nanoseconds cut', () => {
    const { rows, parsed } = decoded(JSON.stringify([TRADE]));
    expect(parsed).toBe(0);
    const flags = VOLUME | PrintFlag.ODD_LOT | PrintFlag.OFF_EXCHANGE;
    const exchange = 'D'.charCodeAt(0);
    expect(rows).toEqual([
      { kind: 'print', symbolId: 0, time: AT_MICROS, price: 126_550_000, size: 1, flags, exchange, id: 96_921 },
    ]);
  });

  it.each([
    ['@', 'C', ALL],
    [' ', 'A', ALL],
    ['', 'B', ALL],
    ['@T', 'C', ALL | PrintFlag.EXTENDED_HOURS],
    ['@TI', 'C', VOLUME | PrintFlag.EXTENDED_HOURS | PrintFlag.ODD_LOT],
    ['B', 'A', VOLUME],
    ['B', 'C', ALL],
    ['B', 'N', VOLUME],
    ['Z', 'A', HIGH_LOW | VOLUME | PrintFlag.OUT_OF_SEQUENCE],
    ['@O', 'C', ALL | PrintFlag.OPENING_AUCTION],
    ['@6', 'C', ALL | PrintFlag.CLOSING_AUCTION],
    ['5', 'A', ALL | PrintFlag.REOPENING_AUCTION],
    ['M', 'C', PrintFlag.OFFICIAL_CLOSE],
    ['Q', 'A', PrintFlag.OFFICIAL_OPEN],
    ['@FTIV', 'A', VOLUME | PrintFlag.EXTENDED_HOURS | PrintFlag.ODD_LOT],
    ['@FTI7', 'A', VOLUME | PrintFlag.EXTENDED_HOURS | PrintFlag.ODD_LOT],
    ['j', 'C', VOLUME],
  ])('sale conditions %j on tape %s (R1, R2)', (codes, z, flags) => {
    const outcome = decoded(JSON.stringify([{ ...TRADE, x: 'Q', c: codes.split(''), z }]));
    expect(outcome.rows).toMatchObject([{ flags }]);
    expect(refusalsOf(outcome)).toEqual(codes === 'j' ? { unknownConditions: 1 } : {});
  });

  it.each([
    [['R'], 0],
    [[' '], 0],
    [[], 0],
    [['O'], 0],
    [['Y'], 0],
    [['R', 'R'], 0],
    [['R', 'A'], QuoteFlag.NOT_FIRM],
    [['N'], QuoteFlag.NOT_FIRM],
    [['L'], QuoteFlag.NOT_FIRM],
    [['C'], QuoteFlag.NOT_FIRM],
    [['G'], QuoteFlag.NOT_FIRM],
    [['j'], QuoteFlag.NOT_FIRM],
  ])('quote conditions %j (R11)', (c, flags) => {
    expect(decoded(JSON.stringify([{ ...QUOTE_MESSAGE, c }])).rows).toMatchObject([
      { bid: 399_900_000, bidSize: 2, ask: 400_100_000, askSize: 3, flags, time: AT_MICROS },
    ]);
  });

  it('a side without a price is none', () => {
    const { rows } = decoded(JSON.stringify([{ ...QUOTE_MESSAGE, ap: 0, as: 4, ax: ' ' }]));
    expect(rows).toMatchObject([{ ask: 0, askSize: 0, bid: 399_900_000 }]);
  });

  it('minute bars, told and told again', () => {
    const { rows } = decoded(JSON.stringify([BAR, { ...BAR, T: 'u', v: 1300 }]));
    const start = Date.UTC(2026, 7, 3, 14, 30) * 1000;
    const prices = { open: 10_000_000, high: 12_500_000, low: 9_990_000, close: 11_000_000 };
    expect(rows).toMatchObject([
      { ...prices, start, time: start + 60_000_000, volume: 1200, state: SourceBarState.FINAL },
      { ...prices, volume: 1300, state: SourceBarState.REVISED },
    ]);
  });

  it.each([
    ['H', 'T12', TradingStatus.HALTED],
    ['P', 'LUDP', TradingStatus.LULD_PAUSE],
    ['2', 'M', TradingStatus.LULD_PAUSE],
    ['2', 'P', TradingStatus.HALTED],
    ['H', 'MWC2', TradingStatus.MARKET_WIDE_2],
    ['2', '3', TradingStatus.MARKET_WIDE_3],
    ['T', 'C11', TradingStatus.TRADING],
    ['3', ' ', TradingStatus.TRADING],
    ['E', ' ', TradingStatus.SHORT_SALE_RESTRICTED],
  ])('status %s for reason %s', (sc, rc, status) => {
    const message = { T: 's', S: 'AAPL', sc, sm: 'x', rc, rm: 'y', t: AT, z: 'C' };
    expect(decoded(JSON.stringify([message])).rows).toMatchObject([{ kind: 'status', status, time: AT_MICROS }]);
  });

  it('a short-sale restriction that is lifted (R8)', () => {
    const message = {
      T: 's',
      S: 'AAPL',
      sc: 'E',
      sm: 'Short Sale Restriction',
      rc: ' ',
      rm: 'Deactivated',
      t: AT,
      z: 'A',
    };
    expect(decoded(JSON.stringify([message])).rows).toMatchObject([{ status: TradingStatus.SHORT_SALE_FREE }]);
  });

  it('indications change nothing, and unknown statuses are counted', () => {
    const message = { T: 's', S: 'AAPL', sc: 'Q', sm: '', rc: '', rm: '', t: AT, z: 'C' };
    const outcome = decoded(JSON.stringify([message, { ...message, sc: 'W' }]));
    expect(outcome.rows).toEqual([]);
    expect(refusalsOf(outcome)).toEqual({ ignoredStatuses: 1, unknownStatuses: 1 });
  });

  it('price bands, and that they are lifted', () => {
    const message = { T: 'l', S: 'AAPL', u: 210.5, d: 190, i: 'B', t: AT, z: 'C' };
    expect(decoded(JSON.stringify([message, { ...message, i: 'D' }])).rows).toMatchObject([
      { status: TradingStatus.BANDS, lower: 190_000_000, upper: 210_500_000 },
      { status: TradingStatus.BANDS, lower: 0, upper: 0 },
    ]);
  });

  it('corrections and cancels', () => {
    const correct = {
      T: 'c',
      S: 'AAPL',
      x: 'Q',
      oi: 7,
      op: 10,
      os: 100,
      oc: ['@'],
      ci: 8,
      cp: 10.5,
      cs: 90,
      cc: ['@', 'Z'],
      t: AT,
      z: 'C',
    };
    const cancel = { T: 'x', S: 'MSFT', i: 9, x: 'N', p: 5.25, s: 40, a: 'C', t: AT, z: 'A' };
    const { corrections } = decoded(JSON.stringify([correct, cancel]));
    const flags = HIGH_LOW | VOLUME | PrintFlag.OUT_OF_SEQUENCE;
    expect(corrections).toEqual([
      {
        kind: 'correct',
        symbolId: 0,
        time: AT_MICROS,
        printId: 7,
        price: 10_000_000,
        size: 100,
        corrected: { printId: 8, price: 10_500_000, size: 90, flags },
      },
      { kind: 'cancel', symbolId: 1, time: AT_MICROS, printId: 9, price: 5_250_000, size: 40 },
    ]);
  });

  it('control messages, and rows around what is parsed keep their order', () => {
    const control = { T: 'subscription', trades: ['AAPL'] };
    const outcome = decoded(JSON.stringify([TRADE, control, QUOTE_MESSAGE, { T: 'd' }, TRADE]));
    expect((outcome.rows as { kind: string }[]).map(({ kind }) => kind)).toEqual(['print', 'quote', 'print']);
    expect(outcome.controls).toEqual([control]);
    expect(refusalsOf(outcome)).toEqual({ 'refused.kindUnknown': 1 });
    expect([SourceRowKind.PRINT, outcome.parsed, outcome.missing]).toEqual([2, 1, 0]);
  });

  it('ids that no number holds are none', () => {
    const text = JSON.stringify([TRADE]).replace('96921', '18446744073709551615');
    expect(decoded(text).rows).toMatchObject([{ id: 0 }]);
    expect(decoded(text.replace('18446744073709551615', '9007199254740991')).rows).toMatchObject([
      { id: 9_007_199_254_740_991 },
    ]);
  });
});

describe('malformed values (F49, F50)', () => {
  const bad = ['-0', '1e309', 'null', '""', '"12,5"', '1'.repeat(40), 'true', '[1]', '{}', '-1', '"1"', '0.00000001'];
  it.each(bad.flatMap((value) => [`p:${value}`, `s:${value}`]))('refuses %s and nothing else', (at) => {
    const [name, value] = [at.slice(0, 1), at.slice(2)];
    const good = JSON.stringify(TRADE);
    const message = good.replace(name === 'p' ? '"p":126.55' : '"s":1', `"${name}":${value}`);
    const outcome = decoded(`[${good},${message},${good}]`);
    expect(outcome.rows).toHaveLength(2);
    expect(outcome.missing).toBe(1);
    expect(Object.values(refusalsOf(outcome))).toEqual([1]);
  });

  it.each(['NaN', 'Infinity', '-Infinity', '01', '1.', '.5', '+1', '0x10', "'1'"])(
    'a frame with %s is no JSON: it leaves nothing behind',
    (value) => {
      const good = JSON.stringify(TRADE);
      const outcome = decoded(`[${good},${good.replace('126.55', value)}]`);
      expect([outcome.readable, outcome.rows]).toEqual([false, []]);
    },
  );

  it.each([
    ['1e2', 100_000_000],
    ['1.5E1', 15_000_000],
    ['12.5000000', 12_500_000],
    ['999999999.999999', 999_999_999_999_999],
  ])('takes the price %s', (value, price) => {
    expect(decoded(`[${JSON.stringify(TRADE).replace('126.55', value)}]`).rows).toMatchObject([{ price }]);
  });

  it.each([
    ['price', { p: 0 }, 'priceNotPositive'],
    ['price', { p: 1_000_000_000 }, 'priceTooLarge'],
    ['size', { s: -5 }, 'sizeNegative'],
    ['time', { t: '2026-02-30T00:00:00Z' }, 'timeMalformed'],
    ['time', { t: '2026-08-03 14:30' }, 'timeMalformed'],
    ['time', { t: 1_785_000_000 }, 'timeMalformed'],
    ['symbol', { S: 'NOPE' }, 'symbolUnknown'],
    ['symbol', { S: 5 }, 'symbolUnknown'],
    ['codes', { c: 'R' }, 'conditionsMalformed'],
    ['kind', { T: 'zz' }, 'kindUnknown'],
  ])('refuses the %s of %j', (_name, change, reason) => {
    const outcome = decoded(JSON.stringify([{ ...TRADE, ...change }]));
    expect(refusalsOf(outcome)).toEqual({ [`refused.${reason}`]: 1 });
    expect(outcome.rows).toEqual([]);
  });

  it.each([{ h: 9 }, { l: 13 }, { l: 0 }, { t: '2026-08-03T14:30:01Z' }])('refuses a bar with %j', (change) => {
    const outcome = decoded(JSON.stringify([{ ...BAR, ...change }]));
    expect([outcome.rows, outcome.missing]).toEqual([[], 1]);
  });
});

const time = fc
  .record({ ms: fc.integer({ min: 0, max: 4_000_000_000_000 }), nanos: fc.integer({ min: 0, max: 999_999 }) })
  .map(({ ms, nanos }) => {
    const fraction = `${String(ms % 1000).padStart(3, '0')}${String(nanos).padStart(6, '0')}`.replace(/0+$/, '');
    return `${new Date(ms).toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
  });
const symbol = fc.constantFrom(...SYMBOLS, 'NOPE', 'AAP');
const price = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }).map((value) => value / 1_000_000),
  fc.integer({ min: 1, max: 99_999_999_999_999 }).map((value) => value / 10_000),
  fc.constantFrom(0, -0, 1e-7, 123.4567891, -4, 1e9, 1e21, null, 'x', true),
);
const size = fc.oneof(fc.nat(1_000_000), fc.constantFrom(0, -1, 0.5, 1e15, 2 ** 53, null, '7'));
const code = fc.constantFrom('@', 'T', 'I', 'F', 'Z', '5', ' ', 'R', 'N', 'j', 'xx', '"', '\\', 'é');
const codes = fc.oneof(fc.array(code, { maxLength: 5 }), fc.constantFrom(null, 'R', 4));
const letter = fc.constantFrom('A', 'B', 'C', 'D', 'Q', '', 'QQ', '"', ' ');
const message = fc.oneof(
  fc.record(
    { T: fc.constant('t'), S: symbol, i: size, x: letter, p: price, s: size, c: codes, z: letter, t: time },
    { requiredKeys: ['T'] },
  ),
  fc.record(
    { T: fc.constant('q'), S: symbol, bx: letter, bp: price, bs: size, ap: price, as: size, c: codes, t: time },
    { requiredKeys: ['T'] },
  ),
  fc.record({ T: fc.constantFrom('b', 'u'), S: symbol, o: price, h: price, l: price, c: price, v: size, t: time }),
  fc.constantFrom<Record<string, unknown>>(TRADE, QUOTE_MESSAGE, BAR, { T: 'success', msg: 'connected' }, { T: 'x' }),
);
const frame = fc.array(message, { maxLength: 6 });

/** Keys after the first in another order, and one that nobody knows. */
function shuffled(fields: Record<string, unknown>, seed: number): Record<string, unknown> {
  const entries = Object.entries(fields);
  const [first, ...rest] = entries;
  if (first === undefined) return fields;
  const turned = rest.map((entry, index) => ({ entry, key: (index * seed) % 7 })).sort((a, b) => a.key - b.key);
  return Object.fromEntries([first, ...turned.map(({ entry }) => entry), ...(seed % 3 === 0 ? [['vwx', 1.5]] : [])]);
}

describe('scanners equal the parser', () => {
  it('in JSON, whatever the values and the order of the keys', () => {
    fc.assert(
      fc.property(frame, fc.nat(20), (messages, seed) => {
        const text = JSON.stringify(messages.map((one) => shuffled(one, seed)));
        const { parsed: _parsed, readable, ...outcome } = decoded(text);
        expect(readable).toBe(true);
        expect(outcome).toEqual(reference(Buffer.from(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('in JSON with any byte changed, cut or added', () => {
    const change = fc.record({ at: fc.nat(2_000), byte: fc.nat(255), how: fc.constantFrom('set', 'cut', 'add') });
    fc.assert(
      fc.property(frame, fc.array(change, { minLength: 1, maxLength: 2 }), (messages, changes) => {
        const bytes = [...Buffer.from(JSON.stringify(messages))];
        for (const { at, byte, how } of changes) {
          bytes.splice(at % bytes.length, how === 'add' ? 0 : 1, ...(how === 'cut' ? [] : [byte]));
        }
        const changed = Buffer.from(bytes);
        const { parsed: _parsed, readable: _readable, ...outcome } = decoded(changed);
        expect(outcome).toEqual(reference(changed));
      }),
      { numRuns: 500 },
    );
  });

  it('in MessagePack, which says the same as the JSON', () => {
    const extensionCodec = new ExtensionCodec();
    class Moment {
      readonly text: string;
      constructor(text: string) {
        this.text = text;
      }
    }
    extensionCodec.register({
      type: -1,
      encode: (value) => {
        if (!(value instanceof Moment)) return null;
        const sec = Math.floor((parseWireTime(value.text.slice(0, 19) + 'Z') ?? 0) / 1_000_000);
        return encodeTimeSpecToTimestamp({ sec, nsec: Number((value.text.split(/[.Z]/)[1] ?? '').padEnd(9, '0')) });
      },
      decode: () => undefined,
    });
    fc.assert(
      fc.property(frame, fc.boolean(), (messages, plainTimes) => {
        const packed = encode(
          messages.map((one) => ('t' in one && !plainTimes ? { ...one, t: new Moment(String(one.t)) } : one)),
          { extensionCodec },
        );
        const decoder = new FrameDecoder(symbols());
        expect(decoder.decode(Buffer.from(packed), true, 5)).toBe(true);
        // -0 and 2^53 are the only values that the two codings tell differently.
        const text = JSON.stringify(messages);
        expect(outcomeOf(decoder)).toEqual(reference(Buffer.from(text)));
      }),
      { numRuns: 400 },
    );
  });

  it('MessagePack with any byte changed keeps its own reading', () => {
    fc.assert(
      fc.property(frame, fc.nat(2_000), fc.nat(255), (messages, at, byte) => {
        const bytes = Buffer.from(encode(messages));
        bytes[at % bytes.length] = byte;
        const decoder = new FrameDecoder(symbols());
        const readable = decoder.decode(bytes, true, 5);
        if (!readable) expect(plain(decoder.rows)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('many symbols', () => {
  it('are found by bytes and by name, and grow', () => {
    const index = new SymbolIndex();
    const names = Array.from({ length: 3_000 }, (_, at) => `S${at.toString(36).toUpperCase()}`);
    names.forEach((name, at) => expect(index.add(name)).toBe(at));
    const decoder = new FrameDecoder(index);
    for (let at = 0; at < names.length; at += 97) {
      decoder.decode(Buffer.from(JSON.stringify([{ ...TRADE, S: names[at] }])), false, 5);
      expect([decoder.parsedFrames, decoder.rows.prints.symbolId[0]]).toEqual([0, at]);
    }
  });

  it('end at what a column holds', () => {
    const index = new SymbolIndex();
    for (let at = 0; at < 65_536; at += 1) index.add(`X${at}`);
    expect(index.add('ONEMORE')).toBeUndefined();
    expect(index.idOf('X65535')).toBe(65_535);
  });
});
