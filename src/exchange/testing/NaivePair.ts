/**
 * The exchange and the naive one side by side: both are given the same rows and commands, and after each instant
 * everything that was decided and the figures of the account must be the same lines.
 */
import { presetOf } from '../presets.js';
import type { TimeInForce } from '../../domain/order.js';
import { changesOf, ExchangeRig } from './ExchangeRig.js';
import type { RigChanges, RigOrder } from './ExchangeRig.js';
import { NaiveExchange } from './NaiveExchange.js';
import type { NaiveRow } from './naiveTypes.js';
import { lineOf } from './naiveTypes.js';

/** What a pair is told to do. */
export type PairCommand =
  | { readonly kind: 'submit'; readonly order: RigOrder }
  /** Cancels the order that was submitted `which` before the last; beyond them an unknown one. */
  | { readonly kind: 'cancel'; readonly which: number }
  /** Asks for another order in the place of that one. */
  | { readonly kind: 'replace'; readonly which: number; readonly changes: RigChanges };

/** Rows of one time, then commands. */
export interface PairStep {
  /** Micros; never before the step before. */
  readonly time: number;
  readonly rows: readonly NaiveRow[];
  readonly commands: readonly PairCommand[];
}

/** How a pair begins. */
export interface PairOptions {
  readonly preset: string;
  readonly feePlan: string;
  /** Dollars. */
  readonly cash: number;
  readonly startTime: number;
  /** Dollars; known of the first symbol. */
  readonly previousClose?: number;
  /** Of the limit up-limit down plan; known of the first symbol. */
  readonly tier?: 1 | 2;
  /** Log-normal latency instead of a constant one. */
  readonly latency?: { readonly sigmaPercent: number; readonly seed: number };
}

const DOLLARS = 1_000_000;
/** Rules of other programs that the naive exchange does not know; published results and own tests hold them. */
const UNKNOWN_RULES = {
  barStops: 'path',
  barOrder: 'adverseFirst',
  stopGap: 'open',
  stopLimitGap: 'open',
  openingCost: 'takers',
  commissionOf: 'order',
  entryBarExits: 'adverse',
  replacement: 'new',
  goodTillCanceledDays: 90,
} as const;
const SPANS: Readonly<Record<number, '1m' | '5m'>> = { 60_000_000: '1m', 300_000_000: '5m' };

/** See the module header. */
export class NaivePair {
  readonly rig: ExchangeRig;
  readonly naive: NaiveExchange;
  #compared = 0;
  #ids: string[] = [];
  #hasGroups = false;
  /** Outcomes compared so far, by type. */
  readonly seen = new Map<string, number>();

  constructor({ preset, feePlan, cash, startTime, previousClose = 0, tier, latency }: PairOptions) {
    const close = Math.round(previousClose * DOLLARS);
    const listing = { ...(close === 0 ? {} : { previousClose: close }), ...(tier === undefined ? {} : { tier }) };
    const { closedMarketOrder, buyingPower, crossing } = presetOf(preset);
    const isAtClose = closedMarketOrder === 'lastClose';
    const varied = {
      ...UNKNOWN_RULES,
      ...(buyingPower === 'atFill' ? ({ buyingPower: 'cash' } as const) : {}),
      ...(crossing === 'split' ? ({ crossing: 'reject' } as const) : {}),
      ...(isAtClose ? ({ closedMarketOrder: 'wait' } as const) : {}),
      ...(latency === undefined ? {} : { latencySigmaPercent: latency.sigmaPercent }),
    };
    const seed = latency?.seed ?? 1;
    const given = { preset, feePlan, cash, startTime, seed, listings: [listing] };
    this.rig = new ExchangeRig({ ...given, overrides: varied });
    this.naive = new NaiveExchange(
      { ...presetOf(preset), ...varied },
      feePlan,
      Math.round(cash * DOLLARS),
      2,
      startTime,
    );
    this.naive.seed = seed;
    this.naive.expect(close, tier);
  }

