/** Fixed contents of the fake session: its catalogue, receipts, risk answers and the phases of its day. */
import type {
  Catalogue,
  FillView,
  MarketPhase,
  OrderView,
  ReceiptView,
  RiskDecisionView,
} from '../../src/contracts/index.js';
import { RISK_CHECKS } from '../../src/domain/risk.js';
import { formatDecimal } from '../../src/domain/units.js';

/** Opening, close and end of after hours of the session's day. */
export const DAY_OPEN = Date.UTC(2026, 2, 2, 14, 30) * 1000;
export const DAY_CLOSE = Date.UTC(2026, 2, 2, 21, 0) * 1000;
const AFTER_HOURS_END = Date.UTC(2026, 2, 3, 1, 0) * 1000;

/** Status reason of an order that the cash cannot pay. */
export const POOR = 'BUYING_POWER: The account cannot pay for the order.';
const FACTS = { description: '', unit: null };
/** What can be started. */
export const CATALOGUE: Catalogue = {
  strategies: [
    {
      strategy: 'buy-and-hold',
      title: 'Buy and hold',
      description: 'Buys once and keeps.',
      origin: 'builtin',
      params: [],
      defaultSymbols: ['ALTA'],
      defaultTimeframe: '1m',
    },
    {
      strategy: 'opening-range-breakout',
      title: 'Opening-range breakout',
      description: 'Buys above the high of the first minutes, flat at the close.',
      origin: 'builtin',
      params: [
        { ...FACTS, name: 'minutes', label: 'Minutes', kind: 'int', default: 15, min: 1, max: 120, step: 1 },
        { ...FACTS, name: 'flatAtClose', label: 'Flat at close', kind: 'bool', default: true },
      ],
      defaultSymbols: ['DUNE'],
      defaultTimeframe: '1m',
    },
    {
      strategy: 'sma-cross',
      title: 'SMA cross',
      description: 'Buys when the fast average crosses above the slow one; exits on the cross back.',
      origin: 'builtin',
      params: [
        { ...FACTS, name: 'fast', label: 'Fast', kind: 'int', default: 10, min: 2, max: 100, step: 1, unit: 'bars' },
        { ...FACTS, name: 'slow', label: 'Slow', kind: 'int', default: 50, min: 5, max: 400, step: 1, unit: 'bars' },
        {
          ...FACTS,
          name: 'direction',
          label: 'Direction',
          kind: 'choice',
          default: 'long',
          choices: ['long', 'longShort'],
        },
      ],
      defaultSymbols: ['ALTA'],
      defaultTimeframe: '1m',
    },
  ],
};

/** The phase at a market time. */
export function phaseAt(time: number): MarketPhase {
  if (time < DAY_OPEN) return 'premarket';
  if (time < DAY_CLOSE) return 'regular';
  return time < AFTER_HOURS_END ? 'afterHours' : 'closed';
}

/** The phase that follows and when. */
export function nextPhaseOf(phase: MarketPhase): [MarketPhase | null, number | null] {
  if (phase === 'premarket') return ['regular', DAY_OPEN];
  if (phase === 'regular') return ['afterHours', DAY_CLOSE];
  if (phase === 'afterHours') return ['closed', AFTER_HOURS_END];
  return [null, null];
}

/** Made-up answers of the checks. */
export function riskDecision(order: OrderView, cost: number, cash: number): RiskDecisionView {
  const denied = order.status === 'denied';
  const [reason, message] = order.statusReason?.split(': ') ?? [];
  return {
    outcome: denied ? 'deny' : 'allow',
    reason: reason ?? null,
    message: message ?? null,
    requestedQuantity: order.quantity,
    quantity: denied ? '0' : order.quantity,
    answers: RISK_CHECKS.map((check) => {
      const fails = denied && (check === 'killSwitch' ? reason === 'KILL_SWITCH' : check === 'buyingPower');
      const figures = check === 'buyingPower' ? { measured: `$${money(cost)}`, limit: `$${money(cash)}` } : NO_FIGURES;
      return { check, answer: fails ? 'deny' : 'allow', ...figures };
    }),
  };
}

const NO_FIGURES = { measured: '', limit: '' };

/** A made-up receipt. */
export function receiptOf(fill: FillView): ReceiptView {
  const price = Number(fill.price);
  const buys = fill.side === 'buy';
  return {
    fill,
    sentence:
      `${buys ? 'Bought' : 'Sold'} ${fill.quantity} ${fill.symbol} at $${fill.price}: ` +
      `the ${buys ? 'ask' : 'bid'} when the order arrived, one cent of slippage against it.`,
    basis: 'nbbo',
    rule: 'far-side',
    evidence: {
      time: fill.time - 100_000,
      sequence: 4711,
      bid: decimal(price - 0.02),
      bidSize: 300,
      ask: decimal(price),
      askSize: 500,
      open: null,
      high: null,
      low: null,
      last: null,
      volume: null,
      feed: 'sim',
      feedDelay: 0,
      coverage: 'simulated',
      bandLower: null,
      bandUpper: null,
    },
    timing: {
      decidedAt: fill.time - 250_000,
      arrivedAt: fill.time - 50_000,
      filledAt: fill.time,
      reportedAt: fill.time + 50_000,
      dataLatency: 0,
    },
    priceBuildUp: {
      basePrice: decimal(price + (buys ? -0.01 : 0.01)),
      halfSpread: '0.00',
      slippage: '0.01',
      impact: '0.00',
      price: fill.price,
    },
    fees: [{ kind: 'commission', amount: fill.fees }],
    queueAtEntry: null,
    queueAtFill: null,
    participation: 0.2,
    participationLimit: 1,
    triggerPrice: null,
    triggerTime: null,
    shortFloor: null,
    preset: 'realistic',
    notes: '',
    models: 'far-side 1, displayed-size 1, fixed-latency 1, one-tick 1, ib-fixed 1',
  };
}

/** Rounds to cents. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Cents as a decimal. */
export function decimal(value: number): string {
  return formatDecimal(Math.round(value * 100), 100);
}

/** Dollars as a decimal. */
export function money(value: number): string {
  return decimal(value);
}
