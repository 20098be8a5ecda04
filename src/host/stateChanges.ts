/**
 * What changed between two states of the same JSON shape, small enough to be recorded with every group of a tape, and
 * the way back: a whole state and the changes after it give the last one.
 *
 * Lists whose items have ids are compared item by item: items leave, change where they are, and come at the end. Other
 * lists are taken for queues, whose first items leave. What does not fit is told anew. A part that is the very same
 * object in both states is not looked into, so a caller that keeps unchanged parts pays for changed ones alone.
 */

import { assert } from '../utils/assert.js';

/** One change; JSON-safe if the states are. */
export type StateChange =
  | { readonly set: unknown }
  /** Of an object: fields that changed or are new, and names of those that are gone. */
  | { readonly fields: Readonly<Record<string, StateChange>>; readonly gone?: readonly string[] }
  /** Of a list: ids of items that are gone, items that changed, and new ones in their order. */
  | {
      readonly gone?: readonly string[];
      readonly items?: readonly (readonly [id: string, change: StateChange])[];
      readonly added?: readonly unknown[];
    }
  /** Of a queue: how many first items are gone, and new ones in their order. */
  | { readonly left: number; readonly added: readonly unknown[] };

type Json = Readonly<Record<string, unknown>>;

/**
 * The ids of lists in which every item has one of its own, so that a list need not be looked through again. The set of
 * a list goes over to the one that follows it, with what changed: another change from the same list finds them anew.
 */
type KnownLists = WeakMap<readonly unknown[], Set<string>>;

/** Tells what changes from one state to the next. */
export class StateRecorder {
  readonly #known: KnownLists = new WeakMap();
  #last: { readonly state: unknown } | undefined;
  #next: { readonly state: unknown } | undefined;

