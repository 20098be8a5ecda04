/**
 * Matching engines and the naive market under the same random commands, drawn from a seed, good ones and bad. After
 * each the answer, the reports, every figure of every member and the soundness of the accounts are compared. Says the
 * first difference.
 */
import { SeededRandom } from '../../utils/random.js';
import type { BookSide } from '../../book/bookLayout.js';
import { MAX_TICK } from '../../book/bookLayout.js';
import { OPEN_BUY, OPEN_ORDERS, OPEN_SELL, POSITION } from '../book/Clearing.js';
import type { CommandLog } from '../book/CommandLog.js';
import { engineFaults } from '../book/engineFaults.js';
import { EXECUTION_SIDE_BIT, Execution, ExecutionKind } from '../book/ExecutionReports.js';
import type { ExecutionReports } from '../book/ExecutionReports.js';
import type { EngineOptions } from '../book/MatchingEngine.js';
import { MatchingEngine } from '../book/MatchingEngine.js';
import * as money from '../book/MemberAccounts.js';
import { MemberAccounts } from '../book/MemberAccounts.js';
import type { NaiveExecution } from './NaiveClearing.js';
import { NaiveAccounts, NaiveClearing } from './NaiveClearing.js';

const KINDS = new Map<number, string>([
  [ExecutionKind.ACCEPTED, 'accepted'],
  [ExecutionKind.MAKER_FILL, 'makerFill'],
  [ExecutionKind.TAKER_FILL, 'takerFill'],
  [ExecutionKind.CANCELED, 'canceled'],
  [ExecutionKind.REPLACED, 'replaced'],
  [ExecutionKind.UNFILLED, 'unfilled'],
  [ExecutionKind.SELF_TRADE, 'selfTrade'],
  [ExecutionKind.EXPIRED, 'expired'],
  [ExecutionKind.REFUSED, 'refused'],
]);

/** Numbers that no command may take, or only some. */
const ODD = [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31, 2 ** 32 + 5, -0, 2 ** 53, MAX_TICK, MAX_TICK + 1];

/** Rows of the last command in words, and the handles of its orders. */
export function executionsOf(reports: ExecutionReports): readonly NaiveExecution[] {
  const rows: NaiveExecution[] = [];
  for (let row = reports.start; row < reports.written; row += 1) {
    const field = (place: number): number => reports.field(row, place);
    const kind = field(Execution.KIND);
    rows.push([
      KINDS.get(kind & (EXECUTION_SIDE_BIT - 1)) ?? '?',
      kind >= EXECUTION_SIDE_BIT ? 1 : 0,
      field(Execution.MEMBER),
      field(Execution.REF),
      field(Execution.TICK),
      field(Execution.SIZE),
      field(Execution.LEFT),
      field(Execution.DETAIL),
    ]);
  }
  return rows;
}

/** See the module header. */
export class EnginePair {
  /** The first difference, with seed and step; empty while both agree. */
  readonly faults: string[] = [];
  readonly accounts: MemberAccounts;
  readonly engines: readonly MatchingEngine[];
  /** How often each kind of report and each refusal was seen. */
  readonly seen = new Map<string, number>();
  private readonly naive: NaiveAccounts;
  private readonly markets: readonly NaiveClearing[];
  private readonly random: SeededRandom;
  private readonly where: string;
  /** Handle by the naive number of the order, by engine. */
  private readonly handles: readonly Map<number, number>[];
  private step = 0;
  private nextId = 1;
  private middle = 500;

  constructor(seed: number, capacity: number, options: readonly EngineOptions[], log?: CommandLog) {
    this.where = `seed ${seed}, self-trades ${options[0]?.selfTrade ?? ''}`;
    this.random = new SeededRandom(seed);
    this.accounts = new MemberAccounts(capacity, log);
    this.naive = new NaiveAccounts(capacity);
    this.engines = options.map((each) => new MatchingEngine(this.accounts, each));
    this.markets = options.map((each) => new NaiveClearing(this.naive, each));
    this.handles = options.map(() => new Map());
  }

  run(steps: number): void {
    for (let i = 0; i < steps && this.faults.length === 0; i += 1) {
      this.step += 1;
      this.command();
      this.compareMembers();
      this.check(engineFaults(this.accounts, this.engines), [], 'soundness');
    }
  }

  private command(): void {
    const { random } = this;
    const which = random.below(this.engines.length);
    const [engine, market, handles] = [this.engines[which], this.markets[which], this.handles[which]];
    if (engine === undefined || market === undefined || handles === undefined) return;
    if (random.chance(0.05) || this.accounts.count < 3) {
      this.account(engine, market);
      return;
    }
    const [member, ref] = [this.odd(0.01) ?? 1 + random.below(this.accounts.count), this.odd(0.01) ?? random.below(50)];
    const side = random.chance(0.5) ? 1 : 0;
    const [tick, size] = [this.odd(0.02) ?? this.tick(side), this.odd(0.02) ?? this.size()];
    const draw = random.next();
    let results: [unknown, unknown];
    if (draw < 0.55) {
      const id = this.nextId++;
      const handle = engine.add(member, ref, side, tick, size);
      const left = market.add(id, member, ref, side, tick, size);
      if (handle > 0) handles.set(id, handle);
      results = [handle > 0 ? 'rests' : handle, left > 0 ? 'rests' : left];
    } else if (draw < 0.61) {
      results = [engine.take(member, ref, side, tick, size), market.take(member, ref, side, tick, size)];
    } else if (draw < 0.64) {
      results = [engine.market(member, ref, side, size), market.take(member, ref, side, undefined, size)];
    } else if (draw < 0.998) {
      results = this.change(engine, market, handles, tick, size, draw < 0.76);
    } else {
      results = [engine.endDay(), market.endDay()];
    }
    this.check(results[0], results[1], 'answer');
    const rows = executionsOf(engine.reports);
    // What does not fit into 32 bits is reported cut.
    const expected = market.executions.map((row) =>
      row.map((value) => (typeof value === 'number' ? value | 0 : value)),
    );
    this.check(rows, expected, 'reports');
    for (const [kind, , , , , , , detail] of rows) {
      const name = kind === 'refused' ? `refused ${detail}` : kind;
      this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
    }
    for (const id of handles.keys()) if (!market.orders.has(id)) handles.delete(id);
    if (random.chance(0.05)) this.middle = Math.max(50, this.middle + random.below(21) - 10);
  }

