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
const PAPER_HOSTS: ReadonlySet<string> = new Set(['paper-api.alpaca.markets']);
const NAMES = new RegExp(`(?:[a-z0-9-]+\\.)*(?:${DOMAINS.map((labels) => labels.join('\\.')).join('|')})`, 'gi');

/** Every such name in a text that is not that of a paper service, in order. */
export function liveHostsIn(text: string): readonly string[] {
  return [...text.matchAll(NAMES)].map(([name]) => name.toLowerCase()).filter((name) => !PAPER_HOSTS.has(name));
}
