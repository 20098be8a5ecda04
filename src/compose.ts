/**
 * The composition root: the one place that picks implementations of ports. Commands and the host ask it for what
 * they work with and see only ports.
 */
import { join } from 'node:path';
import { AlpacaClient, PAPER_REST } from './broker/AlpacaClient.js';
import { readPaperAccount } from './broker/alpaca/paperAccount.js';
import type { BrokerSettings, DataSourceSettings } from './config/systemConfig.js';
import { AlpacaHistory } from './data/alpacaClient/AlpacaHistory.js';
import { AlpacaMarketStream } from './data/alpacaClient/AlpacaMarketStream.js';
import { ALPACA_FEEDS, feedQuality } from './data/alpacaClient/alpacaFeeds.js';
import type { AlpacaFeed } from './data/alpacaClient/alpacaFeeds.js';
import { openLiveMarket } from './data/twelvedataClient/streamRouter.js';
import { createTwelveData } from './data/twelvedataClient/twelvedata.js';
import { PapertapeError } from './domain/errors.js';
import { isOrderEvent } from './domain/venueEvents.js';
import type { HistorySource, MarketDataSource } from './domain/marketSource.js';
import type { Brokers } from './host/brokers.js';
import type { LiveMarkets } from './host/liveMarkets.js';
import type { LivePlan } from './host/sessionPlan.js';
import type { Clock } from './utils/clock.js';
import { randomFraction } from './utils/idGenerator.js';
import { createHistoricalCache } from './cache/historicalCache.js';
import type { HistoricalCache } from './cache/historicalCache.js';

/** Folder of the market history within a data directory. */
export const HISTORY_FOLDER = 'history';

/** The market history of a data directory; close it when done. Nothing is written until something is imported. */
export function openHistory(dataDir: string): HistoricalCache {
  return createHistoricalCache(join(dataDir, HISTORY_FOLDER));
}

/** Lends the market history of a data directory to `use` and closes it afterwards. */
export async function withHistory<T>(dataDir: string, use: (history: HistoricalCache) => Promise<T>): Promise<T> {
  const history = openHistory(dataDir);
  try {
    return await use(history);
  } finally {
    await history.close();
  }
}

/** The markets that can be had live with the keys of the settings; `log` gets lines for people, without a key. */
export function liveMarkets(settings: DataSourceSettings, log: (line: string) => void): LiveMarkets {
  return {
    delayOf: (plan) => (plan.source === 'alpaca' ? feedQuality(alpacaFeed(plan)).delay : 0),
    open: ({ plan, ...request }) => {
      const { source, history } =
        plan.source === 'alpaca'
          ? alpacaSource(plan, settings.alpaca, request.clock)
          : twelveDataSource(settings.twelvedata, request.clock, log);
      return openLiveMarket({
        ...request,
        sources: [{ source, priority: 1 }],
        ...(history === undefined ? {} : { history }),
      });
    },
  };
}

function alpacaSource(
  plan: LivePlan,
  settings: DataSourceSettings['alpaca'],
  clock: Clock,
): { readonly source: MarketDataSource; readonly history: HistorySource | undefined } {
  const feed = alpacaFeed(plan);
  const { streamUrl, dataUrl } = settings;
  const account = { feed, ...alpacaKeys(settings), clock, random: randomFraction };
  const stream = streamUrl === undefined ? account : { ...account, url: streamUrl };
  // Whoever takes the stream from another place takes history from there too, or from nowhere.
  const hasHistory = streamUrl === undefined || dataUrl !== undefined;
  const rest = dataUrl === undefined ? account : { ...account, url: dataUrl };
  return {
    source: new AlpacaMarketStream(stream),
    history: hasHistory ? new AlpacaHistory({ ...rest, fetch: globalThis.fetch }) : undefined,
  };
}

