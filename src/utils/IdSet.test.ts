import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdSet } from './IdSet.js';

it('holds what was added and not deleted, each once', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'delete', 'clear'), fc.nat(12)), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (all) => {
      const own = new IdSet(13);
      const set = new Set<number>();
      for (const [step, id] of all) {
        if (step === 'add') own.add(id);
        else if (step === 'delete') own.delete(id);
        else if (id === 0) own.clear();
        if (step === 'add') set.add(id);
        else if (step === 'delete') set.delete(id);
        else if (id === 0) set.clear();
        expect(own.sorted()).toEqual([...set].toSorted((a, b) => a - b));
        expect(own.ids.toSorted((a, b) => a - b)).toEqual(own.sorted());
      }
    }),
  );
});
