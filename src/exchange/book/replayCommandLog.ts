/**
 * Reads a command log and gives its commands to accounts and engines that were made with the same options and hold
 * nothing yet; they then are what they were. Each record must be the next one and its command be accepted, as it was
 * when it was written.
 *
 * The end may be torn: whatever was being written when the process or the machine stopped is at most one block. The
 * log ends before the first unsound record of the last block's length; an unsound record before that is damage.
 */
import { PapertapeError } from '../../domain/errors.js';
import { assert } from '../../utils/assert.js';
import { sideOf } from '../../book/bookLayout.js';
import {
  BLOCK_BYTES,
  KIND_MASK,
  LOG_VERSION,
  LogField,
  LogKind,
  RECORD_BYTES,
  RECORD_SHIFT,
  SIDE_SHIFT,
  SYMBOL_SHIFT,
  checkOf,
} from './commandRecords.js';
import type { CommandLog } from './CommandLog.js';
import type { MatchingEngine } from './MatchingEngine.js';
import type { MemberAccounts } from './MemberAccounts.js';
import { memberRefusalText } from './memberRefusals.js';

/** What a log came to. */
export interface ReplayedLog {
  /** Sound records, the first ones that are no commands included. */
  readonly records: number;
  /** Their length; what follows in the file is to be cut before the log goes on. */
  readonly bytes: number;
}

/**
 * Replays `bytes`, all that was ever written, on `accounts` and `engines` whose log was made for `replay`, and lets
 * that log go on behind them. Throws `JOURNAL_CORRUPT` for damage, `CONFIG_INVALID` if the log was written with
 * other options, and `VERIFY_MISMATCH` if a command is refused now; accounts and engines are then of no use.
 */
export function replayCommandLog(
  bytes: Uint8Array,
  accounts: MemberAccounts,
  engines: readonly MatchingEngine[],
): ReplayedLog {
  const { log } = accounts;
  assert(log?.isReplaying === true && log.sequence === 1 + engines.length, 'the log is made for replay, with engines');
  // A copy, because the bytes may lie at any place of their buffer.
  const whole = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % RECORD_BYTES)));
  const words = new Int32Array(whole.buffer);
  const heads = 1 + engines.length;
  const bySymbol = new Map(engines.map((engine) => [engine.symbolId, engine]));
  assert(bySymbol.size === engines.length, 'one engine trades a symbol');
  let records = 0;
  for (let at = 0; at < words.length && isNext(words, at, records); at += 1 << RECORD_SHIFT) {
    if (records < heads) requireSameOptions(words, at, records, accounts, engines);
    else apply(words, at, accounts, bySymbol, log);
    records += 1;
  }
  const end = records * RECORD_BYTES;
  if (bytes.length - end > BLOCK_BYTES) throw damaged(end, 'a record is not the next one or does not pass its check');
  if (records < heads) throw damaged(end, 'it ends within its head and holds no command');
  log.resume();
  return { records, bytes: end };
}

/** Whether the record at a place is sound and the one that comes after so many. */
function isNext(words: Int32Array, at: number, records: number): boolean {
  const check = checkOf(
    words[at + LogField.KIND] ?? 0,
    words[at + LogField.SEQUENCE] ?? 0,
    words[at + LogField.MEMBER] ?? 0,
    words[at + LogField.REF] ?? 0,
    words[at + LogField.ORDER] ?? 0,
    words[at + LogField.TICK] ?? 0,
    words[at + LogField.SIZE] ?? 0,
  );
  return words[at + LogField.CHECK] === check && words[at + LogField.SEQUENCE] === ((records + 1) | 0);
}

