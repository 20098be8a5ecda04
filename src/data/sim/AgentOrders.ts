/**
 * The resting orders of one simulated book by slot, which is what the book knows an order by: whose it is, its number
 * in the messages, and for each agent the list of its slots, in no order of meaning.
 */

/** Whose an order is: noise traders share a number, market makers have one each, and orders from outside one. */
export const Agent = { NOISE: 0, FIRST_MAKER: 1, OUTSIDE: 7 } as const;

const AGENTS = 8;
const FIRST_CAPACITY = 256;

/** See the module header. */
export class AgentOrders {
  /** By slot. Read-only to users. */
  handles = new Int32Array(FIRST_CAPACITY);
  numbers = new Float64Array(FIRST_CAPACITY);
  ticks = new Int32Array(FIRST_CAPACITY);
  sides = new Uint8Array(FIRST_CAPACITY);
  agents = new Uint8Array(FIRST_CAPACITY);
  readonly #places: number[] = [];
  readonly #free: number[] = [];
  readonly #lists: number[][] = Array.from({ length: AGENTS }, () => []);
  #end = 1;
  #lastNumber = 0;

  /** The slots of an agent's orders. Read-only to users. */
  of(agent: number): readonly number[] {
    return this.#lists[agent] ?? [];
  }

  /** A slot for an order with a number of its own; its handle is to be set. */
  open(agent: number, side: number, tick: number): number {
    const slot = this.#free.pop() ?? this.#end;
    if (slot === this.#end) this.#end += 1;
    if (slot === this.handles.length) this.#grow();
    this.#lastNumber += 1;
    this.numbers[slot] = this.#lastNumber;
    this.ticks[slot] = tick;
    this.sides[slot] = side;
    this.agents[slot] = agent;
    const list = this.#lists[agent] as number[];
    this.#places[slot] = list.length;
    list.push(slot);
    return slot;
  }

  /** Frees the slot of an order that is over. */
  close(slot: number): void {
    const list = this.#lists[this.agents[slot] ?? 0] as number[];
    const place = this.#places[slot] ?? 0;
    const last = list.pop();
    if (last !== undefined && last !== slot) {
      list[place] = last;
      this.#places[last] = place;
    }
    this.handles[slot] = 0;
    this.#free.push(slot);
  }

  #grow(): void {
    const capacity = this.handles.length * 2;
    this.handles = copied(this.handles, new Int32Array(capacity));
    this.numbers = copied(this.numbers, new Float64Array(capacity));
    this.ticks = copied(this.ticks, new Int32Array(capacity));
    this.sides = copied(this.sides, new Uint8Array(capacity));
    this.agents = copied(this.agents, new Uint8Array(capacity));
  }
}

function copied<T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