  /**
   * What is to be recorded of a state: all of it the first time, then what changed since the state that was accepted
   * last, null if nothing did. The state must not be changed afterwards.
   */
  next(state: unknown): { readonly working: unknown } | { readonly workingChange: StateChange | null } {
    this.#next = { state };
    if (this.#last === undefined) return { working: state };
    return { workingChange: changeBetween(this.#last.state, state, this.#known) ?? null };
  }

  /** The state that was asked about last has been recorded. */
  accept(): void {
    this.#last = this.#next;
  }
}

/** What makes `before` to `after`; undefined if they are equal as JSON. Numbers are finite, and nothing is cyclic. */
function changeBetween(before: unknown, after: unknown, known: KnownLists): StateChange | undefined {
  if (before === after) return undefined;
  if (Array.isArray(before) && Array.isArray(after)) return listChange(before, after, known);
  if (isObject(before) && isObject(after)) return objectChange(before, after, known);
  return { set: after };
}

function objectChange(before: Json, after: Json, known: KnownLists): StateChange | undefined {
  const fields: Record<string, StateChange> = {};
  let isChanged = false;
  for (const key in after) {
    const value = after[key];
    // JSON has no undefined: such a field is none.
    if (value === undefined || value === before[key]) continue;
    const change = changeBetween(before[key], value, known);
    if (change === undefined) continue;
    fields[key] = change;
    isChanged = true;
  }
  const gone: string[] = [];
  for (const key in before) if (before[key] !== undefined && after[key] === undefined) gone.push(key);
  if (gone.length > 0) return { fields, gone };
  return isChanged ? { fields } : undefined;
}

/** Walks both lists at once: what is in both in the same order stays, all else leaves or comes at the end. */
function listChange(before: readonly unknown[], after: readonly unknown[], known: KnownLists): StateChange | undefined {
  const ids = known.get(before) ?? idsOf(before);
  if (ids === undefined) return queueChange(before, after);
  const gone: string[] = [];
  const items: (readonly [string, StateChange])[] = [];
  let at = 0;
  for (const old of before) {
    const now = after[at];
    const isSame = at < after.length && (old === now || idOf(old) === idOf(now));
    if (isSame) at += 1;
    else gone.push(idOf(old) ?? '');
    if (!isSame || old === now) continue;
    const change = changeBetween(old, now, known);
    if (change !== undefined) items.push([idOf(old) ?? '', change]);
  }
  const added = after.slice(at);
  known.delete(before);
  if (!follow(ids, gone, added)) return queueChange(before, after);
  known.set(after, ids);
  if (gone.length === 0 && items.length === 0 && added.length === 0) return undefined;
  return {
    ...(gone.length === 0 ? {} : { gone }),
    ...(items.length === 0 ? {} : { items }),
    ...(added.length === 0 ? {} : { added }),
  };
}

/** The ids of a list in which every item has one, and no two the same; undefined for other lists. */
function idsOf(list: readonly unknown[]): Set<string> | undefined {
  const ids = new Set<string>();
  return follow(ids, [], list) ? ids : undefined;
}

/** Lets ids follow what has changed in their list; false if an item has none or the one of another. */
function follow(ids: Set<string>, gone: readonly string[], added: readonly unknown[]): boolean {
  for (const id of gone) ids.delete(id);
  for (const item of added) {
    const id = idOf(item);
    if (id === undefined || ids.has(id)) return false;
    ids.add(id);
  }
  return true;
}

function queueChange(before: readonly unknown[], after: readonly unknown[]): StateChange | undefined {
  const first = after[0];
  const left = after.length === 0 ? before.length : placeOf(first, before);
  const stayed = left < 0 ? 0 : before.length - left;
  if (left < 0 || stayed > after.length) return { set: after };
  for (let index = 0; index < stayed; index += 1) {
    if (!isEqual(before[left + index], after[index])) return { set: after };
  }
  const added = after.slice(stayed);
  return left === 0 && added.length === 0 ? undefined : { left, added };
}

/** Where an item is in a list: most are the very same object. -1 if nowhere. */
function placeOf(item: unknown, list: readonly unknown[]): number {
  const at = list.indexOf(item);
  return at >= 0 ? at : list.findIndex((one) => isEqual(one, item));
}

/** Whether two values are the same JSON, in which a field that is undefined is none. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, at) => isEqual(item, other[at]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  for (const key in one) if (!isEqual(one[key], other[key])) return false;
  for (const key in other) if (other[key] !== undefined && one[key] === undefined) return false;
  return true;
}

/** What tells an item of a list from the others: an order's id, an account's, a symbol's, or itself if it is a text. */
function idOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (!isObject(item)) return undefined;
  const { id, accountId, symbolId } = item;
  if (typeof id === 'string') return id;
  if (typeof accountId === 'string') return accountId;
  return typeof symbolId === 'number' ? String(symbolId) : undefined;
}

/** A list whose items are found by their ids while changes are applied. */
class KeyedList {
  readonly items: Map<string, unknown>;

  constructor(list: readonly unknown[]) {
    this.items = new Map(list.map((item) => [idOf(item) ?? '', item]));
    assert(this.items.size === list.length, 'every item of a list that changes has an id of its own');
  }
}

/** Comes from a whole state to the last one by the changes between. What it is given is not changed. */
export class StateFold {
  #state: unknown;
  /** Objects that were made here, so that each is copied once. */
  readonly #own = new WeakSet<object>();

  constructor(whole: unknown) {
    this.#state = whole;
  }

  /** Throws an assertion for a change that does not fit. */
  apply(change: StateChange): void {
    this.#state = this.#applied(this.#state, change);
  }

  /** The state now, as JSON values. */
  get state(): unknown {
    return plain(this.#state);
  }

  #applied(state: unknown, change: StateChange): unknown {
    if ('set' in change) return change.set;
    if ('fields' in change) return this.#withFields(state, change);
    if ('left' in change) return [...listOf(plain(state)).slice(change.left), ...change.added];
    const list = state instanceof KeyedList ? state : new KeyedList(listOf(state));
    for (const id of change.gone ?? []) list.items.delete(id);
    for (const [id, one] of change.items ?? []) list.items.set(id, this.#applied(list.items.get(id), one));
    for (const item of change.added ?? []) list.items.set(idOf(item) ?? '', item);
    return list;
  }

  #withFields(state: unknown, { fields, gone = [] }: Extract<StateChange, { readonly fields: unknown }>): unknown {
    assert(isObject(state), 'what fields are changed of is an object');
    const object: Record<string, unknown> = this.#own.has(state) ? state : { ...state };
    this.#own.add(object);
    for (const key of gone) delete object[key];
    for (const key of Object.keys(fields)) {
      const one = fields[key];
      if (one !== undefined) object[key] = this.#applied(object[key], one);
    }
    return object;
  }
}

function plain(state: unknown): unknown {
  if (state instanceof KeyedList) return Array.from(state.items.values(), plain);
  if (Array.isArray(state)) return state.map(plain);
  if (!isObject(state)) return state;
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, plain(value)]));
}

function listOf(value: unknown): readonly unknown[] {
  assert(Array.isArray(value), 'what items are changed of is a list');
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
