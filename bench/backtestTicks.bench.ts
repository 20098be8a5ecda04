/**
 * `backtest-ticks`: the regular hours of a recorded day, quotes and prints of two symbols, with limit orders that rest
 * in the book's queue: a strategy that keeps a bid and an offer at the best prices. Needs the reference data; without
 * them the case is left out. The result is checked against a run that looks at every instant, with the exchange's
 * invariants. No peer has just our rules for a resting order, so that their fills and profits may differ a little.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runBacktest, startOf } from '../src/analytics/Backtester.js';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import { createHistoricalCache } from '../src/cache/historicalCache.js';
import { importFile } from '../src/data/import/importFile.js';
import type { MarketBatch } from '../src/domain/marketTables.js';
import { mergeTables } from '../src/domain/mergeTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { Strategy } from '../src/index.js';
import type { Context, QuoteTick } from '../src/index.js';
import { checkVenue } from '../src/exchange/invariants.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { writeTicks } from './peerData.js';
import { besidePeers } from './peers.js';
import type { Comparison, Outcome, Peer } from './peers.js';

const SYMBOLS = ['IBM', 'BAC'];
const DAY = '2013-10-07';
const GATE = 3_000_000;
const SHARES = 100;
const CASH = 10_000_000 * DOLLAR;
/** Quotes between two looks at the own orders of a symbol. */
const EVERY = 200;
const SAY = { reason: 'keeps a quote' };

/** How near the fills of a peer must come, and its profit, which is some hundred dollars: half a cent a share. */
const ALIKE: Comparison = { what: 'fills', count: 0.05, equity: 400 };

interface Side {
  id: string;
  price: number;
}

class BenchQuoter extends Strategy.with({}) {
  private readonly seen = new Map<string, number>();
  private readonly bids = new Map<string, Side>();
  private readonly asks = new Map<string, Side>();

  override onQuote(quote: QuoteTick, ctx: Context): void {
    const { symbol } = quote;
    const seen = (this.seen.get(symbol) ?? 0) + 1;
    this.seen.set(symbol, seen);
    if (seen % EVERY !== 0) return;
    const { bid, ask } = quote;
    if (!(bid > 0) || !(ask > bid)) return;
    const held = ctx.position(symbol).quantity;
    this.keep(this.bids, symbol, 'buy', bid, held < 5 * SHARES, ctx);
    this.keep(this.asks, symbol, 'sell', ask, held > 0, ctx);
  }

  private keep(
    sides: Map<string, Side>,
    symbol: string,
    side: 'buy' | 'sell',
    price: number,
    isWanted: boolean,
    ctx: Context,
  ): void {
    const own = sides.get(symbol);
    if (own !== undefined) {
      if (own.price === price && isWanted) return;
      ctx.order.cancel(own.id);
      sides.delete(symbol);
    }
    if (isWanted) sides.set(symbol, { id: ctx.order.limit(symbol, side, SHARES, price, SAY), price });
  }
}

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const root = resolve(process.env['PAPERTAPE_REFERENCE_DATA'] ?? '../shared/data');
  const files = SYMBOLS.flatMap((symbol) =>
    ['trade', 'quote'].map((kind) => join(root, `lean/tick/${symbol.toLowerCase()}_20131007_${kind}.csv.gz`)),
  );
  if (!files.every((file) => existsSync(file))) return [];
  const market = await load(files);
  const setup: BacktestSetup = {
    strategies: [{ name: 'bench-quoter', strategyClass: BenchQuoter, hash: 'bench', timeframe: '1m' }],
    symbols: SYMBOLS,
    priceScale: RAW_PRICE_SCALE,
    startingCash: CASH,
    preset: 'papertape',
    startTime: startOf(market),
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  const general = runBacktest(market, {
    ...setup,
    onInstant: ({ venue }) => assert(checkVenue(venue).length === 0, 'an invariant of the exchange is broken'),
  });
  assert(general.fillCount > 50, `only ${general.fillCount} fills`);
  const result = await measure({
    name: 'backtest-ticks',
    unit: 'events',
    work: market.length,
    run: () => runBacktest(market, setup),
    check: (outcome) => assert(outcome.ledgerHash === general.ledgerHash, 'the fast way came to another ledger'),
    gatePerSecond: GATE,
    note: `${general.orders.length} limit orders, ${general.fillCount} fills, queue model on`,
  });
  return besidePeers(result, peersOn(market, setup), (path) => {
    writeTicks(path, market);
  });
}

/** What ours comes to before fees, of which the peers have none. */
function outcomeOf(market: MarketBatch, setup: BacktestSetup): Outcome {
  const { fillCount, finalEquity, fees } = runBacktest(market, setup);
  return { trades: fillCount, finalEquity: (finalEquity + fees) / DOLLAR };
}

function peersOn(market: MarketBatch, setup: BacktestSetup): readonly Peer[] {
  const shared = {
    settings: { every: EVERY, shares: SHARES, cash: CASH / DOLLAR },
    work: market.length,
    runs: 1,
  };
  return [
    {
      ...shared,
      name: 'hftbacktest',
      program: 'hftbacktest_ticks.py',
      variable: 'PAPERTAPE_PEERS_HFTBACKTEST',
      runs: 4,
      expected: () => [outcomeOf(market, setup)],
      comparison: ALIKE,
      note: 'a compiled strategy, called for its looks alone; another queue model; no fees',
    },
    {
      ...shared,
      name: 'nautilus_trader',
      program: 'nautilus_ticks.py',
      variable: 'PAPERTAPE_PEERS_NAUTILUS',
      // It has no queue: limits fill when they are traded through, as with the limits of `strict`.
      expected: () => [outcomeOf(market, { ...setup, preset: 'papertape+strict.limits' })],
      comparison: ALIKE,
      note: 'no queue, limits fill when traded through, as ours with strict limits; no fees',
    },
  ];
}

async function load(files: readonly string[]): Promise<MarketBatch> {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-ticks-'));
  const store = createHistoricalCache(folder);
  try {
    for (const file of files) await importFile(file, store);
    const query = { symbols: SYMBOLS, from: DAY, to: DAY, adjust: 'raw', extendedHours: false } as const;
    const quotes = await store.load({ ...query, kind: 'quote' });
    const prints = await store.load({ ...query, kind: 'print' });
    return mergeTables([quotes, prints]);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}
