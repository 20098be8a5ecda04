import { describe, expect, it } from 'vitest';
import { PrintFlag, QuoteFlag, TradingStatus } from '../domain/marketTables.js';
import { at, ExchangeRig, ORDINARY, usd } from './testing/ExchangeRig.js';

/** A rig with a quote 10.00 × 10.02 of 300 × 500 shares at 09:31. */
function quoted(options: ConstructorParameters<typeof ExchangeRig>[0] = {}): ExchangeRig {
  const rig = new ExchangeRig(options);
  rig.quote('09:31', 10, 300, 10.02, 500);
  return rig;
}

describe('which quotes fill', () => {
  it('crossed ones after two seconds by themselves, on the worse side, with nothing new (R10)', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10.05, 300, 10.02, 500);
    const order = rig.submit();
    rig.advance('09:31:01.900');
    expect(rig.explain(order)).toMatchObject({ code: 'quote-crossed' });
    rig.advance('09:31:02.100');
    expect(rig.fillList).toEqual(['100 @ 10.05']);
    expect(rig.fills[0]?.time).toBe(at('09:31:02'));
  });

  it('crossed ones after two seconds even if something else comes at that very time (R10)', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10.05, 300, 10.02, 500);
    rig.submit();
    rig.print('09:31:02', 10.03, 100);
    expect(rig.fillList).toEqual(['100 @ 10.05']);
  });

  it('crossed ones that are uncrossed in time at the quote that uncrosses them (R10)', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10.05, 300, 10.02, 500);
    rig.submit();
    rig.quote('09:31:01', 10, 300, 10.02, 500);
    rig.advance('09:31:05');
    expect(rig.fillList).toEqual(['100 @ 10.02']);
  });

  it('not those beyond a price band by their flag (R11)', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10, 300, 10.02, 500, QuoteFlag.BEYOND_BANDS);
    const order = rig.submit();
    rig.advance('09:31:01');
    expect(rig.fillList).toEqual([]);
    expect(rig.explain(order)?.code).toBe('quote-not-firm');
  });

  it('however old they are, while the channel lives: prints and heartbeats of any symbol keep it (R9)', () => {
    const rig = quoted({ feed: 'alpaca' });
    for (let second = 4; second < 60; second += 4) rig.status(`09:31:${second}`, TradingStatus.HEARTBEAT);
    rig.advance('09:32');
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.02']);
  });

  it('not when the channel was silent for longer than it may; the same quote counts when it speaks again (R9)', () => {
    const rig = quoted({ feed: 'alpaca' });
    rig.advance('09:31:10');
    const order = rig.submit();
    rig.advance('09:31:11');
    expect(rig.fillList).toEqual([]);
    expect(rig.explain(order)?.code).toBe('channel-silent');
    rig.status('09:31:12', TradingStatus.HEARTBEAT);
    expect(rig.fillList).toEqual(['100 @ 10.02']);
  });

  it('without a word from the channel where the day was recorded: it is complete by itself (R9)', () => {
    const rig = quoted();
    rig.advance('09:45');
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.02']);
  });
});

describe('what is no market', () => {
  const BAD = QuoteFlag.NOT_FIRM;

  it('reserves nothing: a quote that is not firm, or far off, does not say what an order costs (R11)', () => {
    const rig = quoted();
    rig.print('09:31:01', 10.01, 100);
    rig.quote('09:31:02', 10, 300, 15, 500, BAD);
    rig.submit();
    expect(rig.exchange.account('main').reserved).toBe(usd(1001));
    rig.quote('09:31:03', 0.01, 300, 199_999, 500);
    rig.submit();
    // Both at the last price, 10.01.
    expect(rig.exchange.account('main').reserved).toBe(usd(2002));
  });

  it('tells nothing of a queue: a quote that is not firm puts no order in front (M5, R11)', () => {
    const rig = quoted();
    const order = rig.submit({ limit: 9.98 });
    rig.advance('09:31:01');
    rig.quote('09:31:02', 0, 0, 10.02, 500, BAD);
    rig.print('09:31:03', 9.98, 5000);
    expect(rig.types(order)).toEqual(['accepted']);
  });

  it('closes no day and restricts no short sale: a single misprint (R8, M13)', () => {
    const rig = new ExchangeRig({ preset: 'strict', listings: [{ previousClose: 10_000_000 }] });
    rig.quote('09:31', 10, 300, 10.02, 500);
    rig.print('09:31:01', 10.01, 100);
    rig.print('09:31:02', 1, 100);
    const short = rig.submit({ side: 'sell' });
    expect(rig.types(short)).toEqual(['accepted', 'filled']);
  });

  it('becomes one when a second print agrees, and not when it is another misprint (M13)', () => {
    const rig = quoted();
    const markOf = (): number | undefined => rig.exchange.account('main').positions()[0]?.mark;
    rig.submit();
    rig.print('09:31:01', 10.01, 100);
    rig.print('09:31:02', 1, 100);
    rig.print('09:31:03', 1000, 100);
    expect(markOf()).toBe(usd(10.01));
    rig.quote('09:31:04', 0, 0, 1001, 100);
    rig.print('09:31:05', 999, 100);
    expect(markOf()).toBe(usd(999));
  });

  it('clips marks only where the preset says so', () => {
    const markAfter = (marks: 'lastPrice' | 'clippedToQuote'): number | undefined => {
      const rig = quoted({ overrides: { marks } });
      rig.submit();
      rig.print('09:31:01', 10.5, 100);
      return rig.exchange.account('main').positions()[0]?.mark;
    };
    expect([markAfter('lastPrice'), markAfter('clippedToQuote')]).toEqual([usd(10.5), usd(10.02)]);
  });
});

