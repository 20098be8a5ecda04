/** What a running session looks like from outside: clock, account, positions, strategies; wire form. */
import { formatDate } from '../calendar/tradingDate.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { SessionClock } from '../calendar/SessionClock.js';
import type {
  Account,
  Catalogue,
  CatalogueEntry,
  KillSwitch,
  ParamDeclaration,
  PositionView,
  SessionInfo,
  StrategyView,
} from '../contracts/index.js';
import type { SourceReport } from '../domain/liveMarket.js';
import type { StrategyConfig } from '../domain/session.js';
import { isTimeframe } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { describeFees } from '../exchange/fees/feePlans.js';
import { marginPower } from '../exchange/marginPower.js';
import { presetOf } from '../exchange/presets.js';
import { BUILT_IN_STRATEGIES } from '../strategies/registry.js';
import type { Param } from '../strategies/param.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { brokerStatus } from './brokerViews.js';
import type { LiveSession } from './LiveSession.js';
import { liveLabel, recordedLabel, sourceStatuses } from './liveViews.js';
import type { SessionRecord } from './readTape.js';
import { feedsOf } from './tapeQuality.js';
import { moneyText, positionView } from './views.js';

/** The session's facts and clock. */
export function sessionInfo(session: LiveSession, killSwitch: KillSwitch): SessionInfo {
  const { config, market } = session.header;
  const now = session.composed.kernel.now;
  const { pacer } = session;
  return {
    sessionId: config.sessionId,
    feed: config.feed,
    feedLabel: feedLabel(session.header, session.live?.market.states()),
    simulated: market.kind === 'simulated' || config.coverage === 'simulated',
    controllable: session.live === undefined,
    sources: sourcesOf(session),
    recordedFrom: session.live === undefined ? feedsOf(market).map((feed) => ({ ...feed })) : [],
    broker: brokerStatus(session),
    symbols: [...config.symbols],
    accountId: config.accountId,
    preset: config.preset,
    feePlan: config.feePlan,
    fees:
      config.broker === undefined
        ? describeFees(config.feePlan, presetOf(config.preset).regulatoryFees)
        : 'what the broker charges: nothing on paper',
    startTime: config.startTime,
    clock: { ...phases(now), time: now, speed: pacer.speed, paused: pacer.paused, ended: session.ended },
    killSwitch,
  };
}

function sourcesOf({ live }: LiveSession): SessionInfo['sources'] {
  return live === undefined ? [] : sourceStatuses(live.market.states(), (source) => live.notes.refused(source));
}

/** What stands beside every price; `states` are those of a session whose market is live. */
function feedLabel({ config, market }: SessionRecord, states: readonly SourceReport[] | undefined): string {
  if (market.kind === 'simulated') return 'SIMULATED';
  if (market.kind !== 'live' || states === undefined) return recordedLabel(market.date, config.coverage);
  return liveLabel(states.find(({ symbolsInUse }) => symbolsInUse > 0)?.quality ?? market.feeds[0]);
}

function phases(now: Micros): Pick<SessionInfo['clock'], 'tradingDate' | 'phase' | 'nextPhase' | 'nextPhaseAt'> {
  const clock = new SessionClock(now);
  const { phase } = clock;
  const nextPhaseAt = clock.nextBoundary;
  clock.step();
  return { tradingDate: formatDate(newYorkDate(now)), phase, nextPhase: clock.phase, nextPhaseAt };
}

/** The account as the broker has it, with the day's and the open result. */
export function accountView(session: LiveSession): Account {
  const { kernel, execution, remote } = session.composed;
  const { config } = session.header;
  const account = execution.account(config.accountId);
  let realised = 0;
  let unrealised = 0;
  let longValue = 0;
  let shortValue = 0;
  const { marks } = kernel.tracker;
  for (const position of kernel.tracker.positions()) {
    realised += position.realisedPnl;
    unrealised += position.unrealisedPnl;
    const value = Math.round((position.quantity / config.priceScale) * (marks[position.symbolId] ?? 0));
    if (value > 0) longValue += value;
    else shortValue -= value;
  }
  const { dailyPnl } = kernel.tracker;
  // A broker says what an account is worth, with all that is in it, but not what the session has made of it.
  const equity = remote === undefined ? kernel.tracker.equity : account.equity;
  const preset = presetOf(config.preset);
  const isByMargin = remote === undefined && preset.buyingPower === 'margin';
  const buyingPower = isByMargin
    ? marginPower(preset, account.equity, longValue + shortValue, kernel.now)
    : account.buyingPower;
  return {
    accountId: config.accountId,
    time: kernel.now,
    cash: moneyText(account.cash),
    equity: moneyText(equity),
    buyingPower: moneyText(buyingPower),
    reserved: moneyText(account.reserved),
    startingCash: moneyText(config.startingCash),
    dayStartEquity: moneyText(equity - dailyPnl),
    dayPnl: moneyText(dailyPnl),
    realisedPnl: moneyText(remote === undefined ? account.realisedPnl : realised),
    unrealisedPnl: moneyText(unrealised),
    fees: moneyText(account.fees),
    longValue: moneyText(longValue),
    shortValue: moneyText(shortValue),
  };
}

/** Every position that is open or has a result. */
export function positionViews(session: LiveSession): PositionView[] {
  const { tracker } = session.composed.kernel;
  return tracker
    .positions()
    .map((position) => positionView(position, tracker.marks[position.symbolId] ?? 0, session.units));
}

/** Recent P&L per strategy instance, sampled once a market minute, for sparklines. */
export class PnlHistory {
  readonly #points = new Map<string, number[]>();
  #minute = Number.NaN;
  static readonly LENGTH = 120;

