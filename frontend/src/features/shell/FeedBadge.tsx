/** Where the prices come from, and whether any come. An invented market can never be taken for a real one. */
import { clsx } from 'clsx';
import { useLive } from '../../app/TradingContext.js';

/** The feed's label. */
export function FeedBadge() {
  const session = useLive((state) => state.session);
  if (session === undefined) return <div className="skeleton h-5 w-24" />;
  const { simulated, feed, feedLabel, sources, recordedFrom } = session;
  const isWell = sources.length === 0 || sources.some(({ state }) => state === 'live');
  const states = sources.map((source) => `${source.feed} ${source.detail}.`).join(' ');
  const refused = sources.flatMap(({ feed: by, refused: symbols }) => symbols.map((one) => ({ by, ...one })));
  const refusals = refused.map(({ by, symbol, reason }) => ` ${by} refuses ${symbol}: ${reason || 'no reason given'}.`);
  const origin =
    recordedFrom.length === 0 ? '' : `Recorded from ${recordedFrom.map(({ source }) => source).join(', ')}. `;
  return (
    <span
      data-testid="feed-badge"
      title={
        simulated
          ? 'Every price of this session is invented.'
          : `Prices of the feed “${feed}”. ${origin}${states}${refusals.join('')}`.trim()
      }
      className={clsx(
        'inline-flex h-5 items-center rounded-xs border px-1.5 text-2xs font-semibold tracking-wide whitespace-nowrap',
        simulated || !isWell || refused.length > 0 ? 'border-warn bg-warn-wash text-warn' : 'border-accent text-accent',
      )}
    >
      {isWell ? feedLabel : `${feedLabel} · NO DATA`}
      {refused.length === 0 ? '' : ` · WITHOUT ${refused.map(({ symbol }) => symbol).join(', ')}`}
    </span>
  );
}
