import { describe, expect, it } from 'vitest';
import { EXPLANATION_CODES, explanationText } from './explanationText.js';
import { formatPrice, formatTime, RECEIPT_RULES, receiptText } from './receiptText.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { DAY } from '../domain/timeframe.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';

describe('the text of a receipt', () => {
  it('says what was decided on a quote, with size, latency and fees', () => {
    const rig = new ExchangeRig({ feePlan: 'interactive-brokers-fixed' });
    rig.quote('09:31', 10, 300, 10.02, 500);
    rig.submit({ shares: 100 });
    const [fill] = rig.fills;
    expect(fill && receiptText(fill, 'AAA', 1_000_000)).toBe(
      'Bought 100 AAA at 10.02 at 09:31:00.040: the far side of the quote 10.00 × 10.02 (300 × 500 shares). ' +
        'It took 20 % of the size there, at most 100 % is taken. ' +
        'Decided at 09:31:00.000, at the venue 40 ms later. Fees: commission 1.00 dollars.',
    );
  });

  it('does not round what was taken of a size to nothing', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10, 300, 10.02, 500_000);
    rig.submit({ shares: 100 });
    const [fill] = rig.fills;
    expect(fill && receiptText(fill, 'AAA', 1_000_000)).toContain('It took less than 0.1 % of the size there');
  });

  it('says what was added to a bar, and which fees fall on a sale', () => {
    const rig = new ExchangeRig({ overrides: { orderLatency: 0, participationBps: 0 } });
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit({ side: 'sell' });
    rig.bar('09:32', [100.5, 101, 100, 101]);
    const [fill] = rig.fills;
    expect(fill && receiptText(fill, 'AAA', 1_000_000)).toBe(
      'Sold 100 AAA at 100.484924: the open 100.50 of the bar that ended at 09:32:00.000, ' +
        'less 0.015076 for half the modelled spread. Fees: sec 0.18, taf 0.02 dollars. ' +
        'Note: TAF rate uncertain: broker pages; start not verified.',
    );
  });

  it('says the date of a decision on another day than that of the fill', () => {
    const rig = new ExchangeRig({ overrides: { participationBps: 0 } });
    rig.bar('09:31', [100, 101, 99, 100]);
    rig.submit();
    rig.bar('09:32', [100.5, 101, 100, 101]);
    const [fill] = rig.fills;
    if (fill === undefined) throw new Error('it did not fill');
    const { receipt } = fill;
    const later = { ...fill, time: fill.time + DAY };
    expect(receiptText(fill, 'AAA', 1_000_000)).toContain('Decided at 09:31:00.000, at the venue');
    const date = newYorkText(receipt.decidedAt).slice(0, 10);
    expect(receiptText(later, 'AAA', 1_000_000)).toContain(`Decided on ${date} at 09:31:00.000, at the venue`);
  });

  it('has words for every rule that matching can name', () => {
    const rules = [
      'far-side',
      'limit-crossed-by-quote',
      'far-side-close',
      'limit-quoted-through',
      'last-sale',
      'limit-traded-through',
      'limit-queue-reached',
      'limit-better-open',
      'bar-open',
      'bar-close',
      'stop-reached',
      'trailing-stop-reached',
      'stop-gap',
      'trailing-stop-close',
      'stop-limit-close',
      'limit-if-touched-close',
      'trigger-touched',
      'trigger-gap',
      'session-open',
      'session-close',
      'stop-after-entry',
      'opening-auction',
      'closing-auction',
      'opening-auction-estimated',
      'closing-auction-estimated',
      'reopening-auction',
      'sampled-last',
      'walked-beyond-display',
      'book-displayed',
      'book-queue-reached',
      'book-traded-through',
      'book-met-by-order',
      'book-hidden-execution',
      'reported',
      'reported-average',
      // Named where the account is wound up.
      'ruin',
    ];
    expect([...RECEIPT_RULES].sort()).toEqual(rules.sort());
  });

  it.each([
    [1_005_000, 1_000_000, '1.005'],
    [144_781_724_170, 1_000_000_000, '144.781724'],
    [14_478_172_450, 100_000_000, '144.781725'],
    [-14_478_172_450, 100_000_000, '-144.781725'],
  ])('writes %i at scale %i as %s', (price, scale, text) => {
    expect(formatPrice(price, scale)).toBe(text);
  });

  it('writes New York times', () => {
    expect(formatTime(at('09:31:04.250'))).toBe('09:31:04.250');
  });
});

describe('why an order has not filled', () => {
  it('is told with prices, times and the queue', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 10, 300, 10.05, 500);
    const limit = rig.submit({ limit: 10 });
    const stop = rig.submit({ stop: 10.5 });
    const text = (orderId: string): string | undefined => {
      const explanation = rig.explain(orderId);
      return explanation && explanationText(explanation, 1_000_000);
    };
    expect(text(limit)).toBe('On its way to the venue since 09:31:00.000.');
    rig.advance('09:32');
    expect(text(limit)).toBe('At the limit 10.00 there are 450 shares ahead in the queue; the market is 10.05.');
    expect(text(stop)).toBe('The stop 10.50 has not been reached since 09:31:00.040; the last price is not known.');
    expect(text('o-99')).toBeUndefined();
  });

  it.each(EXPLANATION_CODES)('%s reads as a whole sentence', (code) => {
    const text = explanationText({ code, since: at('10:00'), orderPrice: 1, marketPrice: 2, queueAhead: 3 }, 1_000_000);
    expect(text).toMatch(/^[A-Z][^{}]*\.$/);
  });
});
