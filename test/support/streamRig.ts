/**
 * A client of Twelve Data's stream at a scripted server, on a clock that stands still, with a record of all it says.
 * Every wait is for a condition; a test that never sees it fails by its timeout.
 */
import { expect } from 'vitest';
import { PrintFlag } from '../../src/domain/marketTables.js';
import type { SourceListener, SourceState } from '../../src/domain/marketSource.js';
import type { PapertapeError } from '../../src/domain/errors.js';
import { WebsocketClient } from '../../src/data/twelvedataClient/websocketClient.js';
import type { WebsocketClientOptions } from '../../src/data/twelvedataClient/websocketClient.js';
import { ManualClock } from './ManualClock.js';
import { ScriptedStream } from './ScriptedStream.js';

/** A key that must show up nowhere. */
export const KEY = 's3cret-key';
/** A Monday, 10:00 New York. */
export const START_MS = Date.UTC(2026, 10, 23, 15);
const SECONDS = START_MS / 1_000;
/** Flags of a price in regular hours, without and with a size that is known. */
export const SAMPLED = PrintFlag.SAMPLED | PrintFlag.LAST | PrintFlag.HIGH_LOW;
export const SIZED = SAMPLED | PrintFlag.VOLUME;

/** What a client said. Times are seconds since the start. */
export interface Heard {
  readonly states: SourceState[];
  /** `SYMBOL state`, with `!` where a reason was given. */
  readonly symbols: string[];
  readonly gaps: (readonly [number, number])[];
  /** Symbol id, time, micro-dollars, size, flags. */
  readonly prints: (readonly [number, number, number, number, number])[];
}

/** A price event of an equity. */
export function price(
  symbol: string,
  seconds: number,
  dollars: unknown,
  dayVolume?: unknown,
  more: object = {},
): object {
  return {
    event: 'price',
    symbol,
    ...{ currency: 'USD', exchange: 'NASDAQ', mic_code: 'XNAS', type: 'Common Stock' },
    ...more,
    timestamp: SECONDS + seconds,
    price: dollars,
    ...(dayVolume === undefined ? {} : { day_volume: dayVolume }),
  };
}

/** Waits for what other turns of the event loop bring. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** The last state that was told. */
export function stateOf(heard: Heard): string {
  return heard.states.at(-1)?.kind ?? 'none';
}

/** The error of the last state. */
export function errorOf(heard: Heard): PapertapeError | undefined {
  const state = heard.states.at(-1);
  return state !== undefined && 'error' in state ? state.error : undefined;
}

function recorder(): SourceListener & Heard {
  const heard: Heard = { states: [], symbols: [], gaps: [], prints: [] };
  return {
    ...heard,
    onRows({ prints, length, receivedAt }) {
      expect(length).toBe(1);
      expect(receivedAt).toBeGreaterThanOrEqual(START_MS * 1_000);
      const at = (column: { readonly [index: number]: number }): number => column[0] ?? NaN;
      const seconds = at(prints.time) / 1e6 - SECONDS;
      heard.prints.push([at(prints.symbolId), seconds, at(prints.price), at(prints.size), at(prints.flags)]);
    },
    onCorrection: () => expect.unreachable('the stream has no corrections'),
    onState: (state) => heard.states.push(state),
    onSymbol: (symbol, state, reason) => heard.symbols.push(`${symbol} ${state}${reason === undefined ? '' : '!'}`),
    onGap: (since, to) => heard.gaps.push([since / 1e6 - SECONDS, to / 1e6 - SECONDS]),
  };
}

/** See the module header. */
export class StreamRig {
  readonly clock = new ManualClock(START_MS);
  readonly lines: string[] = [];
  readonly server: ScriptedStream;
  readonly #clients: WebsocketClient[] = [];

  private constructor(server: ScriptedStream) {
    this.server = server;
  }

  static async start(): Promise<StreamRig> {
    return new StreamRig(await ScriptedStream.start());
  }

  /** A client that was started and wants these symbols. */
  connect(symbols: readonly string[], options: Partial<WebsocketClientOptions> = {}) {
    const client = new WebsocketClient({
      apiKey: KEY,
      streamUrl: this.server.url,
      streamSymbols: 1_500,
      streamMessagesPerMinute: 100,
      clock: this.clock,
      random: () => 0.5,
      log: (line) => this.lines.push(line),
      ...options,
    });
    this.#clients.push(client);
    const heard = recorder();
    client.want(symbols);
    client.start(heard);
    return { client, heard };
  }

  /** Waits until a client has read everything that the server has sent. */
  async settled(client: WebsocketClient): Promise<void> {
    const before = client.counters()['unknown'] ?? 0;
    this.server.send({ event: 'a mark of the test' });
    await until(() => (client.counters()['unknown'] ?? 0) > before);
  }

  /** Lets time pass in small steps, each with all that it brings; the connection stays open. */
  async pass(client: WebsocketClient, heard: Heard, ms: number, step = 5_000): Promise<void> {
    const live = heard.states.at(-1);
    const since = live?.kind === 'live' ? live.since : NaN;
    for (let left = ms; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left));
      const pings = Math.floor((this.clock.now() - since) / 30e6);
      await until(() => this.server.last.pings === pings);
      await this.settled(client);
    }
  }

  /** Ends everything: no timer is left, and no line of the log has the key. */
  async close(): Promise<void> {
    const stopped = this.#clients.map((client) => client.stop());
    this.clock.advance(2_000);
    await Promise.all(stopped);
    await this.server.close();
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers are left`);
    if (this.lines.some((line) => line.includes(KEY))) throw new Error('the log has the key');
  }
}