  /** Cancels or replaces an order, mostly of its own member, with its own reference, and still there. */
  private change(
    engine: MatchingEngine,
    market: NaiveClearing,
    handles: ReadonlyMap<number, number>,
    tick: number,
    size: number,
    isCancel: boolean,
  ): [unknown, unknown] {
    const { random } = this;
    const ids = [...handles.keys()];
    const id = ids[random.below(ids.length)] ?? 0;
    const order = market.orders.get(id);
    const handle = random.chance(0.03) ? (this.odd(1) ?? 0) : (handles.get(id) ?? 0);
    const isThere = handle === handles.get(id);
    const member = random.chance(0.03) ? 1 + random.below(this.accounts.count) : (order?.member ?? 1);
    const ref = random.chance(0.03) ? random.below(50) : (order?.ref ?? 1);
    const number = isThere ? id : 0;
    if (isCancel) return [engine.cancel(member, handle, ref), market.cancel(member, number, ref)];
    const isSame = random.chance(0.3);
    const price = isSame ? (market.book.resting.get(id)?.tick ?? tick) : tick;
    const rests = engine.replace(member, handle, ref, price, size);
    const left = market.replace(member, number, ref, price, size);
    return [rests > 0 ? rests === handle : rests, left > 0 ? true : left];
  }

  /** Commands for the accounts, bands and limits. */
  private account(engine: MatchingEngine, market: NaiveClearing): void {
    const { random, accounts, naive } = this;
    const member = this.odd(0.05) ?? 1 + random.below(accounts.count + 1);
    const draw = random.below(accounts.count < 3 ? 1 : 5);
    if (draw === 0) {
      const credit = this.odd(0.1) ?? (random.chance(0.5) ? 0 : random.below(20_000_000_000));
      this.check(accounts.open(credit), naive.open(credit), 'open');
    } else if (draw === 1) {
      const amount = this.odd(0.2) ?? random.below(1_000_000_000_000);
      this.check(accounts.deposit(member, amount), naive.deposit(member, amount), 'deposit');
    } else if (draw === 2) {
      const shares = this.odd(0.1) ?? random.below(3000);
      this.check(engine.depositShares(member, shares), market.depositShares(member, shares), 'shares');
    } else if (draw === 3) {
      const limits = {
        longShares: random.below(20_000),
        shortShares: random.below(4000),
        openOrders: random.below(40),
      };
      if (engine.setLimits(member, limits) === 0) market.limits.set(member, limits);
    } else {
      const [low, high] = [this.middle - 30 - random.below(200), this.middle + 30 + random.below(200)];
      if (engine.setBand(low, high) === 0) market.band = [low, high];
    }
  }

  private compareMembers(): void {
    this.naive.members.forEach((member, index) => {
      const number = index + 1;
      const { cash, credit, fees, makerFills, takerFills } = member;
      const reserved = this.naive.reserved(number);
      const counts = [makerFills, takerFills].map(String);
      const expected = [...[cash, reserved, credit, fees].map(String), ...counts];
      const fields = [money.CASH, money.RESERVED, money.CREDIT, money.FEES];
      const counters = [money.MAKER_FILLS, money.TAKER_FILLS];
      const actual = [...fields, ...counters].map((field) => String(this.accounts.field(number, field)));
      this.check(actual, expected, `money of member ${number}`);
      this.engines.forEach((engine, which) => {
        const market = this.markets[which];
        const shares = [POSITION, OPEN_BUY, OPEN_SELL, OPEN_ORDERS].map((f) => engine.clearing.field(number, f));
        const open = [market?.openShares(number, 0), market?.openShares(number, 1), market?.openOrders(number).length];
        this.check(shares, [member.position.get(engine.symbolId) ?? 0, ...open], `shares of member ${number}`);
      });
    });
    this.check(String(this.accounts.field(0, money.CASH)), String(this.naive.collected), 'fees of the exchange');
    this.engines.forEach((engine, which) => {
      const market = this.markets[which];
      this.check(engine.trades, market?.trades, 'trades');
      const sums = [
        engine.book.queues.orders.live,
        engine.book.queues.depth(0, new Int32Array(99), new Int32Array(99)),
      ];
      this.check(
        sums,
        [market?.book.resting.size, Math.min(99, market?.book.depth(0).length ?? 0)],
        'orders and levels',
      );
    });
  }

  private check(actual: unknown, expected: unknown, what: string): void {
    const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== shouldBe) this.faults.push(`${this.where}, step ${this.step}, ${what}: ${is}, naive ${shouldBe}`);
  }

  /** A number that is seldom right, with a chance; undefined otherwise. */
  private odd(chance: number): number | undefined {
    return this.random.chance(chance) ? ODD[this.random.below(ODD.length)] : undefined;
  }

  private size(): number {
    const { random } = this;
    return 1 + random.below(random.chance(0.05) ? 6000 : 300);
  }

  private tick(side: BookSide): number {
    const away = this.random.below(40) - 8;
    return side === 0 ? this.middle - away : this.middle + away;
  }
}