/** The first record is the accounts', the next ones are the engines' in the order of their making. */
function requireSameOptions(
  words: Int32Array,
  at: number,
  records: number,
  accounts: MemberAccounts,
  engines: readonly MatchingEngine[],
): void {
  const word = words[at + LogField.KIND] ?? 0;
  const engine = engines[records - 1];
  const isSame =
    engine === undefined
      ? word === LogKind.START &&
        words[at + LogField.MEMBER] === LOG_VERSION &&
        words[at + LogField.SIZE] === accounts.capacity
      : word === (LogKind.ENGINE | (engine.symbolId << SYMBOL_SHIFT)) &&
        words[at + LogField.ORDER] === engine.fingerprint;
  if (isSame) return;
  const whose = engine === undefined ? 'accounts' : `engine of symbol ${engine.symbolId}`;
  throw new PapertapeError('CONFIG_INVALID', `The command log was written with other options of the ${whose}.`, {
    remedy: 'Replay it with the accounts, engines and options, in the order, with which it was written.',
  });
}

function apply(
  words: Int32Array,
  at: number,
  accounts: MemberAccounts,
  engines: ReadonlyMap<number, MatchingEngine>,
  log: CommandLog,
): void {
  const kind = (words[at + LogField.KIND] ?? 0) & KIND_MASK;
  const symbol = (words[at + LogField.KIND] ?? 0) >>> SYMBOL_SHIFT;
  const result =
    kind === LogKind.OPEN || kind === LogKind.DEPOSIT
      ? applyToAccounts(words, at, kind, accounts)
      : applyToEngine(words, at, kind, engines.get(symbol));
  if (result >= 0 && log.sequence === words[at + LogField.SEQUENCE]) return;
  const why = memberRefusalText(result) ?? `There is no command ${kind} of symbol ${symbol}.`;
  throw new PapertapeError(
    'VERIFY_MISMATCH',
    `Command ${words[at + LogField.SEQUENCE] ?? 0} of the command log is refused now. ${why}`,
    { remedy: 'Replay it with the version that wrote it.' },
  );
}

/** What a record gives that is no command. */
const NO_COMMAND = Number.MIN_SAFE_INTEGER;

function applyToAccounts(words: Int32Array, at: number, kind: number, accounts: MemberAccounts): number {
  const amount = (words[at + LogField.SIZE] ?? 0) * 2 ** 32 + ((words[at + LogField.TICK] ?? 0) >>> 0);
  return kind === LogKind.OPEN ? accounts.open(amount) : accounts.deposit(words[at + LogField.MEMBER] ?? 0, amount);
}

function applyToEngine(words: Int32Array, at: number, kind: number, engine: MatchingEngine | undefined): number {
  if (engine === undefined) return NO_COMMAND;
  const side = sideOf((words[at + LogField.KIND] ?? 0) >>> SIDE_SHIFT);
  const member = words[at + LogField.MEMBER] ?? 0;
  const ref = words[at + LogField.REF] ?? 0;
  const order = words[at + LogField.ORDER] ?? 0;
  const tick = words[at + LogField.TICK] ?? 0;
  const size = words[at + LogField.SIZE] ?? 0;
  switch (kind) {
    case LogKind.ADD:
      return engine.add(member, ref, side, tick, size);
    case LogKind.TAKE:
      return engine.take(member, ref, side, tick, size);
    case LogKind.MARKET:
      return engine.market(member, ref, side, size);
    case LogKind.CANCEL:
      return engine.cancel(member, order, ref);
    case LogKind.REPLACE:
      return engine.replace(member, order, ref, tick, size);
    case LogKind.END_DAY:
      return engine.endDay();
    case LogKind.BAND:
      return engine.setBand(tick, size);
    case LogKind.LIMITS:
      return engine.setLimits(member, { longShares: tick, shortShares: size, openOrders: order });
    case LogKind.DEPOSIT_SHARES:
      return engine.depositShares(member, size);
    default:
      return NO_COMMAND;
  }
}

function damaged(offset: number, reason: string): PapertapeError {
  return new PapertapeError('JOURNAL_CORRUPT', `The command log is damaged: offset=${offset}: ${reason}.`, {
    remedy: 'Nothing was changed. Keep the file, and restore it from a backup.',
  });
}
