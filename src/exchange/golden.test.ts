/**
 * Golden scenarios: what every order type does in every part of the day on every basis (EXCHANGE: orders, fills), as
 * tables with the state before, the event and the state after.
 */
import { describe, expect, it } from 'vitest';
import { GOLDEN_BASES, GOLDEN_SESSIONS, GOLDEN_TYPES, goldenRows, scenarioOf } from './testing/goldenMatrix.js';
import { playScenario } from './testing/scenario.js';

/** Nothing costs anything and messages take no time, so that a row shows what it does. */
const NOW = {
  overrides: {
    spread: { kind: 'none' },
    participationBps: 0,
    regulatoryFees: false,
    orderLatency: 0,
    reportLatency: 0,
  },
} as const;

const MATRIX = goldenRows(`
market, premarket: buy 100 market (quoteBar: 600)
  # No market order outside regular hours: it waits for the open (M12).
  book     | A accepted 0/100                      | book add sell 3 100.01 200 | same
  nbbo     | A accepted 0/100                      | quote 99.98x500 100.01x500 | same
  quoteBar | A accepted 0/600                      | qbar 100 100.2 99.9 100.1 | same
  lastSale | A accepted 0/100                      | print 100.02 60 extended | same
  tradeBar | A accepted 0/100                      | bar 100.1 100.3 99.9 100.2 | same

market, regular: buy 100 market (quoteBar: 600)
  # The far side in hand is taken on arrival, 40 or 500 shares; prints and bars only tell of what comes (M1, M3).
  book     | A partially_filled 40/100; A +40@100  | book add sell 3 100.01 200 | A filled; A +60@100.01
  nbbo     | A partially_filled 40/100; A +40@100  | quote 99.98x500 100.01x500 | A filled; A +60@100.01
  quoteBar | A partially_filled 500/600; A +500@100.02 | qbar 100 100.2 99.9 100.1 | A filled; A +100@100.12
  lastSale | A new 0/100                           | print 100.02 60 | A partially_filled 60/100; A +60@100.02
  tradeBar | A new 0/100                           | bar 100.1 100.3 99.9 100.2 | A filled; A +100@100.1

market, afterHours: buy 100 market (quoteBar: 600)
  # It waits for the next morning (M12).
  book     | A accepted 0/100                      | book add sell 3 100.01 200 | same
  nbbo     | A accepted 0/100                      | quote 99.98x500 100.01x500 | same
  quoteBar | A accepted 0/600                      | qbar 100 100.2 99.9 100.1 | same
  lastSale | A accepted 0/100                      | print 100.02 60 extended | same
  tradeBar | A accepted 0/100                      | bar 100.1 100.3 99.9 100.2 | same

market, auction: buy 100 market tif opg (quoteBar: 600)
  # The auction's trade, or the open of the first bar, which stands for it; quotes are no trade (R4).
  book     | A accepted 0/100                      | print 100.2 5000 open | A filled; A +100@100.2
  nbbo     | A accepted 0/100                      | print 100.2 5000 open | A filled; A +100@100.2
  quoteBar | A accepted 0/600                      | qbar 100.2 100.6 99.2 100 | same
  lastSale | A accepted 0/100                      | print 100.2 5000 open | A filled; A +100@100.2
  tradeBar | A accepted 0/100                      | bar 100.2 100.6 99.2 100 | A filled; A +100@100.2

limit, premarket: buy 100 limit 99.9 ext
  # With the flag it works from 04:00.
  book     | A new 0/100            | book add sell 3 99.90 60 | A partially_filled 60/100; A +60@99.9
  nbbo     | A new 0/100            | quote 99.88x500 99.90x60 | A partially_filled 60/100; A +60@99.9
  quoteBar | A new 0/100            | qbar 99.9 99.9 99.8 99.85 | A filled; A +100@99.9
  lastSale | A new 0/100            | print 99.89 500 extended | A filled; A +100@99.9
  tradeBar | A new 0/100            | bar 100 100 99.8 99.9 | A filled; A +100@99.9

limit, regular: buy 100 limit 99.9
  # At its own price: up to the size shown (M3), or traded through strictly (M5).
  book     | A new 0/100            | book add sell 3 99.90 60 | A partially_filled 60/100; A +60@99.9
  nbbo     | A new 0/100            | quote 99.88x500 99.90x60 | A partially_filled 60/100; A +60@99.9
  quoteBar | A new 0/100            | qbar 99.9 99.9 99.8 99.85 | A filled; A +100@99.9
  lastSale | A new 0/100            | print 99.89 500 | A filled; A +100@99.9
  tradeBar | A new 0/100            | bar 100 100 99.8 99.9 | A filled; A +100@99.9

limit, afterHours: buy 100 limit 99.9 ext
  book     | A new 0/100            | book add sell 3 99.90 60 | A partially_filled 60/100; A +60@99.9
  nbbo     | A new 0/100            | quote 99.88x500 99.90x60 | A partially_filled 60/100; A +60@99.9
  quoteBar | A new 0/100            | qbar 99.9 99.9 99.8 99.85 | A filled; A +100@99.9
  lastSale | A new 0/100            | print 99.89 500 extended | A filled; A +100@99.9
  tradeBar | A new 0/100            | bar 100 100 99.8 99.9 | A filled; A +100@99.9

limit, auction: buy 100 limit 100.5 tif opg
  # Certain when strictly better than the auction (R4).
  book     | A accepted 0/100       | print 100.2 5000 open | A filled; A +100@100.2
  nbbo     | A accepted 0/100       | print 100.2 5000 open | A filled; A +100@100.2
  quoteBar | A accepted 0/100       | qbar 100.2 100.6 99.2 100 | same
  lastSale | A accepted 0/100       | print 100.2 5000 open | A filled; A +100@100.2
  tradeBar | A accepted 0/100       | bar 100.2 100.6 99.2 100 | A filled; A +100@100.2

stop, premarket: sell 100 stop 99.5
  # Nothing elects a stop outside regular hours (R3).
  book     | A accepted 0/100       | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

stop, regular: sell 100 stop 99.5
  # Elected by trades at or through it (R3); takes what stands, the next print, the close, or its price on bars.
  book     | A new 0/100            | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | A filled; A +100@99.45
  nbbo     | A new 0/100            | quote 99.45x500 99.50x500 & print 99.45 100 | A filled; A +100@99.45
  quoteBar | A new 0/100            | qbar 100 100.2 99.4 99.45 | A filled; A +100@99.45
  lastSale | A new 0/100            | print 99.45 500 & print 99.41 500 | A filled; A +100@99.41
  tradeBar | A new 0/100            | bar 100 100.2 99.4 99.6 | A filled; A +100@99.5

stop, afterHours: sell 100 stop 99.5
  book     | A accepted 0/100       | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

stop, auction: sell 100 stop 99.5
  # The opening trade elects; the quote of before the open is not looked at. A gap fills at the open.
  book     | A accepted 0/100       | print 99.3 5000 open | A filled; A +100@99.98
  nbbo     | A accepted 0/100       | print 99.3 5000 open
           | & quote 99.45x500 99.50x500 | A new 0/100; A filled; A +100@99.45
  quoteBar | A accepted 0/100       | qbar 99.3 100.6 99.2 100 | A filled; A +100@100
  lastSale | A accepted 0/100       | print 99.3 5000 open
           | & print 99.45 500 | A new 0/100; A filled; A +100@99.45
  tradeBar | A accepted 0/100       | bar 99.3 100.6 99.2 100 | A filled; A +100@99.3

stop_limit, premarket: sell 100 stop 99.5 limit 99.4
  book     | A accepted 0/100       | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

stop_limit, regular: sell 100 stop 99.5 limit 99.4
  # As a stop, within its limit; prints fill the limit when they go through it.
  book     | A new 0/100            | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | A filled; A +100@99.45
  nbbo     | A new 0/100            | quote 99.45x500 99.50x500 & print 99.45 100 | A filled; A +100@99.45
  quoteBar | A new 0/100            | qbar 100 100.2 99.4 99.45 | A filled; A +100@99.45
  lastSale | A new 0/100            | print 99.45 500 & print 99.41 500 | A filled; A +100@99.4
  tradeBar | A new 0/100            | bar 100 100.2 99.4 99.6 | A filled; A +100@99.5

stop_limit, afterHours: sell 100 stop 99.5 limit 99.4
  book     | A accepted 0/100       | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

stop_limit, auction: sell 100 stop 99.5 limit 99.4
  # On the bar the gap is beyond the limit: filled at it, because the bar came back (M9).
  book     | A accepted 0/100       | print 99.3 5000 open | A filled; A +100@99.98
  nbbo     | A accepted 0/100       | print 99.3 5000 open
           | & quote 99.45x500 99.50x500 | A new 0/100; A filled; A +100@99.45
  quoteBar | A accepted 0/100       | qbar 99.3 100.6 99.2 100 | A filled; A +100@100
  lastSale | A accepted 0/100       | print 99.3 5000 open
           | & print 99.45 500 | A new 0/100; A filled; A +100@99.4
  tradeBar | A accepted 0/100       | bar 99.3 100.6 99.2 100 | A filled; A +100@99.4

trailing_stop, premarket: sell 100 trail 0.5
  book     | A accepted 0/100       | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

trailing_stop, regular: sell 100 trail 0.5
  # 100 - 0.50 = 99.50 where trades are known; the quote bar begins at its better extreme: 100.20 - 0.50.
  book     | A new 0/100 stop 99.5  | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | A filled; A +100@99.45
  nbbo     | A new 0/100 stop 99.5  | quote 99.45x500 99.50x500 & print 99.45 100 | A filled; A +100@99.45
  quoteBar | A new 0/100            | qbar 100 100.2 99.4 99.45 | A new 0/100 stop 99.7
  lastSale | A new 0/100 stop 99.5  | print 99.45 500 & print 99.41 500 | A filled; A +100@99.41
  tradeBar | A new 0/100            | bar 100 100.2 99.4 99.6 | A filled; A +100@99.5

trailing_stop, afterHours: sell 100 trail 0.5
  book     | A accepted 0/100       | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book execute buy 4 99.45 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

trailing_stop, auction: sell 100 trail 0.5
  # From 99.30 to 98.80. On the bar the high 100.60 comes after the low: 100.10, and the close is behind it (M9).
  book     | A accepted 0/100       | print 99.3 5000 open | A new 0/100 stop 98.8
  nbbo     | A accepted 0/100       | print 99.3 5000 open & quote 99.45x500 99.50x500 | A new 0/100 stop 98.8
  quoteBar | A accepted 0/100       | qbar 99.3 100.6 99.2 100 | A new 0/100 stop 100.1
  lastSale | A accepted 0/100       | print 99.3 5000 open
           | & print 99.45 500 | A new 0/100 stop 98.8; A new 0/100 stop 98.95
  tradeBar | A accepted 0/100       | bar 99.3 100.6 99.2 100 | A filled; A +100@100.1

limit_if_touched, premarket: buy 100 touch 99.5 limit 99.6
  book     | A accepted 0/100       | book add sell 5 99.55 500 & book execute sell 5 99.5 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

limit_if_touched, regular: buy 100 touch 99.5 limit 99.6
  # Touched it takes the offer that its limit allows; without quotes it is a limit that the next print goes through.
  book     | A new 0/100            | book cancel buy 1 99.98 500 & book add buy 4 99.45 500
           | & book add sell 5 99.55 500 & book execute buy 4 99.45 100 | A filled; A +100@99.55
  nbbo     | A new 0/100            | quote 99.45x500 99.50x500 & print 99.45 100 | A filled; A +100@99.5
  quoteBar | A new 0/100            | qbar 100 100.2 99.4 99.45 | A filled; A +100@99.47
  lastSale | A new 0/100            | print 99.45 500 & print 99.41 500 | A filled; A +100@99.6
  tradeBar | A new 0/100            | bar 100 100.2 99.4 99.6 | A filled; A +100@99.5

limit_if_touched, afterHours: buy 100 touch 99.5 limit 99.6
  book     | A accepted 0/100       | book add sell 5 99.55 500 & book execute sell 5 99.5 100 | same
  nbbo     | A accepted 0/100       | quote 99.45x500 99.50x500 & print 99.45 100 extended | same
  quoteBar | A accepted 0/100       | qbar 100 100.2 99.4 99.45 | same
  lastSale | A accepted 0/100       | print 99.45 500 extended & print 99.41 500 extended | same
  tradeBar | A accepted 0/100       | bar 100 100.2 99.4 99.6 | same

limit_if_touched, auction: buy 100 touch 99.5 limit 99.6
  # The opening trade touches it, and is no offer that it could take.
  book     | A accepted 0/100       | print 99.3 5000 open | A new 0/100
  nbbo     | A accepted 0/100       | print 99.3 5000 open
           | & quote 99.45x500 99.50x500 | A new 0/100; A filled; A +100@99.5
  quoteBar | A accepted 0/100       | qbar 99.3 100.6 99.2 100 | A new 0/100
  lastSale | A accepted 0/100       | print 99.3 5000 open
           | & print 99.45 500 | A new 0/100; A filled; A +100@99.6
  tradeBar | A accepted 0/100       | bar 99.3 100.6 99.2 100 | A filled; A +100@99.3
`);

describe('the golden matrix: type × session × basis', () => {
  it('has exactly one row of each combination', () => {
    const wanted = GOLDEN_TYPES.flatMap((type) =>
      GOLDEN_SESSIONS.flatMap((session) => GOLDEN_BASES.map((basis) => `${type} ${session} ${basis}`)),
    );
    expect(MATRIX.map(({ type, session, basis }) => `${type} ${session} ${basis}`)).toEqual(wanted);
  });

  it.each(MATRIX)('$type, $session, $basis: before, after', (row) => {
    const { table, from } = scenarioOf(row);
    const states = playScenario(table, NOW).actual.map((line) => line.split('|')[2]?.trim() ?? '');
    const after = states.slice(from + 1).filter((state) => state !== '');
    expect(states.slice(0, from).join('')).toBe('');
    expect([states[from], after.length === 0 ? 'same' : after.join('; ')]).toEqual([row.before, row.after]);
  });
});
