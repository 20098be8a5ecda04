import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateFold, StateRecorder } from './stateChanges.js';
import type { StateChange } from './stateChanges.js';

/** What a tape makes of a value. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A copy that throws when somebody changes it. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(Object.freeze(value))) frozen(part);
  return value;
}

/** Records states one after the other, as a tape would, and comes back from what was recorded. */
function thereAndBack(states: readonly unknown[]): { readonly last: unknown; readonly changes: readonly unknown[] } {
  const recorder = new StateRecorder();
  let fold: StateFold | undefined;
  const changes: unknown[] = [];
  for (const state of states) {
    const told = json(recorder.next(state)) as { working?: unknown; workingChange?: StateChange | null };
    recorder.accept();
    if ('working' in told) fold = new StateFold(frozen(told.working));
    else if (told.workingChange) fold?.apply(frozen(told.workingChange));
    changes.push(told.workingChange);
  }
  return { last: fold?.state, changes };
}

const order = fc.record({
  id: fc.constantFrom('o-1', 'o-2', 'o-3', 'o-4', 'o-5'),
  price: fc.nat({ max: 3 }),
  legs: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
  deep: fc.option(fc.record({ x: fc.nat({ max: 1 }) }), { nil: undefined }),
});
const state = fc.record({
  orders: fc.uniqueArray(order, { selector: ({ id }) => id }),
  // Lists without ids, or with ids that come twice.
  texts: fc.array(fc.constantFrom('a', 'b')),
  mixed: fc.array(fc.oneof(fc.nat({ max: 2 }), fc.constant(null), fc.record({ id: fc.constantFrom('x', 'y') }))),
  queue: fc.array(fc.record({ orderId: fc.constantFrom('o-1', 'o-2'), time: fc.nat({ max: 2 }) })),
  accounts: fc.uniqueArray(fc.record({ accountId: fc.constantFrom('a', 'b'), cash: fc.nat({ max: 2 }) })),
  numbers: fc.array(fc.nat({ max: 2 })),
  desk: fc.oneof(fc.constant(undefined), fc.constant(null), fc.record({ id: fc.constantFrom('d', 'e') })),
});

describe('changes of a state', () => {
  it('I-20: bring every state back, in its order, after any states before it', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 6 }), (states) => {
        expect(thereAndBack(states).last).toEqual(json(states.at(-1)));
      }),
      { numRuns: 500 },
    );
  });

  it('are those that the two states alone give, whatever was remembered of the lists before', () => {
    const accepted = fc.boolean();
    fc.assert(
      fc.property(fc.array(fc.tuple(state, accepted), { minLength: 2, maxLength: 8 }), (steps) => {
        const recorder = new StateRecorder();
        let before: unknown;
        for (const [index, [next, isAccepted]] of steps.entries()) {
          const told = recorder.next(next);
          const alone = new StateRecorder();
          if (index > 0) {
            alone.next(before);
            alone.accept();
          }
          expect(told).toEqual(alone.next(next));
          if (!isAccepted && index > 0) continue;
          recorder.accept();
          before = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('name what changed and nothing else', () => {
    const kept = { id: 'o-1', price: 1 };
    const { changes } = thereAndBack([
      { cash: 5, orders: [kept, { id: 'o-2', price: 2 }, { id: 'o-3', price: 3 }] },
      { cash: 5, orders: [kept, { id: 'o-3', price: 4 }, { id: 'o-4', price: 5 }] },
      { cash: 5, orders: [kept, { id: 'o-3', price: 4 }, { id: 'o-4', price: 5 }] },
    ]);
    expect(changes[1]).toEqual({
      fields: {
        orders: {
          gone: ['o-2'],
          items: [['o-3', { fields: { price: { set: 4 } } }]],
          added: [{ id: 'o-4', price: 5 }],
        },
      },
    });
    expect(changes[2]).toBeNull();
  });

  it('let a queue go on where it stands', () => {
    const [first, second, third] = [{ time: 1 }, { time: 2 }, { time: 3 }];
    const { changes, last } = thereAndBack([[first, second], [second, third], [third], []]);
    expect(changes.slice(1)).toEqual([
      { left: 1, added: [third] },
      { left: 1, added: [] },
      { left: 1, added: [] },
    ]);
    expect(last).toEqual([]);
  });

  it('are those since the last state that was recorded, not since the last that was asked about', () => {
    const recorder = new StateRecorder();
    recorder.next({ cash: 1 });
    recorder.accept();
    recorder.next({ cash: 2 });
    expect(recorder.next({ cash: 1 })).toEqual({ workingChange: null });
  });

  it('do not look into what is the same object', () => {
    const trap = Object.defineProperty({}, 'field', {
      enumerable: true,
      get: () => {
        throw new Error('looked into');
      },
    });
    const recorder = new StateRecorder();
    recorder.next({ orders: [], trap });
    recorder.accept();
    expect(recorder.next({ orders: [], trap })).toEqual({ workingChange: null });
  });
});
