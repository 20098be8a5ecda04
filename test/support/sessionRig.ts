/**
 * A live session on a simulated disk and a short market, driven by hand: every step is one minute of market time,
 * so that a run that was cut and goes on comes to the same moments as one that was not.
 */
import { createHash } from 'node:crypto';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { createSimulatedDay, type SimulatedDay } from '../../src/data/sim/simulatedDay.js';
import type { Command } from '../../src/domain/commands.js';
import { PapertapeError } from '../../src/domain/errors.js';
import type { MarketBatch } from '../../src/domain/marketTables.js';
import type { MarketStream } from '../../src/domain/ports.js';
import type { RiskLimits } from '../../src/domain/risk.js';
import type { StrategyConfig } from '../../src/domain/session.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../../src/domain/units.js';
import { checkVenue } from '../../src/exchange/invariants.js';
import { bookSnapshot } from '../../src/exchange/snapshot.js';
import { LiveSession } from '../../src/host/LiveSession.js';
import { lastTapeMarketTime, readTape, readTapeMarket, type SessionRecord } from '../../src/host/readTape.js';
import { SessionTape } from '../../src/host/SessionTape.js';
import type { PlacedRecord, TapeRecord } from '../../src/host/tapeRecords.js';
import { streamOfBatches } from '../../src/host/tapeStream.js';
import { verifyTape, type VerifyReport } from '../../src/host/verifyTape.js';
import { builtInStrategy } from '../../src/strategies/registry.js';
import type { StrategyClass } from '../../src/strategies/Strategy.js';
import { required } from '../../src/utils/assert.js';
import { SimulatedDisk } from '../simulation/simulatedDisk.js';

const DATE = '2026-11-23';
/** Where the rig keeps its tape on its disk. */
export const RIG_DIRECTORY = '/tapes/rig-2026-11-23-0001';
const SESSION = required(sessionOf(parseDate(DATE)), 'the session of the day');

/** When the rig's market begins and ends: ten minutes before the open to half an hour after it. */
export const RIG_START = SESSION.open - 10 * MINUTE;
export const RIG_END = SESSION.open + 30 * MINUTE;

/** A command at a market time, which is a whole minute. */
export interface TimedCommand {
  readonly time: number;
  readonly command: Command;
}

/** What a rig runs. */
export interface RigPlan {
  readonly strategies: readonly StrategyConfig[];
  readonly commands: readonly TimedCommand[];
  readonly limits?: RiskLimits;
  /** Beside the built-in ones. */
  readonly classes?: Readonly<Record<string, StrategyClass>>;
  /** `papertape` if absent. */
  readonly preset?: string;
  readonly shadowPresets?: readonly string[];
  /** The market reacts to the session's orders; it is made anew each time. */
  readonly reacts?: boolean;
  /** When the session ends, if not at {@link RIG_END}. */
  readonly endTime?: number;
  /** Prices that a following day goes on from: with them the day is closed at its end. */
  readonly closingPrices?: () => readonly number[];
}

let market: { readonly symbols: readonly string[]; readonly batches: readonly MarketBatch[] } | undefined;

/** The market's rows, made once for all tests. */
function rigMarket(): MarketStream {
  if (market === undefined) {
    const day = createSimulatedDay({ seed: 5, date: parseDate(DATE) });
    while (day.readUntil(RIG_START - 1, 1_000_000).length > 0);
    const batches: MarketBatch[] = [];
    for (let time = RIG_START; time <= RIG_END; time += MINUTE) batches.push(day.readUntil(time, 1_000_000));
    market = { symbols: day.symbols, batches };
  }
  return streamOfBatches(market.symbols, market.batches.values());
}

/** The same market from the same moment, which reacts to orders. */
function reactiveMarket(): SimulatedDay {
  const day = createSimulatedDay({ seed: 5, date: parseDate(DATE) });
  while (day.readUntil(RIG_START - 1, 100_000).length > 0);
  return day;
}

/** A session that can be cut at any step. */
export class SessionRig {
  readonly disk: SimulatedDisk;
  readonly session: LiveSession;
  readonly durable: PlacedRecord[] = [];
  /** What was on the tape when it was opened, after the opening record. */
  readonly recovered: readonly PlacedRecord[];
  readonly #plan: RigPlan;
  #nowMs = 0;
  #nextCommand: number;

  /** Opens the session that is on the disk, or a new one on an empty disk. */
  constructor(plan: RigPlan, disk: SimulatedDisk = new SimulatedDisk()) {
    this.#plan = plan;
    this.disk = disk;
    const reactive = plan.reacts === true ? reactiveMarket() : undefined;
    const stream = reactive ?? rigMarket();
    const placed: PlacedRecord[] = [];
    const copiedTo = lastTapeMarketTime(disk, RIG_DIRECTORY);
    const tape = SessionTape.open({
      fs: disk,
      directory: RIG_DIRECTORY,
      sessionId: 'rig',
      // Many disks are kept at once; zeros ahead would be most of them.
      sizes: { reserveBytes: 65_536, marketReserveBytes: 65_536, extendBytes: 65_536 },
      onRecord: (record) => placed.push(record),
      onNotice: () => undefined,
    });
    const [opening, ...records] = placed;
    this.recovered = records;
    let header: SessionRecord;
    if (opening?.record.type === 'session') header = opening.record;
    else {
      header = headerOf(plan, stream.symbols);
      tape.append(header, RIG_START);
      tape.commit();
    }
    this.session = new LiveSession({
      header,
      tape,
      records,
      stream,
      ...(reactive === undefined ? {} : { reactive }),
      endTime: plan.endTime ?? RIG_END,
      ...(plan.closingPrices === undefined ? {} : { closingPrices: plan.closingPrices }),
      copyMarket: true,
      copiedTo,
      resolveStrategy: (name) => plan.classes?.[name] ?? builtInStrategy(name),
      // One step of 20 ms is one minute of the market.
      keepMarketRows: 0,
      speed: 3_000,
      nowMs: () => this.#nowMs,
      onDurable: (record) => this.durable.push(record),
    });
    this.#nextCommand = records.filter(({ record }) => record.type === 'command').length;
  }

