import { expect, it } from 'vitest';
import { placeOfFailure } from './placeOfFailure.js';

const ROOT = '/opt/node_modules/papertape';
const library = [
  `    at finite (file://${ROOT}/dist/chunk-3DQDF4W2.js:6544:9)`,
  `    at StrategyContext.enterLong (file://${ROOT}/dist/chunk-3DQDF4W2.js:6303:10)`,
];
const runner = `    at StrategyRunner.callOnBar (file://${ROOT}/dist/chunk-3DQDF4W2.js:7308:48)`;

it.each([
  [
    'of what the strategy threw itself',
    ['    at Nan.onBar (/user/Nan.ts:4:54)', runner],
    ' in Nan.onBar at Nan.ts:4:54',
  ],
  [
    'where the strategy called what refused it',
    [...library, '    at Nan.onBar (/user/Nan.ts:4:54)', runner],
    ' in Nan.onBar at Nan.ts:4:54',
  ],
  [
    'in a file that the strategy imports',
    ['    at levelOf (/user/lib/level.ts:2:7)', '    at Nan.onBar (/user/Nan.ts:4:54)'],
    ' in levelOf at level.ts:2:7',
  ],
  ['of a file without a function', ['    at file:///user/Nan.ts:4:54'], ' at Nan.ts:4:54'],
  ['of a constructor', ['    at new Nan (/user/my files/Nan.ts:4:54)'], ' in new Nan at Nan.ts:4:54'],
  ['on Windows', ['    at Nan.onBar (C:\\me\\Nan.ts:4:54)'], ' in Nan.onBar at Nan.ts:4:54'],
  ['nowhere in the program itself', [...library, runner], ''],
  ['nowhere without a stack', [], ''],
] as const)('finds the place %s', (_what, stack, place) => {
  expect(placeOfFailure(stack, ROOT)).toBe(place);
});
