/** What people and programs read of a session's broker: the connection, and what the account holds besides. */
import type { BrokerStatus, Dependency, LogLine, PositionView } from '../contracts/index.js';
import { OUTSIDE_OWNER, symbolSchema } from '../contracts/index.js';
import type { BrokerReport, BrokerState } from '../domain/brokerReport.js';
import { DOLLAR, formatDecimal, mulDiv, SHARE } from '../domain/units.js';
import type { LiveSession } from './LiveSession.js';
import { asSentence } from './liveViews.js';
import { moneyText } from './views.js';

/** Alerts after which something must be done. */
const WORST: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'LIVE_REFUSED', 'OVERFILL']);
const LABELS = { alpaca: 'ALPACA PAPER' } as const;

/** The broker of a session; null for one that trades at the exchange inside it. */
export function brokerStatus({ composed, header }: LiveSession): BrokerStatus | null {
  const { remote } = composed;
  const { broker } = header.config;
  if (remote === undefined || broker === undefined) return null;
  const { state, reason } = remote.connection;
  return {
    name: broker.name,
    label: LABELS[broker.name],
    accountNumber: broker.accountNumber,
    state,
    detail: stateText(state, reason),
    accountAsOf: remote.figures.last?.asOf ?? null,
  };
}

/** A state in words that follow the broker's name. */
function stateText(state: BrokerState, reason: string): string {
  const why = reason === '' ? '' : `: ${reason}`;
  switch (state) {
    case 'connecting':
      return `is being connected${why}`;
    case 'reconciling':
      return `is being compared with, and new orders wait${why}`;
    case 'trading':
      return 'is connected and takes orders';
    case 'halted':
      return `takes no orders any more${why}`;
    case 'stopped':
      return 'is not connected';
  }
}

/** What a report is to a person reading the log; undefined for what is shown elsewhere. */
export function brokerLine(report: BrokerReport): Pick<LogLine, 'level' | 'text'> | undefined {
  switch (report.kind) {
    case 'order':
    case 'account':
      return undefined;
    case 'connection': {
      const { state, reason } = report;
      const level = state === 'halted' ? 'error' : state === 'connecting' ? 'warn' : 'info';
      return { level, text: asSentence(stateText(state, reason)) };
    }
    case 'alert':
      return { level: WORST.has(report.code) ? 'error' : 'warn', text: `${report.code}: ${report.message}` };
  }
}

/** The health of a session's broker; undefined without one. */
export function brokerDependency(broker: BrokerStatus | null | undefined): Dependency | undefined {
  if (broker === null || broker === undefined) return undefined;
  const { state, label, detail } = broker;
  const isOnItsWay = state === 'connecting' || state === 'reconciling';
  return {
    name: 'broker',
    state: state === 'trading' ? 'up' : isOnItsWay ? 'degraded' : 'down',
    detail: state === 'trading' ? '' : asSentence(`${label} ${detail}`),
    latencyMs: null,
  };
}

/**
 * What the account holds beside what the session has traded, by symbol; in symbols that were told once and are held no
 * more, nothing.
 */
export function outsidePositions(session: LiveSession, told: Set<string>): PositionView[] {
  const { remote, kernel } = session.composed;
  const { symbols, priceScale } = session.units;
  if (remote === undefined) return [];
  const { figures } = remote;
  const views = new Map<string, PositionView>();
  const known = new Map((figures.last?.positions ?? []).map((position) => [position.symbol, position]));
  for (const symbol of new Set([...symbols, ...known.keys(), ...told])) {
    const symbolId = symbols.indexOf(symbol);
    const position = known.get(symbol);
    const isOwn = symbolId >= 0;
    const own = isOwn ? (kernel.tracker.quantities[symbolId] ?? 0) : 0;
    const quantity = (isOwn ? figures.quantityOf(symbolId) : (position?.quantity ?? 0)) - own;
    if (quantity === 0 && !told.has(symbol)) continue;
    // What is no symbol of ours cannot be told as one: options have names of their own.
    if (!symbolSchema.safeParse(symbol).success) continue;
    told.add(symbol);
    const mark = position?.mark ?? Math.round(((kernel.tracker.marks[symbolId] ?? 0) / priceScale) * DOLLAR);
    const average = position === undefined ? 0 : mulDiv(position.cost, SHARE, position.quantity);
    const value = mulDiv(mark, quantity, SHARE);
    views.set(symbol, {
      owner: OUTSIDE_OWNER,
      symbol,
      quantity: formatDecimal(quantity, SHARE, 0),
      averagePrice: formatDecimal(average, DOLLAR),
      mark: formatDecimal(mark, DOLLAR),
      marketValue: moneyText(value),
      unrealisedPnl: moneyText(average === 0 ? 0 : value - mulDiv(average, quantity, SHARE)),
      realisedPnl: moneyText(0),
      fees: moneyText(0),
      openedAt: session.header.config.startTime,
    });
  }
  return [...views.values()];
}
