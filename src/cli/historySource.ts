/** Opens the source of history that a command names, with the keys of the settings. */
import type { DataSourceSettings } from '../config/systemConfig.js';
import { AlpacaHistory } from '../data/alpacaClient/AlpacaHistory.js';
import { createTwelveData } from '../data/twelvedataClient/twelvedata.js';
import { PapertapeError } from '../domain/errors.js';
import type { HistorySource } from '../domain/marketSource.js';
import type { Clock } from '../utils/clock.js';

/** Vendors that have history. */
export const HISTORY_SOURCES = ['twelvedata', 'alpaca'] as const;
/** Name of a vendor. */
export type HistorySourceName = (typeof HISTORY_SOURCES)[number];

/** A source of history; `log` gets lines for people. Throws `SOURCE_KEY_REFUSED` without a key. */
export function openHistorySource(
  name: HistorySourceName,
  { twelvedata, alpaca }: DataSourceSettings,
  clock: Clock,
  log: (line: string) => void,
): HistorySource {
  const parts = { clock, random: Math.random };
  if (name === 'twelvedata') {
    const { key, plan, restUrl } = twelvedata;
    if (key === undefined) throw keyMissing('Twelve Data', 'PAPERTAPE_TWELVEDATA_KEY');
    return createTwelveData({ ...parts, apiKey: key, plan, log, ...(restUrl === undefined ? {} : { restUrl }) })
      .history;
  }
  const { keyId, secretKey, feed, dataUrl } = alpaca;
  if (keyId === undefined || secretKey === undefined) {
    throw keyMissing('Alpaca', 'PAPERTAPE_ALPACA_KEY_ID and PAPERTAPE_ALPACA_SECRET_KEY');
  }
  const url = dataUrl === undefined ? {} : { url: dataUrl };
  return new AlpacaHistory({ ...parts, keyId, secretKey, feed, fetch: globalThis.fetch, ...url });
}

function keyMissing(vendor: string, variables: string): PapertapeError {
  return new PapertapeError('SOURCE_KEY_REFUSED', `No key for ${vendor} is set.`, {
    remedy: `Set ${variables} in the environment; env.example says what else there is.`,
  });
}