describe('displayed sizes', () => {
  it('that went and came back with the same size stay taken; another size is a new one (M2)', () => {
    const rig = quoted();
    rig.submit({ shares: 500 });
    rig.quote('09:31:01', 10, 300, 10.03, 0);
    rig.quote('09:31:02', 10, 300, 10.02, 500);
    rig.submit({ shares: 100 });
    rig.advance('09:31:03');
    expect(rig.fillList).toEqual(['500 @ 10.02']);
    rig.quote('09:31:04', 10, 300, 10.03, 0);
    rig.quote('09:31:05', 10, 300, 10.02, 600);
    expect(rig.fillList).toEqual(['500 @ 10.02', '100 @ 10.02']);
  });

  it('are never given twice, however the best price wanders (M2)', () => {
    // A naive ledger: what was taken of each level since it last showed another size.
    const rig = new ExchangeRig();
    const shown = new Map<number, { size: number; taken: number }>();
    const asks = [10.02, 10.03, 10.02, 10.04, 10.03, 10.02, 10.02, 10.03];
    asks.forEach((ask, i) => {
      const size = i === 6 ? 250 : 200;
      rig.quote(`09:31:${String(10 + i)}`, 10, 100, ask, size);
      const level = shown.get(ask);
      if (level === undefined || level.size !== size) shown.set(ask, { size, taken: 0 });
      const before = rig.fills.reduce((sum, fill) => sum + fill.quantity, 0);
      rig.submit({ shares: 130 });
      rig.advance(`09:31:${String(10 + i)}.900`);
      const got = (rig.fills.reduce((sum, fill) => sum + fill.quantity, 0) - before) / 1_000_000;
      const now = shown.get(ask);
      if (now !== undefined) {
        now.taken += got;
        expect(now.taken).toBeLessThanOrEqual(now.size);
      }
    });
    // 200 of each of four showings and 250 of the changed one, as far as the orders of 130 wanted them.
    expect([...shown.values()].every(({ taken, size }) => taken <= size)).toBe(true);
  });
});

describe('a sampled last price (M7)', () => {
  const SAMPLE = PrintFlag.LAST | PrintFlag.HIGH_LOW | PrintFlag.SAMPLED;
  const sampled = (): ExchangeRig => {
    const rig = new ExchangeRig({ feed: 'twelvedata' });
    rig.print('09:31', 50, 0, SAMPLE);
    return rig;
  };

  it('fills market orders half a modelled spread worse, whole, as nothing is known of sizes', () => {
    const rig = sampled();
    rig.submit({ shares: 1500 });
    rig.print('09:31:01', 50.1, 0, SAMPLE);
    // 1.5 bp of 50.10 is 0.007515, and twice that in the first five minutes.
    expect(rig.fillList).toEqual(['1500 @ 50.11503']);
    expect(rig.fills[0]?.receipt).toMatchObject({ rule: 'sampled-last', coverage: 'sampled', participationLimit: 0 });
  });

  const through: readonly [string, number, string[]][] = [
    ['at the limit', 49.9, []],
    ['a tick through it', 49.89, []],
    // Twice 1.5 bp of 49.875 is 0.01496: with a tick of 0.01 the sample must be 0.02496 below 49.90.
    ['half the spread and less than a tick through it', 49.8751, []],
    ['half the spread and a tick through it', 49.875, ['100 @ 49.9']],
  ];
  it.each(through)('%s (%d) gives %j', (_, price, expected) => {
    const rig = sampled();
    rig.submit({ limit: 49.9 });
    rig.print('09:31:01', price, 0, SAMPLE);
    expect(rig.fillList).toEqual(expected);
  });

  it('has no queue, and is weaker than a trade: an ordinary print through the limit fills at once', () => {
    const rig = sampled();
    const order = rig.submit({ limit: 49.9 });
    expect(rig.explain(order)?.queueAhead).toBe(-1);
    rig.print('09:31:01', 49.89, 100, ORDINARY);
    expect(rig.fillList).toEqual(['100 @ 49.9']);
  });
});

describe('quote bars', () => {
  it('of the shortest length decide; longer ones of the same instant are not looked at', () => {
    const rig = new ExchangeRig();
    rig.submit();
    const short = rig.quoteBarRow([10, 10, 10, 10], 300, [10.02, 10.02, 10.02, 10.02], 500, '5s');
    const long = rig.quoteBarRow([9, 11, 9, 10], 300, [9.02, 11.02, 9.02, 10.5], 500, '1m');
    rig.instant('09:31', short, long);
    expect(rig.fillList).toEqual(['100 @ 10.02']);
  });
});
