/** Parity of a session on the rig's market: equal, and each cause of a difference made on purpose. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readTape, readTapeMarket } from './readTape.js';
import { retold, RIG_DIRECTORY, RIG_START, SessionRig } from '../../test/support/sessionRig.js';
import type { SimulatedDisk } from '../../test/simulation/simulatedDisk.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { SessionConfig } from '../domain/session.js';
import { MINUTE } from '../domain/timeframe.js';
import { builtInStrategy } from '../strategies/registry.js';
import { Strategy } from '../strategies/Strategy.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { parityOf } from './parity.js';
import type { ChangedInputs, ParityInputs, ParityReport } from './parity.js';
import type { TapeRecord } from './tapeRecords.js';
import { streamOfBatches } from './tapeStream.js';

const QUARTER_SECOND = 250_000;

/** Buys on its third bar and sells on its eighth. */
class Turn extends Strategy.with({}) {
  protected readonly first: number = 3;
  private count = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count === this.first) ctx.enterLong(bar.symbol, { reason: 'third bar', size: { shares: 100 } });
    if (this.count === 8) ctx.exit(bar.symbol, { reason: 'eighth bar' });
  }
}

/** The same, edited. */
class LateTurn extends Turn {
  protected override readonly first = 4;
}

/** Another one each time that it is run. */
let runs = 0;
class Restless extends Turn {
  protected override readonly first: number = 4 + (runs++ % 3);
}

const { disk } = new SessionRig({
  strategies: [
    { instanceId: 'turn', strategy: 'turn', symbols: ['AURX'], timeframe: '1m', params: {}, allocation: 0.1 },
  ],
  commands: [],
  endTime: RIG_START + 14 * MINUTE,
  classes: { turn: Turn },
}).run();

/** What is another input than recorded. */
interface Changes {
  readonly disk?: SimulatedDisk;
  readonly config?: Partial<SessionConfig>;
  readonly strategy?: StrategyClass;
  readonly market?: (batch: MarketBatch) => MarketBatch;
  readonly changed?: ChangedInputs;
  /** Inputs that cannot be had as recorded. */
  readonly lost?: readonly (keyof ParityInputs)[];
}

function compare({
  disk: from = disk,
  config,
  strategy,
  market,
  changed = {},
  lost = [],
}: Changes): Promise<ParityReport> {
  const tape = readTape(from, RIG_DIRECTORY);
  const { symbols } = tape.session.config;
  const batches = (): MarketBatch[] => [...readTapeMarket(from, RIG_DIRECTORY)];
  const recorded: ParityInputs = {
    config: tape.session.config,
    market: () => Promise.resolve(streamOfBatches(symbols, batches().values())),
    resolveStrategy: (name) => (name === 'turn' ? Turn : builtInStrategy(name)),
  };
  return parityOf({
    tape,
    recorded: Object.fromEntries(Object.entries(recorded).filter(([name]) => !lost.some((gone) => gone === name))),
    again: {
      config: { ...tape.session.config, ...config },
      market: () =>
        Promise.resolve(
          streamOfBatches(
            symbols,
            batches()
              .map(market ?? ((batch) => batch))
              .values(),
          ),
        ),
      resolveStrategy: () => strategy ?? Turn,
    },
    changed,
    createHash: () => createHash('sha256'),
  });
}

/** Every price a hundredth higher. */
function dearer(batch: MarketBatch): MarketBatch {
  const raise = (column: Float64Array): Float64Array => column.map((price) => (price === 0 ? 0 : price + 1_000_000));
  return {
    ...batch,
    tables: batch.tables.map((table) => {
      if (table.kind === 'quote') return { ...table, bid: raise(table.bid), ask: raise(table.ask) };
      if (table.kind === 'print') return { ...table, price: raise(table.price) };
      return table;
    }),
  };
}

describe('parity', () => {
  it('says that a session and its re-run are equal, with the hashes', async () => {
    const report = await compare({});
    expect(report).toMatchObject({
      equal: true,
      first: undefined,
      cause: undefined,
      counts: {
        signals: { recorded: 2, again: 2, equal: 2, equalButTime: 0 },
        orders: { recorded: 2, again: 2, equal: 2 },
      },
    });
    expect(report.counts.fills.recorded).toBeGreaterThanOrEqual(2);
    expect(report.ledgerHash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.ledgerHash).toBe(report.recordedLedgerHash);
    expect(report.recordedEquity).not.toBeNull();
  });

  it('finds other data', async () => {
    const report = await compare({ market: dearer, changed: { data: ['prices a dollar higher'] } });
    expect(report).toMatchObject({
      equal: false,
      cause: 'data',
      because: 'with the recorded data everything is equal: prices a dollar higher',
      counts: { signals: { recorded: 2, again: 2 } },
    });
    expect(report.first?.recorded).toContain('fill: buy');
    expect(report.ledgerHash).not.toBe(report.recordedLedgerHash);
  });

  it('finds another configuration', async () => {
    const report = await compare({ config: { preset: 'strict' }, changed: { configuration: ['preset strict'] } });
    expect(report).toMatchObject({ equal: false, cause: 'configuration' });
  });

  it('finds other code, whether the recorded one can be had or not', async () => {
    const changed = { code: ['turn was edited since'] };
    const report = await compare({ strategy: LateTurn, changed });
    expect(report).toMatchObject({
      equal: false,
      cause: 'code',
      because: 'with the recorded code everything is equal: turn was edited since',
      counts: { signals: { recorded: 2, again: 2, equal: 1, equalButTime: 1 } },
    });
    expect(await compare({ strategy: LateTurn, changed, lost: ['resolveStrategy'] })).toMatchObject({
      cause: 'code',
      because: 'it is the only input that is another one: turn was edited since',
    });
  });

  it('finds which of several inputs made the first difference', async () => {
    const report = await compare({
      strategy: LateTurn,
      config: { feePlan: 'relative-5bps' },
      changed: { configuration: ['fee plan none'], code: ['turn was edited since'] },
    });
    expect(report).toMatchObject({ cause: 'code', because: expect.stringContaining('the first difference is gone') });
  });

  it('finds a strategy that decides otherwise every time', async () => {
    expect(await compare({ strategy: Restless })).toMatchObject({
      cause: 'code',
      because: expect.stringContaining('a strategy is not deterministic'),
    });
  });

  it('finds a clock that ran otherwise', async () => {
    const later = (record: TapeRecord): TapeRecord => {
      if (record.type === 'signal') {
        return { ...record, signal: { ...record.signal, time: record.signal.time + QUARTER_SECOND } };
      }
      if (record.type !== 'order') return record;
      const { createdAt, updatedAt } = record.order;
      return {
        ...record,
        order: { ...record.order, createdAt: createdAt + QUARTER_SECOND, updatedAt: updatedAt + QUARTER_SECOND },
      };
    };
    expect(await compare({ disk: retold(disk, later) })).toMatchObject({
      equal: false,
      cause: 'clock',
      because: 'every decision is the recorded one, at another time',
      counts: { signals: { recorded: 2, again: 2, equal: 0, equalButTime: 2 } },
    });
  });
});
