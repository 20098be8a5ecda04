/**
 * Shows market rows to all that keep state of the market (venue, positions, bars under construction, indicators),
 * in this order. It calls no hook and decides nothing.
 */
import type { BarTable, MarketTable, StatusTable } from '../domain/marketTables.js';
import { isHaltedAfter } from '../domain/marketTables.js';
import type { SimulatedVenue } from '../domain/ports.js';
import { timeframeCode } from '../domain/timeframe.js';
import type { PositionTracker } from './PositionTracker.js';
import type { StrategyRunner } from './StrategyRunner.js';
import type { StreamRouter } from './StreamRouter.js';

/** See the module header. */
export class MarketObserver {
  private readonly venue: SimulatedVenue;
  private readonly tracker: PositionTracker;
  private readonly router: StreamRouter;
  private readonly runner: StrategyRunner;
  /** 1 for symbols whose trading is halted, by symbol id; written here. */
  private readonly halted: Uint8Array;

  constructor(
    venue: SimulatedVenue,
    tracker: PositionTracker,
    router: StreamRouter,
    runner: StrategyRunner,
    halted: Uint8Array,
  ) {
    this.venue = venue;
    this.tracker = tracker;
    this.router = router;
    this.runner = runner;
    this.halted = halted;
  }

  /** A row of the stream. */
  observe(table: MarketTable, row: number): void {
    const { venue, tracker } = this;
    switch (table.kind) {
      case 'quote':
        venue.onQuote(table, row);
        tracker.onQuote(table, row);
        return;
      case 'print':
        venue.onPrint(table, row);
        tracker.onPrint(table, row);
        if (this.router.builds) this.router.onPrint(table, row);
        return;
      case 'bar':
        venue.onBar(table, row);
        tracker.onBar(table, row);
        this.observeHistory(timeframeCode(table.timeframe), table, row);
        return;
      case 'quoteBar':
        venue.onQuoteBar(table, row);
        tracker.onQuoteBar(table, row);
        return;
      case 'status':
        venue.onStatus(table, row);
        this.noteStatus(table, row);
        return;
      case 'book':
        venue.onBook(table, row);
        return;
    }
  }

  /** History before the start, in order of time: indicators and longer bars see it, nobody else. */
  warmUp(history: readonly BarTable[]): void {
    const tables = history.toSorted((a, b) => timeframeCode(a.timeframe) - timeframeCode(b.timeframe));
    const codes = tables.map(({ timeframe }) => timeframeCode(timeframe));
    const rows = tables.map(() => 0);
    for (;;) {
      let end = Infinity;
      for (const [at, { time, length }] of tables.entries()) {
        const row = rows[at] ?? 0;
        if (row < length) end = Math.min(end, time[row] ?? Infinity);
      }
      if (end === Infinity) break;
      for (const [at, table] of tables.entries()) {
        let row = rows[at] ?? 0;
        for (; row < table.length && table.time[row] === end; row += 1) this.observeHistory(codes[at] ?? 0, table, row);
        rows[at] = row;
      }
      this.router.closeAggregates(end);
      this.observeFresh();
      this.router.clear();
    }
    this.router.endHistory();
  }

  /** A bar for indicators and longer bars alone: nothing trades on it. The code is that of its timeframe. */
  observeHistory(code: number, table: BarTable, row: number): void {
    this.router.onBar(code, table, row);
    this.runner.bars.observeBar(code, table, row);
  }

  /** The bars that were built within the present instant. */
  observeFresh(): void {
    const { router, runner } = this;
    const { codes } = router;
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] ?? 0;
      const table = router.fresh[code];
      if (table === undefined) continue;
      for (let row = 0; row < table.length; row += 1) {
        if (!router.isSuperseded(code, table.symbolId[row] ?? 0)) runner.bars.observeBar(code, table, row);
      }
    }
  }

  /** Calls the hooks for these bars and forgets them; `afterHook` comes after those of each. */
  deliverFresh(afterHook: () => void): void {
    const { router, runner } = this;
    const { codes } = router;
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] ?? 0;
      const table = router.fresh[code];
      if (table === undefined) continue;
      for (let row = 0; row < table.length; row += 1) {
        if (router.isSuperseded(code, table.symbolId[row] ?? 0)) continue;
        runner.deliverBar(code, table, row);
        afterHook();
      }
    }
    router.clear();
  }

  private noteStatus(table: StatusTable, row: number): void {
    const symbolId = table.symbolId[row] ?? 0;
    this.halted[symbolId] = isHaltedAfter(table.status[row] ?? 0, this.halted[symbolId] === 1) ? 1 : 0;
  }
}
