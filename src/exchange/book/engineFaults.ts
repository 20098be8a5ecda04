/**
 * Says what is wrong with the accounts of a market and the books of its engines, as sentences: money or shares that
 * were made or lost, reserves and open orders that are not those of the resting orders, a member beyond its credit.
 * Reads everything and changes nothing; for tests and on demand.
 */
import { BUY, FLAGS, OWNER, SELL, SIZE, TICK, sideOf } from '../../book/bookLayout.js';
import { OPEN_BUY, OPEN_ORDERS, OPEN_SELL, POSITION, SHARES_DEPOSITED } from './Clearing.js';
import type { MatchingEngine } from './MatchingEngine.js';
import { CASH, CREDIT, FEES, MAKER_FILLS, RESERVED, TAKER_FILLS } from './MemberAccounts.js';
import type { MemberAccounts } from './MemberAccounts.js';
import { queueFaults } from '../../book/queueFaults.js';

/** What the resting orders of one member in one book come to. */
interface Open {
  orders: number;
  readonly shares: [number, number];
}

/** See the module header; `engines` are all engines on the accounts. An empty list is a sound market. */
export function engineFaults(accounts: MemberAccounts, engines: readonly MatchingEngine[]): string[] {
  const faults: string[] = [];
  const reserved = new Float64Array(accounts.count + 1);
  for (const engine of engines) faults.push(...bookFaults(engine, reserved));
  let [cash, fees, fills] = [0n, 0n, 0n];
  for (let member = 0; member <= accounts.count; member += 1) {
    const field = (place: number): number => accounts.field(member, place);
    cash += BigInt(field(CASH));
    fees += BigInt(field(FEES));
    fills += BigInt(field(MAKER_FILLS)) - BigInt(field(TAKER_FILLS));
    if (field(RESERVED) !== reserved[member]) {
      faults.push(`member ${member}: ${field(RESERVED)} is reserved, orders need ${reserved[member] ?? 0}`);
    }
    if (accounts.buyingPower(member) < 0) faults.push(`member ${member}: buying power ${accounts.buyingPower(member)}`);
    if (field(CREDIT) < 0) faults.push(`member ${member}: credit ${field(CREDIT)}`);
  }
  if (cash !== BigInt(accounts.deposited)) faults.push(`cash is ${cash}, ${accounts.deposited} was paid in`);
  if (fees !== BigInt(accounts.field(0, CASH)))
    faults.push(`members paid ${fees} of fees, the exchange has another sum`);
  if (fills !== 0n) faults.push(`makers and takers differ by ${fills} fills`);
  return faults;
}

/** Adds to `reserved`, by member, what the orders of a book need. */
function bookFaults(engine: MatchingEngine, reserved: Float64Array): string[] {
  const { book, clearing, accounts, symbolId } = engine;
  const faults = queueFaults(book.queues).map((fault) => `symbol ${symbolId}: ${fault}`);
  const open = new Map<number, Open>();
  const sides: [number, number] = [0, 0];
  for (const side of [BUY, SELL] as const) {
    for (let handle = book.queues.first(side); handle !== 0; handle = book.queues.following(handle)) {
      const [member, tick, size] = [OWNER, TICK, SIZE].map((place) => book.queues.field(handle, place));
      const whose = sideOf(book.queues.field(handle, FLAGS));
      const mine: Open = open.get(member ?? 0) ?? { orders: 0, shares: [0, 0] };
      mine.orders += 1;
      mine.shares[whose] += size ?? 0;
      sides[whose] += size ?? 0;
      open.set(member ?? 0, mine);
      reserved[member ?? 0] = (reserved[member ?? 0] ?? 0) + clearing.reserveOf(whose, tick ?? 0, size ?? 0);
    }
  }
  let shares = 0;
  for (let member = 0; member <= accounts.count; member += 1) {
    const mine = open.get(member) ?? { orders: 0, shares: [0, 0] };
    const kept = [OPEN_ORDERS, OPEN_BUY, OPEN_SELL].map((place) => clearing.field(member, place));
    const is = [mine.orders, ...mine.shares];
    if (kept.join() !== is.join()) {
      faults.push(`symbol ${symbolId}, member ${member}: orders and shares ${kept.join()}, rest ${is.join()}`);
    }
    shares += clearing.field(member, POSITION) - clearing.field(member, SHARES_DEPOSITED);
  }
  if (shares !== 0) faults.push(`symbol ${symbolId}: positions differ from the shares brought in by ${shares}`);
  if (engine.restingShares.join() !== sides.join()) {
    faults.push(`symbol ${symbolId}: ${engine.restingShares.join()} shares rest, sum ${sides.join()}`);
  }
  return faults;
}
