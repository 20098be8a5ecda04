/**
 * Feeds a fresh kernel the inputs of a tape, market data and commands at their places, and hands on what it decides in
 * the form of records. It compares nothing.
 */
import { composeKernel } from '../analytics/composeKernel.js';
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { MarketStream } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import type { Micros } from '../domain/units.js';
import { ownerOf } from '../engine/PositionTracker.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import { goOnFrom } from './carriedOrders.js';
import { isMark, type PlacedMark } from './markAgain.js';
import type { Tape } from './readTape.js';
import { configWithLivingShadows } from './ShadowRecorder.js';
import type { RecordWriter } from './TapeSink.js';
import { TapeSink } from './TapeSink.js';
import { warmUpBars } from './warmUp.js';

/** What is run. */
export interface TapeRerun {
  readonly tape: Tape;
  readonly market: MarketStream;
  readonly resolveStrategy: StrategyResolver;
  /** In place of the tape's own. */
  readonly config?: SessionConfig;
  readonly onRecord: RecordWriter;
  /** Called where the tape says what the accounts are worth, with the kernel at that place. */
  readonly onMark?: (mark: PlacedMark, composed: ComposedKernel) => void;
  /** Called with the share of the session's time that is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** See `KernelOptions.hookProbe`. */
  readonly hookProbe?: Int32Array;
}

/** What the run came to. */
export interface TapeRerunEnd extends ComposedKernel {
  readonly marketRows: number;
  readonly commands: number;
  /** Time of the tape's last word. */
  readonly end: Micros;
}

const BATCH_ROWS = 4_000;

/**
 * Runs. Throws the kernel's own errors for inputs that cannot be run, and `TAPE_NOT_FOUND` for a tape without a
 * decision.
 */
export function rerunTape(parts: TapeRerun): TapeRerunEnd {
  const { tape, market, resolveStrategy, config, onRecord, onMark, onProgress, hookProbe } = parts;
  if (!tape.records.some(({ record }) => record.type === 'position')) {
    const { sessionId } = tape.session.config;
    throw new PapertapeError('TAPE_NOT_FOUND', `The session ${sessionId} ended before its first decision.`, {
      remedy: 'There is nothing to run again; name another session.',
    });
  }
  const run = configWithLivingShadows(config ?? tape.session.config, tape.records);
  const sink = new TapeSink(onRecord);
  const composed = composeKernel({
    config: run,
    sink,
    resolveStrategy,
    ...(hookProbe === undefined ? {} : { hookProbe }),
  });
  const { kernel } = composed;
  sink.place = kernel;
  sink.positionOf = (order) => kernel.tracker.positionOf(ownerOf(order), order.symbolId);
  goOnFrom(tape.session.carried, composed);
  const end = lastTime(tape);
  const span = Math.max(1, end - run.startTime);
  let marketRows = 0;
  let commands = 0;
  const feed = (time: Micros): void => {
    for (;;) {
      const batch: MarketBatch = market.readUntil(time, BATCH_ROWS);
      if (batch.length === 0) break;
      marketRows += batch.length;
      kernel.process(batch);
      onProgress?.((kernel.now - run.startTime) / span);
    }
    kernel.advanceClock(time);
  };

  for (const { record } of tape.records) if (record.type === 'warmUp') kernel.warmUp(...warmUpBars(record));
  kernel.start();
  let ended = false;
  for (const { seq, record } of tape.records) {
    if (onMark !== undefined && isMark(record)) {
      feed(record.time);
      onMark({ seq, record }, composed);
    }
    if (record.type === 'position' && record.ended && !ended) {
      // Here and not after the loop: the kill switch is taken after the end of a session too.
      feed(record.time);
      kernel.finish();
      ended = true;
    }
    if (record.type !== 'command') continue;
    feed(record.time);
    kernel.command(record.command, record.time);
    commands += 1;
  }
  feed(end);
  return { ...composed, marketRows, commands, end };
}

function lastTime(tape: Tape): Micros {
  let last = tape.session.config.startTime;
  for (const { record } of tape.records) if (record.type === 'position') last = record.time;
  return last;
}
