import { expect, it } from 'vitest';
import { conventionOf } from '../conventions.js';
import { conventionText } from './statisticsSections.js';

it.each([
  ['papertape', 'Drawdowns are measured on every point of the curve, and from what there was before the first; Calmar'],
  ['backtesting.py', 'Drawdowns are measured on every point of the curve; Calmar'],
  [
    'lean',
    'Drawdowns are measured on points more than 1/4,000 of the run and 4 minutes apart, ' +
      'and the last of each New York date; Calmar',
  ],
])('the conventions of %s say what drawdowns are measured on', (name, words) => {
  expect(conventionText(conventionOf(name))).toContain(words);
});