/** The brokers that a session can trade at with the keys of the settings: paper accounts alone. */
export function paperBrokers(
  { alpaca }: DataSourceSettings,
  { tradingUrl, tradingStreamUrl }: BrokerSettings,
): Brokers {
  const keys = (): { keyId: string; secretKey: string } => {
    const { keyId, secretKey } = alpaca;
    if (keyId !== undefined && secretKey !== undefined) return { keyId, secretKey };
    throw new PapertapeError('BROKER_KEY_REFUSED', 'No key for trading at Alpaca is set.', {
      remedy: 'Set PAPERTAPE_ALPACA_KEY_ID and PAPERTAPE_ALPACA_SECRET_KEY to those of a paper account.',
    });
  };
  const account = { random: randomFraction, fetch: globalThis.fetch };
  return {
    look: (_name, clock) => readPaperAccount({ ...keys(), ...account, clock, restUrl: tradingUrl ?? PAPER_REST }),
    open: ({ name: _, onReport, ...request }) =>
      new AlpacaClient({
        ...request,
        ...keys(),
        ...account,
        ...(tradingUrl === undefined ? {} : { restUrl: tradingUrl }),
        ...(tradingStreamUrl === undefined ? {} : { streamUrl: tradingStreamUrl }),
        onEvent: (event) => {
          if (isOrderEvent(event)) onReport({ kind: 'order', event });
        },
        onAlert: ({ code, message }) => onReport({ kind: 'alert', code, message }),
        onState: (state, reason) => onReport({ kind: 'connection', state, reason }),
        onFigures: (figures) => onReport({ kind: 'account', figures }),
      }),
  };
}

function twelveDataSource(
  settings: DataSourceSettings['twelvedata'],
  clock: Clock,
  log: (line: string) => void,
): { readonly source: MarketDataSource; readonly history: HistorySource | undefined } {
  const { plan, streamUrl, restUrl } = settings;
  const { live, history } = createTwelveData({
    apiKey: twelveDataKey(settings),
    plan,
    clock,
    random: randomFraction,
    log,
    ...(streamUrl === undefined ? {} : { streamUrl }),
    ...(restUrl === undefined ? {} : { restUrl }),
  });
  return { source: live, history: streamUrl === undefined || restUrl !== undefined ? history : undefined };
}

/** Name of a vendor that has history. */
export type HistorySourceName = 'twelvedata' | 'alpaca';

/** A source of history; `log` gets lines for people, without a key. Throws `SOURCE_KEY_REFUSED` without a key. */
export function openHistorySource(
  name: HistorySourceName,
  { twelvedata, alpaca }: DataSourceSettings,
  clock: Clock,
  log: (line: string) => void,
): HistorySource {
  if (name === 'twelvedata') {
    const { restUrl, plan } = twelvedata;
    const account = { apiKey: twelveDataKey(twelvedata), plan, clock, random: randomFraction, log };
    return createTwelveData(restUrl === undefined ? account : { ...account, restUrl }).history;
  }
  const { feed, dataUrl } = alpaca;
  const account = { ...alpacaKeys(alpaca), feed, clock, random: randomFraction, fetch: globalThis.fetch };
  return new AlpacaHistory(dataUrl === undefined ? account : { ...account, url: dataUrl });
}

function alpacaKeys({ keyId, secretKey }: DataSourceSettings['alpaca']): { keyId: string; secretKey: string } {
  if (keyId !== undefined && secretKey !== undefined) return { keyId, secretKey };
  throw keyMissing('Alpaca', 'PAPERTAPE_ALPACA_KEY_ID and PAPERTAPE_ALPACA_SECRET_KEY');
}

function twelveDataKey({ key }: DataSourceSettings['twelvedata']): string {
  if (key !== undefined) return key;
  throw keyMissing('Twelve Data', 'PAPERTAPE_TWELVEDATA_KEY');
}

function alpacaFeed({ feed }: LivePlan): AlpacaFeed {
  const known = ALPACA_FEEDS.find((one) => one === (feed ?? 'iex'));
  if (known !== undefined) return known;
  throw new PapertapeError('CONFIG_INVALID', `Alpaca has no feed ${feed ?? ''}.`, {
    remedy: `Choose one of ${ALPACA_FEEDS.join(', ')}.`,
  });
}

function keyMissing(vendor: string, variables: string): PapertapeError {
  return new PapertapeError('SOURCE_KEY_REFUSED', `No key for ${vendor} is set.`, {
    remedy: `Set ${variables} in the environment; env.example says what else there is.`,
  });
}