  /** Plays a step; gives the two sides where they differ. */
  play(step: PairStep): { readonly real: readonly string[]; readonly naive: readonly string[] } | undefined {
    const { rig, naive } = this;
    rig.instant(step.time, ...step.rows.map((row) => this.#rowOf(row)));
    naive.instant(step.time, step.rows);
    for (const command of step.commands) this.#command(command);
    return this.#difference();
  }

  #command(command: PairCommand): void {
    if (command.kind === 'cancel') {
      const id = this.#ids.at(-1 - command.which) ?? 'o-999';
      this.rig.cancel(id);
      this.naive.cancel(id);
      return;
    }
    if (command.kind === 'replace') {
      const id = this.#ids.at(-1 - command.which) ?? 'o-999';
      const next = this.rig.replace(id, command.changes);
      this.naive.replace(id, changesOf(command.changes), {
        id: next,
        clientOrderId: command.changes.clientOrderId ?? next.replace('o', 'c'),
      });
      this.#ids.push(next);
      return;
    }
    // What the rig makes of the request is what the naive exchange is given.
    const recorder: NonNullable<ExchangeRig['recorder']> = [];
    this.rig.recorder = recorder;
    const submitted = this.rig.submit(command.order);
    this.#ids.push(submitted);
    this.rig.recorder = undefined;
    for (const entry of recorder) {
      if (typeof entry !== 'object' || !('order' in entry) || !('now' in entry)) continue;
      this.naive.submit(entry.order);
      for (const { id } of entry.order.legs ?? []) this.#ids.push(id);
      this.#hasGroups ||= entry.order.legs !== undefined;
    }
  }

  #difference(): { readonly real: readonly string[]; readonly naive: readonly string[] } | undefined {
    const account = this.rig.exchange.account('main');
    const positions = account
      .positions()
      .map(({ symbolId, quantity, cost, mark }) => `${symbolId}: ${quantity} cost ${cost} mark ${mark}`);
    const { cash, equity, reserved, buyingPower, fees, realisedPnl: realised } = account;
    const figures = Object.entries({ cash, equity, reserved, buyingPower, fees, realised });
    const { decided, events } = this.rig;
    const real = [
      ...decided.slice(this.#compared).map(lineOf),
      [...figures.map(([name, value]) => `${name} ${value}`), ...positions].join('; '),
      `reported ${events.length}`,
    ];
    const { account: accountOfNaive, now, outcomes, reports } = this.naive;
    const reported = `reported ${reports.filter((time) => time <= now).length}`;
    const naive = [...outcomes.slice(this.#compared), accountOfNaive.figures, reported];
    for (const { type } of decided.slice(this.#compared)) this.seen.set(type, (this.seen.get(type) ?? 0) + 1);
    this.#compared = decided.length;
    // In which order the members of a group end is not compared; times are.
    if (this.#hasGroups) for (const side of [real, naive]) side.sort();
    return real.length === naive.length && real.every((line, i) => line === naive[i]) ? undefined : { real, naive };
  }

  #rowOf(row: NaiveRow): (time: number) => void {
    const { rig } = this;
    const dollars = (price: number): number => price / DOLLARS;
    switch (row.kind) {
      case 'bar': {
        const prices = [row.open, row.high, row.low, row.close].map(dollars);
        const [open = 0, high = 0, low = 0, close = 0] = prices;
        return rig.barRow([open, high, low, close], row.volume, SPANS[row.span] ?? '1m', row.symbolId);
      }
      case 'quoteBar': {
        const [bid, ask] = [row.bid, row.ask].map(([open, high, low, close]) => {
          return [dollars(open), dollars(high), dollars(low), dollars(close)] as const;
        });
        if (bid === undefined || ask === undefined) throw new Error('a quote bar has two sides');
        return rig.quoteBarRow(bid, row.bidSize, ask, row.askSize, SPANS[row.span] ?? '1m');
      }
      case 'quote':
        return rig.quoteRow(dollars(row.bid), row.bidSize, dollars(row.ask), row.askSize, row.flags);
      case 'print':
        return rig.printRow(dollars(row.price), row.size, row.flags);
      case 'status':
        return rig.statusRow(row.status, dollars(row.lower), dollars(row.upper));
    }
  }
}

export type { TimeInForce };
