import { describe, expect, it } from 'vitest';
import { PrintFlag, TradingStatus } from '../domain/marketTables.js';
import { explanationText } from './explanationText.js';
import { ExchangeRig, ORDINARY } from './testing/ExchangeRig.js';

const REOPENING = ORDINARY | PrintFlag.REOPENING_AUCTION;
const CLOSING = ORDINARY | PrintFlag.CLOSING_AUCTION;

/** A rig with a print and a quote 10.00 × 10.02 of 300 × 500 shares at 09:40. */
function trading(options: ConstructorParameters<typeof ExchangeRig>[0] = {}): ExchangeRig {
  const rig = new ExchangeRig(options);
  rig.print('09:40', 10.01, 100);
  rig.quote('09:40:01', 10, 300, 10.02, 500);
  return rig;
}

describe('halts', () => {
  const kinds: readonly [string, number, number, string][] = [
    ['a regulatory halt', TradingStatus.HALTED, TradingStatus.TRADING, 'halted'],
    ['a pause at a price band', TradingStatus.LULD_PAUSE, TradingStatus.TRADING, 'paused-at-price-band'],
    ['a market-wide breaker of level 1', TradingStatus.MARKET_WIDE_1, TradingStatus.TRADING, 'market-wide-halt'],
    ['a market-wide breaker of level 2', TradingStatus.MARKET_WIDE_2, TradingStatus.TRADING, 'market-wide-halt'],
    ['a market-wide breaker of level 3', TradingStatus.MARKET_WIDE_3, TradingStatus.TRADING, 'market-wide-halt'],
    ['a halt by a person', TradingStatus.OPERATOR_HALT, TradingStatus.OPERATOR_RELEASE, 'halted-by-operator'],
  ];
  it.each(kinds)('%s stops fills, keeps orders, allows cancels, and says what it is (R7, F56)', (_, on, off, code) => {
    const rig = trading();
    rig.status('09:41', on);
    const kept = rig.submit();
    const canceled = rig.submit({ limit: 10.05 });
    rig.quote('09:41:10', 10, 300, 10.02, 500);
    rig.print('09:41:11', 10.01, 1000);
    const why = rig.explain(kept);
    expect(why?.code).toBe(code);
    expect(why === undefined ? '' : explanationText(why, 1_000_000)).toContain('09:41:00');
    rig.cancel(canceled);
    expect(rig.fillList).toEqual([]);
    expect(rig.types(canceled)).toEqual(['accepted', 'canceled']);
    rig.status('09:46', off);
    rig.print('09:46:01', 10.5, 1000, REOPENING);
    rig.quote('09:46:02', 10.48, 300, 10.52, 500);
    expect(rig.types(kept)).toEqual(['accepted', 'filled']);
  });

  it('end with the reopening trade of the primary market, which fills what waited; old quotes are void (R7)', () => {
    const rig = trading({ listings: [{ venue: 'N' }] });
    const market = rig.submit({ shares: 300, timeInForce: 'day' });
    rig.status('09:40:01.010', TradingStatus.HALTED);
    const inside = rig.submit({ limit: 10.5 });
    const atPrice = rig.submit({ limit: 10.4 });
    rig.status('09:50', TradingStatus.TRADING);
    rig.quote('09:50:01', 10.3, 900, 10.32, 900);
    expect(rig.explain(market)?.code).toBe('waiting-for-reopening');
    // Another market's first trade reopens nothing.
    rig.print('09:50:02', 10.35, 500, REOPENING, 'P');
    expect(rig.fillList).toEqual([]);
    rig.print('09:50:03', 10.4, 5000, REOPENING, 'N');
    expect(rig.fillList).toEqual(['300 @ 10.4', '100 @ 10.4']);
    expect(rig.fills.map(({ receipt }) => receipt.rule)).toEqual(['reopening-auction', 'reopening-auction']);
    expect(rig.types(inside)).toEqual(['accepted', 'filled']);
    // A limit at the price of the auction competes with all others there (R4).
    expect(rig.types(atPrice)).toEqual(['accepted']);
    rig.quote('09:50:04', 10.3, 900, 10.35, 900);
    expect(rig.fillList.at(-1)).toBe('100 @ 10.4');
  });

  it('let an ordinary trade of the instant in which an auction reopens fill as such a trade does', () => {
    const rig = new ExchangeRig();
    rig.print('09:40', 10, 1000);
    rig.status('09:41', TradingStatus.HALTED);
    rig.submit();
    rig.status('09:50', TradingStatus.TRADING);
    rig.instant('09:50:01', rig.printRow(10.2, 1000), rig.printRow(10.4, 1000, REOPENING));
    // 5 bp of 10.20 is the modelled half spread.
    expect(rig.fillList).toEqual(['100 @ 10.2051']);
  });

  it('end with the quotes when no print reopens the symbol within a minute', () => {
    const rig = trading();
    rig.status('09:41', TradingStatus.HALTED);
    rig.submit();
    rig.status('09:50', TradingStatus.TRADING);
    rig.quote('09:50:59', 10, 300, 10.3, 500);
    expect(rig.fillList).toEqual([]);
    rig.quote('09:51', 10, 300, 10.4, 500);
    expect(rig.fillList).toEqual(['100 @ 10.4']);
  });

  it('end with the trades when there are no quotes and no print reopens the symbol within a minute', () => {
    const rig = new ExchangeRig();
    rig.print('10:00', 10, 1000);
    rig.status('10:01', TradingStatus.HALTED);
    rig.submit();
    rig.status('10:02', TradingStatus.TRADING);
    rig.print('10:02:59', 10, 1000);
    expect(rig.fillList).toEqual([]);
    rig.print('10:03', 10, 1000);
    // 5 bp of 10.00 is the modelled half spread, at least half a cent.
    expect(rig.fillList).toEqual(['100 @ 10.005']);
  });

  it('keep the halt of a person when the market reopens, and the other way round', () => {
    const rig = trading();
    rig.status('09:41', TradingStatus.HALTED);
    rig.status('09:42', TradingStatus.OPERATOR_HALT);
    const order = rig.submit();
    rig.print('09:50', 10.4, 5000, REOPENING);
    rig.quote('09:50:01', 10, 300, 10.3, 500);
    expect(rig.explain(order)?.code).toBe('halted-by-operator');
    rig.status('09:55', TradingStatus.OPERATOR_RELEASE);
    rig.quote('09:55:01', 10, 300, 10.31, 500);
    expect(rig.fillList).toEqual(['100 @ 10.31']);
  });

  it('of the market that end during a halt by a person are over by a reopening too, and void quotes (R7)', () => {
    const rig = trading();
    rig.status('09:41', TradingStatus.HALTED);
    rig.status('09:42', TradingStatus.OPERATOR_HALT);
    rig.quote('09:43', 10, 300, 10.3, 500);
    rig.status('09:44', TradingStatus.TRADING);
    const order = rig.submit();
    rig.status('09:44:10', TradingStatus.OPERATOR_RELEASE);
    expect(rig.explain(order)?.code).toBe('waiting-for-reopening');
    rig.quote('09:44:20', 10, 300, 10.31, 500);
    expect(rig.fillList).toEqual([]);
    rig.quote('09:45', 10, 300, 10.32, 500);
    expect(rig.fillList).toEqual(['100 @ 10.32']);
  });

  it('that are in force at the close end in the closing auction (R7)', () => {
    const rig = trading();
    const closing = rig.submit({ timeInForce: 'cls' });
    rig.print('15:48', 10, 100);
    const market = rig.submit();
    rig.status('15:48:00.010', TradingStatus.LULD_PAUSE);
    rig.advance('16:00:01');
    expect(rig.types(market)).toEqual(['accepted']);
    rig.print('16:00:02', 9.5, 8000, CLOSING);
    expect(rig.fillList).toEqual(['100 @ 9.5', '100 @ 9.5']);
    expect(rig.types(closing)).toEqual(['accepted', 'filled']);
  });

  it('that are in force when a closing auction would be estimated leave its orders unfilled (R4, R7)', () => {
    const rig = trading();
    const closing = rig.submit({ timeInForce: 'cls' });
    rig.print('15:48', 10, 100);
    rig.status('15:48:01', TradingStatus.HALTED);
    rig.advance('16:11');
    expect(rig.types(closing)).toEqual(['accepted']);
    rig.print('16:12', 9.5, 8000, CLOSING);
    expect(rig.fillList).toEqual(['100 @ 9.5']);
  });

  it('that were lifted, with nothing seen since, end in the closing auction (R7)', () => {
    const rig = trading();
    rig.status('15:48', TradingStatus.HALTED);
    const order = rig.submit();
    rig.status('15:50', TradingStatus.TRADING);
    rig.advance('16:00:01');
    rig.print('16:00:02', 9.5, 8000, CLOSING);
    expect(rig.types(order)).toEqual(['accepted', 'filled']);
  });

  it('of the day before are over: breakers and pauses, not regulatory halts', () => {
    const rig = trading();
    rig.status('15:55', TradingStatus.MARKET_WIDE_3);
    rig.advance(Date.parse('2013-10-08T13:31:00Z') * 1000);
    rig.quote(Date.parse('2013-10-08T13:31:00Z') * 1000, 10, 300, 10.02, 500);
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.02']);
  });
});

