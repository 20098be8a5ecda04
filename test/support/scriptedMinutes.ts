/** Sessions of scripts on minutes of the symbols A and B, engine and exchange together. */
import { composeKernel } from '../../src/analytics/composeKernel.js';
import type { ComposedKernel } from '../../src/analytics/composeKernel.js';
import type { RiskLimits } from '../../src/domain/risk.js';
import { DOLLAR } from '../../src/domain/units.js';
import type { Micros } from '../../src/domain/units.js';
import { batchOf, minuteBars, OPEN, RecordingSink } from '../../src/engine/testKit.js';
import type { Ohlc } from '../../src/engine/testKit.js';
import type { Bar } from '../../src/strategies/Bar.js';
import type { Context } from '../../src/strategies/Context.js';
import { Strategy } from '../../src/strategies/Strategy.js';

/** What an instance does at the end of its minutes, from 1 on. */
export type MinuteScript = Readonly<Record<number, (ctx: Context) => void>>;

/** What is played. */
export interface ScriptedMinutes {
  readonly preset: string;
  /** One instance for each, named `s0` and so on. */
  readonly scripts: readonly MinuteScript[];
  readonly a: readonly Ohlc[];
  readonly b: readonly Ohlc[];
  /** When the first minute begins; {@link OPEN} if absent. */
  readonly startTime?: Micros;
  readonly limits?: RiskLimits;
  /** Of both symbols, minute by minute. */
  readonly volumes?: readonly number[];
}

/** A session that is not played yet. */
export interface ScriptedSession extends ComposedKernel {
  readonly sink: RecordingSink;
  /** Starts the session and feeds all minutes. */
  readonly play: () => void;
}

/** Puts a session together: 100,000 dollars, and the fees of `lean`. */
export function scriptedSession(given: ScriptedMinutes): ScriptedSession {
  const { preset, scripts, a, b, startTime = OPEN, limits = {}, volumes = [] } = given;
  const sink = new RecordingSink();
  const symbols = ['A', 'B'];
  const composed = composeKernel({
    config: {
      sessionId: 't',
      feed: 'recorded',
      symbols,
      priceScale: DOLLAR,
      accountId: 'main',
      startingCash: 100_000 * DOLLAR,
      preset,
      feePlan: 'lean-interactive-brokers',
      seed: 1,
      startTime,
      limits,
      strategies: scripts.map((_, index) => {
        const id = `s${index}`;
        return { instanceId: id, strategy: id, symbols, timeframe: '1m', params: {}, allocation: 1 / scripts.length };
      }),
    },
    sink,
    resolveStrategy: (id) => scripted(scripts[Number(id.slice(1))] ?? {}),
  });
  const { kernel } = composed;
  sink.kernel = kernel;
  const table = minuteBars(a, b);
  for (let row = 0; row < table.length; row += 1) {
    table.start[row] = (table.start[row] ?? 0) + startTime - OPEN;
    table.time[row] = (table.time[row] ?? 0) + startTime - OPEN;
    table.volume[row] = volumes[row >> 1] ?? table.volume[row] ?? 0;
  }
  const play = (): void => {
    kernel.start();
    kernel.process(batchOf(table));
  };
  return { ...composed, sink, play };
}

function scripted(script: MinuteScript) {
  return class extends Strategy.with({}) {
    private minute = 0;
    override onBar({ symbol }: Bar, ctx: Context): void {
      if (symbol !== 'B') return;
      this.minute += 1;
      script[this.minute]?.(ctx);
    }
  };
}
