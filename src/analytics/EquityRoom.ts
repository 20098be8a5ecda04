/**
 * Columns that one run after another writes its equity into. A thread makes thousands of runs of a search, of which
 * each would allocate, clear and leave to the collector two columns as long as its data. The curve of a run holds until
 * the next one takes the room.
 */

/** See the module header. */
export class EquityRoom {
  private moneyRoom = new Float64Array(0);
  private dollarRoom = new Float64Array(0);

  /** A column of `length` for micro-dollars, whatever is written in it. */
  money(length: number): Float64Array {
    if (this.moneyRoom.length < length) this.moneyRoom = new Float64Array(length);
    return this.moneyRoom.subarray(0, length);
  }

  /** The same for dollars. */
  dollars(length: number): Float64Array {
    if (this.dollarRoom.length < length) this.dollarRoom = new Float64Array(length);
    return this.dollarRoom.subarray(0, length);
  }
}