describe('price bands that the feed publishes (R7)', () => {
  it('keep quotes beyond them from filling, and prices at them', () => {
    const rig = trading();
    rig.status('09:45', TradingStatus.BANDS, 9.5, 10.5);
    rig.quote('09:45:01', 10.4, 300, 10.6, 500);
    const buy = rig.submit();
    rig.advance('09:45:05');
    expect(rig.explain(buy)).toMatchObject({ code: 'beyond-price-bands', marketPrice: 10_600_000 });
    rig.quote('09:45:06', 10.4, 300, 10.5, 500);
    expect(rig.fillList).toEqual(['100 @ 10.5']);
    expect(rig.fills[0]?.receipt).toMatchObject({ bandLower: 9_500_000, bandUpper: 10_500_000 });
  });

  it('end a cost at the band that would carry the price beyond it', () => {
    const rig = trading({ overrides: { slippage: { kind: 'fixedBps', bps: 100 } } });
    rig.status('09:45', TradingStatus.BANDS, 9.5, 10.5);
    rig.quote('09:45:01', 10.4, 300, 10.45, 500);
    rig.submit();
    // 10.45 and 1 % are 10.5545, which is beyond 10.50.
    expect(rig.fillList).toEqual(['100 @ 10.5']);
    expect(rig.fills[0]?.receipt).toMatchObject({ basePrice: 10_450_000, slippage: 50_000 });
  });

  it('bind the bar that ends at the close', () => {
    const rig = new ExchangeRig();
    rig.bar('15:58', [10, 10, 10, 10]);
    rig.submit({ limit: 10.6 });
    rig.status('15:58:10', TradingStatus.BANDS, 9.5, 10.5);
    rig.bar('16:00', [10.7, 10.7, 10.4, 10.55]);
    expect(rig.fillList).toEqual([]);
  });

  it('do not bind auctions, nor hours outside the regular ones', () => {
    const rig = trading();
    rig.submit({ timeInForce: 'cls' });
    rig.status('15:45', TradingStatus.BANDS, 9.5, 10.5);
    rig.print('16:00:01', 11, 5000, CLOSING);
    expect(rig.fillList).toEqual(['100 @ 11']);
    rig.quote('16:05', 11, 300, 11.1, 500);
    rig.submit({ limit: 11.2, extendedHours: true });
    expect(rig.fillList.at(-1)).toBe('100 @ 11.1');
  });
});

