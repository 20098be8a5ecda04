/**
 * The process that the kill test starts: goes on with the session that is there, or begins one, gives orders as soon as
 * it knows prices, and says each once it is taken; then it says what it holds whenever that changes, until it is ended.
 */
import { writeSync } from 'node:fs';
import { openHistory } from '../../src/compose.js';
import { SHARE } from '../../src/domain/units.js';
import { openSession } from '../../src/host/openSession.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { systemClock } from '../../src/utils/clock.js';
import type { Clock } from '../../src/utils/clock.js';
import { brokerPlan, brokerTools } from '../support/brokerPlan.js';
import type { BrokerPlace } from '../support/brokerPlan.js';

/** What the test passes. */
export interface TradingTask {
  readonly dataDir: string;
  readonly place: BrokerPlace;
  /** Market time minus wall time, in microseconds. */
  readonly ahead: number;
  /** Client order ids of the orders to give. */
  readonly orders: readonly string[];
}

const STEP_MS = 5;
const { dataDir, place, ahead, orders } = JSON.parse(process.argv[2] ?? '') as TradingTask;

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };
const history = openHistory(dataDir);
const { session } = await openSession(brokerPlan(dataDir), {
  fs: nodeFileSystem,
  history: () => history,
  clock,
  ...brokerTools(place),
  onDurable: () => undefined,
  onNotice: () => undefined,
});
const { kernel, remote } = session.composed;
let given = false;
let told = '';

function step(): void {
  session.step();
  const { lastPrice, quantities } = kernel.tracker;
  const isReady = remote?.connection.state === 'trading' && (lastPrice[0] ?? 0) > 0;
  if (isReady && !given) {
    given = true;
    for (const clientOrderId of orders) {
      const terms = { orderType: 'market', timeInForce: 'day', quantity: SHARE, extendedHours: false } as const;
      const command = {
        type: 'submitOrder',
        user: 'ann',
        clientOrderId,
        symbol: 'AURX',
        side: 'buy',
        ...terms,
      } as const;
      if (session.execute({ ...command, reason: '' }).ok) say(`taken ${clientOrderId}`);
    }
  }
  const state = `holds ${(quantities[0] ?? 0) / SHARE} open ${kernel.manager.openCount} ready ${isReady}`;
  if (state !== told) say(state);
  told = state;
}

const timer = setInterval(step, STEP_MS);
process.on('SIGTERM', () => {
  clearInterval(timer);
  void Promise.all([session.live?.market.stop(), session.leaveBroker()]).then(async () => {
    session.close();
    await history.close();
    process.exit(0);
  });
});
