import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedIds } from './SortedIds.js';

it('holds what was added and not deleted, ascending and each once', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'delete'), fc.nat(12)), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (all) => {
      const sorted = new SortedIds();
      const set = new Set<number>();
      for (const [step, id] of all) {
        if (step === 'add') sorted.add(id);
        else sorted.delete(id);
        if (step === 'add') set.add(id);
        else set.delete(id);
        expect(sorted.ids).toEqual([...set].sort((a, b) => a - b));
      }
      sorted.clear();
      expect(sorted.ids).toEqual([]);
    }),
  );
});
