/** The methods that authors see of a group of the catalogue of indicators. */
import { StudyGroup } from '../src/strategies/StudyGroup.js';

/** Methods that are for the groups themselves. */
const INNER = new Set(['constructor', 'levelsOf', 'threeOf', 'oscillator', 'rangeLine']);

/** The names of a group's own methods and of those that it takes over from its parts. */
export function catalogueNames(group: StudyGroup): readonly string[] {
  const names: string[] = [];
  let part: unknown = Object.getPrototypeOf(group);
  while (part instanceof StudyGroup) {
    names.push(...Object.getOwnPropertyNames(part));
    part = Object.getPrototypeOf(part);
  }
  return names.filter((name) => !INNER.has(name));
}
