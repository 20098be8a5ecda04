/**
 * The composition root: the one place that picks implementations of ports. Commands and the host ask it for what
 * they work with and see only ports.
 */
import { join } from 'node:path';
import type { DataSourceSettings } from './config/systemConfig.js';
import { AlpacaHistory } from './data/alpacaClient/AlpacaHistory.js';
import { AlpacaMarketStream } from './data/alpacaClient/AlpacaMarketStream.js';
import { ALPACA_FEEDS, feedQuality } from './data/alpacaClient/alpacaFeeds.js';
import type { AlpacaFeed } from './data/alpacaClient/alpacaFeeds.js';
import { openLiveMarket } from './data/twelvedataClient/streamRouter.js';
import { createTwelveData } from './data/twelvedataClient/twelvedata.js';
import { PapertapeError } from './domain/errors.js';
import type { HistorySource, MarketDataSource } from './domain/marketSource.js';
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
  { keyId, secretKey, streamUrl, dataUrl }: DataSourceSettings['alpaca'],
  clock: Clock,
): { readonly source: MarketDataSource; readonly history: HistorySource | undefined } {
  const feed = alpacaFeed(plan);
  if (keyId === undefined) throw keyMissing('Alpaca', 'PAPERTAPE_ALPACA_KEY_ID');
  if (secretKey === undefined) throw keyMissing('Alpaca', 'PAPERTAPE_ALPACA_SECRET_KEY');
  const account = { feed, keyId, secretKey, clock, random: randomFraction };
  const stream = streamUrl === undefined ? account : { ...account, url: streamUrl };
  // Whoever takes the stream from another place takes history from there too, or from nowhere.
  const hasHistory = streamUrl === undefined || dataUrl !== undefined;
  const rest = dataUrl === undefined ? account : { ...account, url: dataUrl };
  return {
    source: new AlpacaMarketStream(stream),
    history: hasHistory ? new AlpacaHistory({ ...rest, fetch: globalThis.fetch }) : undefined,
  };
}

function twelveDataSource(
  { key, plan, streamUrl, restUrl }: DataSourceSettings['twelvedata'],
  clock: Clock,
  log: (line: string) => void,
): { readonly source: MarketDataSource; readonly history: HistorySource | undefined } {
  if (key === undefined) throw keyMissing('Twelve Data', 'PAPERTAPE_TWELVEDATA_KEY');
  const { live, history } = createTwelveData({
    apiKey: key,
    plan,
    clock,
    random: randomFraction,
    log,
    ...(streamUrl === undefined ? {} : { streamUrl }),
    ...(restUrl === undefined ? {} : { restUrl }),
  });
  return { source: live, history: streamUrl === undefined || restUrl !== undefined ? history : undefined };
}

function alpacaFeed({ feed }: LivePlan): AlpacaFeed {
  const known = ALPACA_FEEDS.find((one) => one === (feed ?? 'iex'));
  if (known !== undefined) return known;
  throw new PapertapeError('CONFIG_INVALID', `Alpaca has no feed ${feed ?? ''}.`, {
    remedy: `Choose one of ${ALPACA_FEEDS.join(', ')}.`,
  });
}

function keyMissing(vendor: string, variable: string): PapertapeError {
  return new PapertapeError('SOURCE_KEY_REFUSED', `No key for ${vendor} is set.`, {
    remedy: `Set ${variable} in the environment; env.example says what else there is.`,
  });
}
