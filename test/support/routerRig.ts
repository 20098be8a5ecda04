/** A live market of scripted sources on a manual clock, with a recorder of its events and a reader of its rows. */
import type { LiveBatch, LiveMarket, LiveMarketEvent } from '../../src/domain/liveMarket.js';
import type { FeedQuality } from '../../src/domain/marketSource.js';
import { TradingStatus } from '../../src/domain/marketTables.js';
import type { LiveMarketOptions } from '../../src/data/router/liveMarketOptions.js';
import { openLiveMarket } from '../../src/data/twelvedataClient/streamRouter.js';
import { ManualClock } from './ManualClock.js';
import { consolidated, ScriptedFeed } from './ScriptedFeed.js';

/** 2026-01-05 10:00 New York, a Monday: a whole minute in regular hours. */
export const TEN = Date.UTC(2026, 0, 5, 15) * 1000;

/** A row as text, without heartbeats: kind, milliseconds after the rig's start, symbol id, and its figures. */
export type RowText = string;

/** What a rig is made of, besides the options of a market. */
export interface RigOptions extends Partial<Omit<LiveMarketOptions, 'sources' | 'clock'>> {
  readonly feeds?: readonly FeedQuality[];
  readonly bars?: 'check' | 'stream';
  readonly window?: number;
  /** Milliseconds since the epoch. */
  readonly startMs?: number;
  /** Whether sources are live from the beginning; true by default. */
  readonly isLive?: boolean;
}

/** See the module header. */
export class RouterRig {
  readonly clock: ManualClock;
  readonly start: number;
  readonly sources: readonly ScriptedFeed[];
  readonly market: LiveMarket;
  readonly events: LiveMarketEvent[] = [];
  readonly rows: RowText[] = [];

  constructor(options: RigOptions = {}) {
    this.clock = new ManualClock(options.startMs ?? TEN / 1000);
    this.start = this.clock.now();
    const symbols = options.symbols ?? ['AAA', 'BBB'];
    this.sources = (options.feeds ?? [consolidated('one')]).map(
      (quality) => new ScriptedFeed(this.clock, quality, symbols),
    );
    this.market = openLiveMarket({
      references: symbols.map(() => 100_000_000),
      listener: (event) => this.events.push(event),
      ...options,
      // Silence is no part of most tests.
      limits: { silenceRegular: Infinity, silenceExtended: Infinity, ...options.limits },
      symbols,
      clock: this.clock,
      sources: this.sources.map((source, priority) => ({
        source,
        priority,
        ...(options.window === undefined ? {} : { window: options.window }),
        ...(options.bars === undefined ? {} : { bars: options.bars }),
      })),
    });
    if (options.isLive !== false) for (const source of this.sources) source.live();
  }

  /** The first source. */
  get source(): ScriptedFeed {
    return this.other(0);
  }

  other(index: number): ScriptedFeed {
    const source = this.sources[index];
    if (source === undefined) throw new Error(`there is no source ${index}`);
    return source;
  }

  /** Market time by milliseconds after the start. */
  at(ms: number): number {
    return this.start + ms * 1000;
  }

  get nowMs(): number {
    return (this.clock.now() - this.start) / 1000;
  }

  /** Moves the clock to milliseconds after the start, reading as a session does. */
  goTo(ms: number): void {
    while (this.nowMs < ms) {
      this.clock.advance(Math.min(50, ms - this.nowMs));
      this.read();
    }
  }

  /** Reads what is settled into {@link rows}. */
  read(): LiveBatch[] {
    const batches: LiveBatch[] = [];
    for (;;) {
      const batch = this.market.readUntil(Infinity, 1_000);
      if (batch.length === 0) return batches;
      batches.push(batch);
      this.rows.push(...this.textsOf(batch));
    }
  }

  /** Events of one kind. */
  of<Kind extends LiveMarketEvent['kind']>(kind: Kind): Extract<LiveMarketEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<LiveMarketEvent, { kind: Kind }> => event.kind === kind);
  }

  count(name: string): number {
    return this.market.counters()[name] ?? -1;
  }

  /** Minutes as they are known by now: `symbolId start state figures qualities`, `*` where market-wide. */
  minutes(): string[] {
    const latest = new Map<string, string>();
    for (const event of this.events) {
      if (event.kind !== 'minute' && event.kind !== 'revision') continue;
      const { symbolId, start, state, figures, qualities, isMarketWide } = event.minute;
      const { open, high, low, close, volume } = figures ?? { open: 0, high: 0, low: 0, close: 0, volume: 0 };
      const prices = [open, high, low, close].map((price) => price / 1_000_000).join(' ');
      const values = figures === undefined ? '-' : `${prices} ${volume}`;
      const names = qualities.map(({ source }) => source).join('+');
      const place = `${symbolId} ${(start - this.start) / 60_000_000}`;
      const text = `${place} ${state} ${values} ${names}${isMarketWide ? '*' : ''}`;
      latest.set(`${symbolId} ${start}`, text);
    }
    return [...latest.values()];
  }

  /** The rows of a batch as texts. */
  textsOf(batch: LiveBatch): RowText[] {
    const next = batch.tables.map(() => 0);
    const texts: RowText[] = [];
    for (const index of batch.order ?? []) {
      const row = next[index] ?? 0;
      next[index] = row + 1;
      const table = batch.tables[index];
      if (table === undefined) throw new Error('the order names no table');
      const [time, id] = [((table.time[row] ?? 0) - this.start) / 1000, table.symbolId[row]];
      if (table.kind === 'print') {
        texts.push(
          `print ${time} ${id} ${shortNumber(table.price[row])} ${table.size[row]} @${batch.printSources[row]}`,
        );
      } else if (table.kind === 'quote') {
        const flags = table.flags[row] === 0 ? '' : ` !${table.flags[row]}`;
        const sides = `${shortNumber(table.bid[row])}x${shortNumber(table.ask[row])}`;
        texts.push(`quote ${time} ${id} ${sides}${flags} @${batch.quoteSources[row]}`);
      } else if (table.kind === 'status') {
        if (table.status[row] !== TradingStatus.HEARTBEAT) texts.push(`status ${time} ${id} ${table.status[row]}`);
      } else if (table.kind === 'bar') {
        texts.push(`bar ${time} ${id} ${shortNumber(table.close[row])} ${table.volume[row]}`);
      }
    }
    return texts;
  }
}

/** A price in dollars, a size as it is. */
function shortNumber(value = Number.NaN): number {
  return value >= 10_000 ? value / 1_000_000 : value;
}