  /** Samples every instance if a new market minute has begun. */
  sample(session: LiveSession): void {
    const { kernel } = session.composed;
    const minute = Math.floor(kernel.now / 60_000_000);
    if (minute === this.#minute) return;
    this.#minute = minute;
    for (const instance of kernel.runner.instances) {
      const points = this.#points.get(instance.id) ?? [];
      points.push(pnlOf(session, instance.id).pnl / 1_000_000);
      if (points.length > PnlHistory.LENGTH) points.shift();
      this.#points.set(instance.id, points);
    }
  }

  of(instanceId: string): number[] {
    return [...(this.#points.get(instanceId) ?? [])];
  }
}

function pnlOf(
  session: LiveSession,
  owner: string,
): { realised: number; unrealised: number; fees: number; pnl: number; open: number } {
  let realised = 0;
  let unrealised = 0;
  let fees = 0;
  let open = 0;
  for (const position of session.composed.kernel.tracker.positions()) {
    if (position.owner !== owner) continue;
    realised += position.realisedPnl;
    unrealised += position.unrealisedPnl;
    fees += position.fees;
    if (position.quantity !== 0) open += 1;
  }
  return { realised, unrealised, fees, pnl: realised + unrealised - fees, open };
}

/**
 * The strategy instances with what they made, then those of earlier days that are stopped and still told.
 * `errors` are those of stopped instances by id.
 */
export function strategyViews(
  session: LiveSession,
  history: PnlHistory,
  errors: ReadonlyMap<string, string>,
): StrategyView[] {
  const { instances } = session.composed.kernel.runner;
  const views = instances.map((instance) => ({
    ...viewOf(session, history, instance.config),
    state: instance.state,
    error: errors.get(instance.id) ?? null,
    notice: session.board.noticeOf(instance.config.symbols),
    startedAt: instance.started ? session.header.config.startTime : null,
  }));
  // Whoever starts one of that id goes on with what it holds.
  const left = (session.header.left ?? []).filter(
    ({ config }) => !instances.some(({ id }) => id === config.instanceId),
  );
  return [
    ...views,
    ...left.map(({ config, state, error }) => ({
      ...viewOf(session, history, config),
      state,
      error,
      notice: null,
      startedAt: null,
    })),
  ];
}

/** What an instance is, and what it made. */
function viewOf(
  session: LiveSession,
  history: PnlHistory,
  config: StrategyConfig,
): Omit<StrategyView, 'state' | 'error' | 'notice' | 'startedAt'> {
  const result = pnlOf(session, config.instanceId);
  const counts = session.board.countsOf(config.instanceId);
  return {
    instanceId: config.instanceId,
    strategy: config.strategy,
    title: titleOf(config.strategy),
    symbols: [...config.symbols],
    timeframe: config.timeframe,
    params: { ...config.params },
    allocation: config.allocation,
    realisedPnl: moneyText(result.realised),
    unrealisedPnl: moneyText(result.unrealised),
    pnl: moneyText(result.pnl),
    fees: moneyText(result.fees),
    openPositions: result.open,
    orderCount: counts.orders,
    fillCount: counts.fills,
    pnlHistory: history.of(config.instanceId),
  };
}

/** The strategies that can be started: the built-in ones, and the user's files that are loaded. */
export function catalogueOf(files: ReadonlyMap<string, StrategyClass>): Catalogue {
  const builtIn = Object.entries(BUILT_IN_STRATEGIES).map(([name, strategy]) =>
    catalogueEntry(name, strategy, 'builtin'),
  );
  const loaded = [...files.entries()].map(([name, strategy]) => catalogueEntry(name, strategy, 'file'));
  return { strategies: [...builtIn, ...loaded].sort((a, b) => (a.title < b.title ? -1 : 1)) };
}

function catalogueEntry(name: string, strategy: StrategyClass, origin: CatalogueEntry['origin']): CatalogueEntry {
  return {
    strategy: name,
    title: titleOf(name),
    description: strategy.description,
    origin,
    params: Object.entries(strategy.params).map(([key, declared]) => declaration(key, declared)),
    defaultSymbols: [...(strategy.subscribe.symbols ?? [])],
    defaultTimeframe: timeframeOf(strategy),
  };
}

function timeframeOf(strategy: StrategyClass): CatalogueEntry['defaultTimeframe'] {
  const declared = strategy.subscribe.timeframe ?? '1m';
  return isTimeframe(declared) ? declared : '1m';
}

/** `sma-cross` reads "SMA cross"; a file reads as its name. */
function titleOf(strategy: string): string {
  const name = strategy.replace(/^.*[/\\]/, '').replace(/\.[cm]?[jt]s$/, '');
  if (name !== strategy) return name;
  const words = name.replaceAll('-', ' ').replace(/\bsma\b/, 'SMA');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function declaration(name: string, declared: Param): ParamDeclaration {
  const facts = { name, label: declared.label ?? name, description: '', unit: declared.unit ?? null };
  switch (declared.type) {
    case 'int':
      return {
        ...facts,
        kind: 'int',
        default: declared.default,
        min: declared.min,
        max: declared.max,
        step: declared.step,
      };
    case 'number':
      return {
        ...facts,
        kind: 'number',
        default: declared.default,
        min: declared.min,
        max: declared.max,
        step: declared.step ?? null,
      };
    case 'choice':
      return { ...facts, kind: 'choice', default: declared.default, choices: [...declared.choices] };
    case 'bool':
      return { ...facts, kind: 'bool', default: declared.default };
  }
}