  /** Gives the commands that are due, then moves the market by a minute. */
  step(): void {
    const { commands } = this.#plan;
    for (let next = commands[this.#nextCommand]; next !== undefined; next = commands[this.#nextCommand]) {
      if (this.session.composed.kernel.now < next.time || !this.#gives(next.command)) break;
      this.#nextCommand += 1;
    }
    this.#nowMs += 20;
    this.session.step();
  }

  /** Gives a command; false if the disk is full, whereupon a client tries again later. */
  #gives(command: Command): boolean {
    try {
      this.session.execute(command);
      return true;
    } catch (error) {
      if (error instanceof PapertapeError && error.code === 'STORAGE_FULL') return false;
      throw error;
    }
  }

  /** Moves the market to exactly `time`, at most 50 minutes on, without giving commands. */
  moveTo(time: number): void {
    this.#nowMs += (time - this.session.pacer.marketTime) / 3_000_000;
    this.session.step();
  }

  /** Steps to the end; with `check`, the exchange's invariants are checked after each step. */
  run(options: { readonly check?: boolean; readonly afterStep?: (step: number) => void } = {}): this {
    for (let step = 0; !this.session.ended; step += 1) {
      this.step();
      if (options.check === true) {
        const broken = checkVenue(this.session.composed.venue);
        if (broken.length > 0) throw new Error(`after step ${step}: ${broken.join('; ')}`);
      }
      options.afterStep?.(step);
    }
    return this;
  }

  /** Everything that the end of a session says: books of the venue, positions, and all decisions of the tape. */
  outcome(): {
    readonly books: string;
    readonly positions: string;
    readonly digest: string;
    readonly verified: boolean;
  } {
    const { venue, kernel } = this.session.composed;
    const report = verifyRig(this.#plan, this.disk);
    return {
      books: JSON.stringify(bookSnapshot(venue.exchange.book)),
      positions: JSON.stringify(kernel.tracker.positions()),
      digest: report.decisionDigest,
      verified: report.equal,
    };
  }

  /** The tape's records of one type so far, durable ones only. */
  records<Type extends TapeRecord['type']>(type: Type): Extract<TapeRecord, { type: Type }>[] {
    return readTape(this.disk, RIG_DIRECTORY).records.flatMap(({ record }) =>
      record.type === type ? [record as Extract<TapeRecord, { type: Type }>] : [],
    );
  }
}

/** A disk with the rig's tape of another one, each record changed by `change`. */
export function retold(disk: SimulatedDisk, change: (record: TapeRecord) => TapeRecord): SimulatedDisk {
  const { session, records } = readTape(disk, RIG_DIRECTORY);
  const copy = new SimulatedDisk();
  const tape = SessionTape.open({
    fs: copy,
    directory: RIG_DIRECTORY,
    sessionId: 'rig',
    onRecord: () => undefined,
    onNotice: () => undefined,
  });
  for (const batch of readTapeMarket(disk, RIG_DIRECTORY)) {
    const times = batch.tables.map((table) => table.time[table.length - 1] ?? 0);
    tape.appendMarket(batch, Math.max(...times));
  }
  for (const record of [session, ...records.map((placed) => placed.record)]) {
    tape.append(change(record), 'time' in record ? record.time : RIG_START);
  }
  tape.commit();
  tape.close();
  return copy;
}

/** Runs the rig's tape again and compares. */
export function verifyRig(plan: RigPlan, disk: SimulatedDisk): VerifyReport {
  const tape = readTape(disk, RIG_DIRECTORY);
  return verifyTape({
    tape,
    market: streamOfBatches(tape.session.config.symbols, readTapeMarket(disk, RIG_DIRECTORY)),
    resolveStrategy: (name) => plan.classes?.[name] ?? builtInStrategy(name),
    sameStrategies: true,
    digest: () => {
      const hash = createHash('sha256');
      return { update: (text) => void hash.update(text), finish: () => hash.digest('hex') };
    },
  });
}

function headerOf(plan: RigPlan, symbols: readonly string[]): SessionRecord {
  return {
    type: 'session',
    config: {
      sessionId: 'rig-2026-11-23-0001',
      feed: 'sim',
      symbols,
      priceScale: RAW_PRICE_SCALE,
      accountId: 'paper',
      startingCash: 100_000 * DOLLAR,
      preset: plan.preset ?? 'papertape',
      feePlan: 'interactive-brokers-fixed',
      seed: 5,
      startTime: RIG_START,
      limits: plan.limits ?? {},
      strategies: plan.strategies,
      ...(plan.shadowPresets === undefined ? {} : { shadowPresets: plan.shadowPresets }),
    },
    market: { kind: 'simulated', version: 1, seed: 5, date: DATE, openingPrices: [] },
    identity: { engineVersion: '0.1.0', node: '', v8: '', strategies: {} },
    carried: null,
  };
}
