/** What people and programs read of a live market: how good its data are, and how its sources are doing. */
import { newYorkText } from '../calendar/newYorkText.js';
import type { Dependency, RefusedSymbol, SourceStatus } from '../contracts/index.js';
import type { SourceReport } from '../domain/liveMarket.js';
import type { FeedQuality, SourceState } from '../domain/marketSource.js';
import { MINUTE } from '../domain/timeframe.js';
import type { FeedCoverage } from '../domain/receipt.js';
import type { Micros } from '../domain/units.js';

const COVERAGE_LABELS: Readonly<Record<FeedQuality['coverage'], string>> = {
  consolidated: '',
  venue: ' · ONE VENUE',
  sampled: ' · SAMPLED',
  // Nothing of this can be taken for a real price.
  simulated: ' · SIMULATED',
};

const RECORDED_LABELS: Readonly<Record<FeedCoverage, string>> = {
  consolidated: '',
  oneVenue: COVERAGE_LABELS.venue,
  sampled: COVERAGE_LABELS.sampled,
  simulated: COVERAGE_LABELS.simulated,
  unknown: ' · UNKNOWN COVERAGE',
};

/** The label of a day that is there already: its date, and how much of the market its rows show. */
export function recordedLabel(date: string, coverage: FeedCoverage = 'consolidated'): string {
  return `RECORDED ${date}${RECORDED_LABELS[coverage]}`;
}

/** The label of a live feed: whether it is delayed, and how much of the market it shows. */
export function liveLabel(quality: FeedQuality | undefined): string {
  if (quality === undefined) return 'LIVE';
  const { delay, coverage } = quality;
  const timeliness = delay === 0 ? 'LIVE' : `DELAYED ${Math.max(1, Math.round(delay / MINUTE))} MIN`;
  return `${timeliness}${COVERAGE_LABELS[coverage]}`;
}

/** The sources as they are told, best first; `refused` gives the symbols that one of them, by index, refuses. */
export function sourceStatuses(
  states: readonly SourceReport[],
  refused: (source: number) => RefusedSymbol[],
): SourceStatus[] {
  return states.map((report, index) => ({
    feed: report.quality.source,
    coverage: report.quality.coverage,
    delay: report.quality.delay,
    state: stateOf(report),
    detail: sourceStateText(report.state, report.isStale),
    symbolsInUse: report.symbolsInUse,
    refused: refused(index),
    counters: { ...report.counters },
  }));
}

/** A state in words that follow the feed's name; `stale`: live by its own word, but silent. */
export function sourceStateText(state: SourceState, stale: boolean): string {
  switch (state.kind) {
    case 'stopped':
      return 'is stopped';
    case 'connecting':
      return state.attempt <= 1 ? 'is connecting' : `is connecting, attempt ${state.attempt}`;
    case 'live':
      return stale ? 'is connected but silent' : 'is live';
    case 'stalled':
      return `is connected but silent since ${newYorkClock(state.since)}`;
    case 'waiting':
      return `is not connected: ${state.error.message} It tries again at ${newYorkClock(state.retryAt)}`;
    case 'failed':
      return `does not work: ${state.error.message}${state.error.remedy === undefined ? '' : ` ${state.error.remedy}`}`;
  }
}

/** That a feed refuses a symbol, as a sentence. */
export function refusalText(feed: string, { symbol, reason }: RefusedSymbol): string {
  return asSentence(`${feed} refuses ${symbol}: ${reason === '' ? 'it gives no reason' : reason}`);
}

/** With the full stop that the words of an error bring along already. */
export function asSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/**
 * The health of a session's market: well as long as one source is and none refuses a symbol; a session without sources
 * has its data already.
 */
export function sourceDependency(sources: readonly SourceStatus[]): Dependency {
  const isWell = (source: SourceStatus): boolean => source.state === 'live';
  const unwell = sources.filter((source) => !isWell(source));
  const state = unwell.length === 0 ? 'up' : unwell.length < sources.length ? 'degraded' : 'down';
  // A source that is on its way needs no alarm: it will be live, or wait with a reason.
  const isOnItsWay = state === 'down' && unwell.some((source) => source.state === 'connecting');
  const refusals = sources.flatMap(({ feed, refused }) => refused.map((symbol) => refusalText(feed, symbol)));
  const isDegraded = isOnItsWay || (state === 'up' && refusals.length > 0);
  return {
    name: 'source',
    state: isDegraded ? 'degraded' : state,
    detail: [...unwell.map(({ feed, detail }) => asSentence(`${feed} ${detail}`)), ...refusals].join(' '),
    latencyMs: null,
  };
}

/** New York time of day, `HH:MM:SS`. */
export function newYorkClock(time: Micros): string {
  return newYorkText(time).slice(11, 19);
}

function stateOf({ state, isStale }: SourceReport): SourceStatus['state'] {
  return state.kind === 'live' && isStale ? 'stalled' : state.kind;
}
