/**
 * The command log of a market: every command that its accounts and engines accepted, in one order, appended before
 * it acts. The records collect in a block that is handed to a sink when it is full, so that storage costs one write
 * per 2,048 commands; `flush` hands over what there is. This file writes to no disk, and what is durable is the
 * sink's matter.
 *
 * A sink that throws has taken nothing: the command that needed the room is not accepted either, and the same bytes
 * are offered again.
 */
import type { BlockSink } from '../../domain/ports.js';
import { assert } from '../../utils/assert.js';
import { BLOCK_BYTES, LOG_VERSION, LogField, LogKind, RECORD_SHIFT, checkOf } from './commandRecords.js';

const WORDS = BLOCK_BYTES >> 2;

/** See the module header. */
export class CommandLog {
  /** The number of the last record, from 1; wraps around after 2^32 of them. Read-only to users. */
  sequence = 0;
  /** Whether commands are counted but not written, because they come out of the log. Read-only to users. */
  isReplaying: boolean;
  private readonly sink: BlockSink;
  private readonly words = new Int32Array(WORDS);
  private readonly bytes = new Uint8Array(this.words.buffer);
  /** Where the next record goes, and up to where the sink has taken them. */
  private end = 0;
  private taken = 0;
  /** Records before the first command, less one. */
  private heads = 0;

  /** `mode` is `replay` for a log that continues one that is there: replay it, see replayCommandLog.ts. */
  constructor(sink: BlockSink, mode: 'new' | 'replay' = 'new') {
    this.sink = sink;
    this.isReplaying = mode === 'replay';
  }

  /** The first record; `capacity` is the accounts' room. */
  start(capacity: number): void {
    assert(this.sequence === 0, 'a command log serves one set of accounts');
    this.append(LogKind.START, LOG_VERSION, 0, 0, 0, capacity);
  }

  /** An engine's record: before any command, so that a reader knows the engines from the beginning. */
  addEngine(word: number, fingerprint: number): void {
    this.heads += 1;
    assert(this.sequence === this.heads, 'every engine is made before the first command');
    this.append(word, 0, 0, fingerprint, 0, 0);
  }

  /** Appends one record; `word` is kind, side and symbol. Throws what the sink throws, with nothing appended. */
  append(word: number, member: number, ref: number, order: number, tick: number, size: number): void {
    if (this.end === WORDS) this.flush();
    const sequence = (this.sequence + 1) | 0;
    this.sequence = sequence;
    if (this.isReplaying) return;
    const { words, end } = this;
    words[end + LogField.KIND] = word;
    words[end + LogField.SEQUENCE] = sequence;
    words[end + LogField.MEMBER] = member;
    words[end + LogField.REF] = ref;
    words[end + LogField.ORDER] = order;
    words[end + LogField.TICK] = tick;
    words[end + LogField.SIZE] = size;
    words[end + LogField.CHECK] = checkOf(word, sequence, member, ref, order, tick, size);
    this.end = end + (1 << RECORD_SHIFT);
  }

  /** Hands over the records that the sink has not taken yet. */
  flush(): void {
    if (this.end > this.taken) this.sink.write(this.bytes.subarray(this.taken << 2, this.end << 2));
    this.taken = this.end;
    if (this.end === WORDS) this.end = this.taken = 0;
  }

  /** Ends the replay: commands are written from now on. */
  resume(): void {
    this.isReplaying = false;
  }
}
