/** Plan and tools of a session that trades at the Alpaca server of another session, also in a process of its own. */
import { liveMarkets, paperBrokers } from '../../src/compose.js';
import type { SessionTools } from '../../src/host/assembleSession.js';
import { DEFAULT_CASH, LIVE_LIMITS } from '../../src/host/sessionPlan.js';
import type { SessionPlan } from '../../src/host/sessionPlan.js';

/** The session's symbols. */
export const BROKER_SYMBOLS = ['AURX', 'BYTQ', 'CIRQ'];

/** Where the broker is, and whose account is traded. */
export interface BrokerPlace {
  /** The Alpaca server, which also serves the market. */
  readonly address: string;
  /** Its trading API, perhaps behind a proxy. */
  readonly tradingUrl: string;
  readonly tradingStreamUrl: string;
  readonly keyId: string;
  readonly secretKey: string;
}

/** The plan of a session at the broker. */
export function brokerPlan(dataDir: string): SessionPlan {
  return {
    dataDir,
    cwd: dataDir,
    market: { kind: 'live', source: 'alpaca', feed: 'iex', symbols: BROKER_SYMBOLS },
    broker: 'alpaca',
    startingCash: DEFAULT_CASH,
    preset: 'alpaca',
    feePlan: 'zero',
    strategies: [],
    limits: LIVE_LIMITS,
    speed: 1,
    keepMarketRows: 1_000,
    startAt: undefined,
    fresh: false,
    stopFirst: undefined,
  };
}

/** Its market and its broker. */
export function brokerTools(place: BrokerPlace): Required<Pick<SessionTools, 'live' | 'brokers'>> {
  const { address, keyId, secretKey, tradingUrl, tradingStreamUrl } = place;
  const settings = {
    alpaca: { keyId, secretKey, feed: 'iex', streamUrl: address.replace('http', 'ws'), dataUrl: undefined },
    twelvedata: { key: undefined, plan: 'basic', streamUrl: undefined, restUrl: undefined },
  } as const;
  return {
    live: liveMarkets(settings, () => undefined),
    brokers: paperBrokers(settings, { tradingUrl, tradingStreamUrl }),
  };
}