describe('price bands that are computed from the prints (R6, R7)', () => {
  /** 2014-06-02, a tier 1 stock that closed at 10.00: 5 % after 09:45, doubled before. */
  const DATE = '2014-06-02T';
  const on = (clock: string): number => Date.parse(`${DATE}${clock}-04:00`) * 1000;
  const stock = (preset = 'papertape'): ExchangeRig => {
    const rig = new ExchangeRig({
      preset,
      startTime: on('04:00:00'),
      listings: [{ venue: 'N', tier: 1, previousClose: 10_000_000 }],
    });
    rig.print(on('09:30:00'), 10, 5000, ORDINARY | PrintFlag.OPENING_AUCTION, 'N');
    rig.quote(on('09:50:00'), 9.99, 300, 10.01, 500);
    return rig;
  };

  it('lie 5 % around the reference price; a quote beyond them does not fill', () => {
    const rig = stock();
    rig.quote(on('09:50:01'), 10.4, 300, 10.6, 500);
    const order = rig.submit();
    rig.advance(on('09:50:02'));
    expect(rig.explain(order)?.code).toBe('beyond-price-bands');
    rig.quote(on('09:50:03'), 10.4, 300, 10.49, 500);
    expect(rig.fillList).toEqual(['100 @ 10.49']);
    expect(rig.fills[0]?.receipt).toMatchObject({ bandLower: 9_500_000, bandUpper: 10_500_000 });
  });

  it('hold from the open on for trades that are not of regular hours', () => {
    const rig = new ExchangeRig({ listings: [{ venue: 'N', tier: 1, previousClose: 20_000_000 }] });
    rig.print('09:29', 10, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    rig.submit({ limit: 10.01, extendedHours: true });
    rig.print('09:30', 10, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    expect(rig.fillList).toEqual([]);
  });

  it('pause trading 15 s after the best bid has reached the upper band, until the primary market reopens', () => {
    const rig = stock();
    rig.quote(on('09:50:01'), 10.5, 300, 10.6, 500);
    rig.advance(on('09:50:17'));
    const order = rig.submit({ side: 'sell' });
    rig.quote(on('09:50:20'), 10.3, 300, 10.4, 500);
    expect(rig.fillList).toEqual([]);
    expect(rig.explain(order)).toMatchObject({ code: 'paused-at-price-band', since: on('09:50:16') });
    rig.print(on('09:55:20'), 10.7, 4000, REOPENING, 'N');
    expect(rig.fillList).toEqual(['100 @ 10.7']);
  });

  it('are given up when the symbol is seen to trade on through the pause', () => {
    const rig = stock();
    rig.quote(on('09:50:01'), 10.5, 300, 10.6, 500);
    rig.quote(on('09:50:17'), 10.5, 300, 10.6, 500);
    rig.print(on('09:50:30'), 10.8, 200, ORDINARY, 'P');
    rig.quote(on('09:50:31'), 10.8, 300, 10.85, 500);
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.85']);
  });

  it('are given up by the first trade that comes late enough, although nothing was asked since the pause began', () => {
    const rig = stock();
    rig.quote(on('09:50:01'), 10.5, 300, 10.6, 500);
    rig.print(on('09:50:30'), 10.8, 200, ORDINARY, 'P');
    rig.quote(on('09:50:31'), 10.8, 300, 10.85, 500);
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.85']);
  });

  it('keep orders for the closing auction although nothing was seen since the pause began (R7)', () => {
    const rig = stock();
    const order = rig.submit({ side: 'sell', limit: 10.6 });
    rig.quote(on('09:50:01'), 10.5, 300, 10.6, 500);
    rig.advance(on('16:00:01'));
    expect(rig.types(order)).toEqual(['accepted']);
    rig.print(on('16:00:02'), 10.7, 4000, CLOSING, 'N');
    expect(rig.fillList).toEqual(['100 @ 10.7']);
  });

  it('reserve nothing at a quote that a pause has voided', () => {
    const rig = stock();
    rig.print(on('09:50:00.500'), 10, 200, ORDINARY, 'P');
    rig.quote(on('09:50:01'), 10.4, 300, 10.5, 500);
    rig.quote(on('09:50:02'), 10.5, 300, 10.51, 500);
    rig.advance(on('09:51:00'));
    rig.submit();
    expect(rig.exchange.account('main').reserved).toBe(1_050_000_000);
  });

  it('void the quotes before them where the feed then says that trading goes on', () => {
    const rig = stock();
    rig.quote(on('09:50:01'), 10.5, 300, 10.6, 500);
    rig.status(on('09:56:00'), TradingStatus.TRADING);
    const order = rig.submit({ side: 'sell' });
    rig.advance(on('09:56:10'));
    expect(rig.explain(order)?.code).toBe('waiting-for-reopening');
    rig.quote(on('09:57:00'), 10.3, 300, 10.4, 500);
    expect(rig.fillList).toEqual(['100 @ 10.3']);
  });

  it('let what was quoted since the pause began stand once it is given up', () => {
    const rig = stock();
    rig.quote(on('09:50:01'), 10.5, 300, 10.6, 500);
    rig.quote(on('09:50:17'), 10.7, 300, 10.75, 500);
    rig.print(on('09:50:30'), 10.8, 200, ORDINARY, 'P');
    rig.submit();
    expect(rig.fillList).toEqual(['100 @ 10.75']);
  });

  it('are left to the feed where it publishes them, and out where the preset wants none', () => {
    const published = stock();
    published.status(on('09:50:00'), TradingStatus.BANDS, 9, 11);
    published.quote(on('09:50:01'), 10.6, 300, 10.7, 500);
    published.submit();
    expect(published.fillList).toEqual(['100 @ 10.7']);
    const none = stock('alpaca');
    none.quote(on('09:50:01'), 10.6, 300, 10.7, 500);
    none.submit();
    expect(none.fillList).toEqual(['100 @ 10.7']);
  });

  it('bind nothing where the preset wants none, although the feed publishes them', () => {
    const rig = new ExchangeRig({ preset: 'backtesting.py' });
    rig.status('09:59', TradingStatus.BANDS, 9.5, 10.5);
    rig.submit();
    rig.bar('10:01', [10.6, 10.7, 10.6, 10.7]);
    expect(rig.fillList).toEqual(['100 @ 10.6']);
  });
});

describe('computed bands of a symbol whose tier is not known (R6)', () => {
  it.each([
    [undefined, 'LULD tier unknown, taken as tier 2'],
    [1 as const, ''],
  ])('tier %s: the receipt notes "%s"', (tier, note) => {
    const listing = { venue: 'N', previousClose: 10_000_000, ...(tier === undefined ? {} : { tier }) } as const;
    const rig = new ExchangeRig({ listings: [listing] });
    rig.print('09:30', 10, 1000, ORDINARY | PrintFlag.OPENING_AUCTION, 'N');
    rig.quote('09:40', 9.99, 300, 10.01, 500);
    rig.submit({});
    const [fill] = rig.fills;
    expect(fill?.receipt.bandUpper).toBeGreaterThan(10_000_000);
    expect(fill?.receipt.notes).toBe(note);
  });
});
