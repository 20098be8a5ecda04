/**
 * Finds names of brokers' live services in program text: Papertape's own source and bundle hold none, which its tests
 * and `papertape doctor` check. A name that is put together at run time is not seen here; `paperAddress` refuses it.
 */

/** Domains of services that take live orders, as labels, so that this file does not hold their names. */
const DOMAINS: readonly (readonly string[])[] = [
  ['alpaca', 'markets'],
  ['tradier', 'com'],
  ['ibkr', 'com'],
  ['interactivebrokers', 'com'],
  ['schwabapi', 'com'],
  ['tdameritrade', 'com'],
  ['etrade', 'com'],
  ['robinhood', 'com'],
  ['tradestation', 'com'],
  ['binance', 'com'],
  ['coinbase', 'com'],
  ['kraken', 'com'],
];
/** Services that take orders on paper only, and services of market data, which take none. */
const HARMLESS_HOSTS: ReadonlySet<string> = new Set([
  'paper-api.alpaca.markets',
  'data.alpaca.markets',
  'stream.data.alpaca.markets',
]);
const NAMES = new RegExp(`(?:[a-z0-9-]+\\.)*(?:${DOMAINS.map((labels) => labels.join('\\.')).join('|')})`, 'gi');

/** Every such name in a text that can take a live order, in order. */
export function liveHostsIn(text: string): readonly string[] {
  return [...text.matchAll(NAMES)].map(([name]) => name.toLowerCase()).filter((name) => !HARMLESS_HOSTS.has(name));
}
