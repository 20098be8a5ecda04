/** A process that trades at a broker is killed with orders in flight: nothing is lost or doubled. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/utils/clock.js';
import { soakCount } from '../soak.js';
import { BrokerMarket } from '../support/brokerWorld.js';
import type { BrokerWorld } from '../support/brokerWorld.js';
import { startsWith } from '../support/FaultProxy.js';
import type { HttpFault } from '../support/FaultProxy.js';
import type { TradingTask } from './tradingProcess.js';

const here = dirname(fileURLToPath(import.meta.url));
// Below node_modules, so that the packages that the program leaves out are found.
const program = resolve(here, `../../node_modules/.cache/papertape-test/tradingProcess-${process.pid}.mjs`);
const POST = startsWith('POST /v2/orders');
const FAULTS: readonly HttpFault[] = [
  { kind: 'dropAnswer', silent: true },
  { kind: 'dropRequest', silent: true },
  { kind: 'duplicate' },
];
const ORDERS_A_LIFE = 3;

let market: BrokerMarket;
let world: BrokerWorld;
let stopTime: () => void = () => undefined;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  mkdirSync(dirname(program), { recursive: true });
  await build({
    entryPoints: [join(here, 'tradingProcess.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  market = await BrokerMarket.open();
  world = await market.world();
  stopTime = market.runInRealTime();
});
afterAll(async () => {
  stopTime();
  for (const child of children) child.kill('SIGKILL');
  rmSync(program, { force: true });
  await world.close();
  await market.close();
});

/** A process that trades; `lines` are what it has said. */
class Life {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  #notice: () => void = () => undefined;

  constructor(orders: readonly string[]) {
    const ahead = Math.round(market.exchange.now() - systemClock.now());
    const task: TradingTask = { dataDir: world.dataDir, place: world.place, ahead, orders };
    const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(child);
    let partial = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (partial + text).split('\n');
      // A line that the kill broke off was not said.
      partial = parts.pop() ?? '';
      this.lines.push(...parts);
      this.#notice();
    });
    this.#child = child;
  }

  async said(pattern: RegExp): Promise<void> {
    while (!this.lines.some((line) => pattern.test(line))) {
      await new Promise<void>((resolveNotice) => {
        this.#notice = resolveNotice;
      });
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
    children.delete(this.#child);
    return this.#child.exitCode;
  }
}

it('F26, F27, F33, I-14: an order in flight has one fate after kill -9, at the broker and on the tape', async () => {
  const taken: string[] = [];
  const lives = soakCount(2, 40);
  for (let life = 0; life < lives; life += 1) {
    world.proxy.heal().chaos(17 + life, 0.7, FAULTS, POST);
    const before = world.proxy.received.filter(POST).length;
    const orders = Array.from({ length: ORDERS_A_LIFE }, (_, index) => `life-${life}-${index}`);
    const process = new Life(orders);
    await process.said(new RegExp(`^taken life-${life}-${ORDERS_A_LIFE - 1}$`));
    await world.proxy.until(() => world.proxy.received.filter(POST).length > before);
    await process.end('SIGKILL');
    taken.push(...process.lines.filter((line) => line.startsWith('taken')).map((line) => line.slice(6)));
  }
  world.proxy.heal();
  const last = new Life([]);
  await last.said(/ open 0 ready true$/);
  expect(await last.end('SIGTERM')).toBe(0);
  const told = new Map(world.records('order').map(({ order }) => [order.clientOrderId, order]));
  expect([...told.keys()].sort()).toEqual([...taken].sort());
  const atBroker = await world.ordersAtBroker();
  const ids = atBroker.map((one) => String(one['client_order_id']));
  expect(new Set(ids).size).toBe(ids.length);
  // Each is filled here and there, or was never there and is told so.
  const filled = [...told.values()].filter(({ status }) => status === 'filled');
  const rejected = [...told.values()].filter(({ status }) => status === 'rejected');
  expect([filled.length, filled.length + rejected.length]).toEqual([ids.length, taken.length]);
  expect(filled.every(({ clientOrderId }) => ids.some((id) => id.endsWith(`-${clientOrderId}`)))).toBe(true);
  expect(await world.heldAtBroker()).toBe(filled.length);
  expect(last.lines.at(-1)).toMatch(new RegExp(`^holds ${filled.length} open 0`));
  expect(await world.verify()).toMatchObject({ equal: true, difference: undefined, counts: { fills: filled.length } });
}, 180_000);
