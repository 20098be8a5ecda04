import { expect, it } from 'vitest';
import { SessionRig } from '../../test/support/sessionRig.js';
import { shadowPresets } from '../analytics/fillScenarios.js';
import { scenariosView } from './scenarioViews.js';

it.each([
  ['papertape', 'No assumption about fills changes the result by itself.'],
  [
    'lean',
    'No assumption about fills changes the result by itself. Shadow accounts close what margin calls of the session ' +
      'close, and are called by none of their own.',
  ],
])('says where shadow accounts have no margin calls of their own: %s', (preset, sentence) => {
  const plan = { strategies: [], commands: [], preset, shadowPresets: shadowPresets(preset) };
  expect(scenariosView(new SessionRig(plan).session).sentence).toBe(sentence);
});
