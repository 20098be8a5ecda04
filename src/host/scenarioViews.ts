/** The fill scenarios of a running session in wire form: how each stands now, and which assumption carries most. */
import type { AssumptionEffectView, ScenarioResult, Scenarios } from '../contracts/index.js';
import { decisiveSentence } from '../analytics/decisiveSentence.js';
import type { Money } from '../domain/units.js';
import { ASSUMPTION_NAMES, ASSUMPTION_TEXTS } from '../exchange/assumptions.js';
import type { Assumption } from '../exchange/assumptions.js';
import { presetOf } from '../exchange/presets.js';
import type { ShadowAccount } from '../exchange/shadows/ShadowAccount.js';
import type { LiveSession } from './LiveSession.js';
import { SHADOW_SCENARIOS, shadowPresetOf } from './ScenarioBoard.js';
import { moneyText } from './views.js';

const NO_CALLS = 'Shadow accounts close what margin calls of the session close, and are called by none of their own.';
const OFF = 'This session was recorded without shadow accounts.';

/** How the scenarios stand, with what is new of orders and curves since the last call. */
export function scenariosView(session: LiveSession): Scenarios {
  const { kernel, venue } = session.composed;
  const { config } = session.header;
  const { accounts } = venue.shadows;
  const { scenarios: board } = session.board;
  const effects = effectsOf(accounts, config.preset, venue.exchange.book.account(config.accountId).equity);
  const [largest] = effects;
  const decisive = largest === undefined || largest.change === 0 ? undefined : largest;
  const isOff = config.shadowPresets === undefined || config.shadowPresets.length === 0;
  const isEnded = board.endedReason !== '';
  return {
    accountId: config.accountId,
    time: kernel.now,
    state: isOff ? 'off' : isEnded ? 'ended' : 'following',
    note: isOff ? OFF : board.endedReason,
    results: resultsOf(session),
    assumptions: effects.map(({ assumption, equity, change }): AssumptionEffectView => {
      return {
        assumption,
        text: ASSUMPTION_TEXTS[assumption],
        equity: moneyText(equity),
        change: moneyText(change),
      };
    }),
    decisive: decisive?.assumption ?? null,
    sentence: accounts.length === 0 ? '' : sentenceOf(decisive, config.preset),
    ...board.take(),
  };
}

/** Which assumption carries most, and what shadow accounts leave out under a preset. */
function sentenceOf(decisive: Effect | undefined, preset: string): string {
  const sentence = decisiveSentence(
    decisive && { text: ASSUMPTION_TEXTS[decisive.assumption], change: decisive.change },
  );
  return presetOf(preset).buyingPower === 'margin' ? `${sentence} ${NO_CALLS}` : sentence;
}

function resultsOf(session: LiveSession): ScenarioResult[] {
  const { kernel, venue } = session.composed;
  const { config } = session.header;
  const { fills } = session.board.scenarios;
  // As the venue has it, like the others: what the engine has been told lags behind by the report latency.
  const own = venue.exchange.book.account(config.accountId);
  const { equity } = own;
  const results: ScenarioResult[] = [
    {
      scenario: 'expected',
      preset: config.preset,
      equity: moneyText(equity),
      difference: moneyText(0),
      dayPnl: moneyText(kernel.tracker.dailyPnl),
      realisedPnl: moneyText(own.realisedPnl),
      fees: moneyText(own.fees),
      fills: fills.expected,
      openOrders: kernel.manager.openCount,
    },
  ];
  for (const scenario of SHADOW_SCENARIOS) {
    const preset = shadowPresetOf(config, scenario);
    const account = venue.shadows.accounts.find((one) => one.preset === preset);
    if (account === undefined) continue;
    const { own: book } = account.exchange;
    results.push({
      scenario,
      preset,
      equity: moneyText(account.equity),
      difference: moneyText(account.equity - equity),
      dayPnl: moneyText(account.equity - account.startEquity),
      realisedPnl: moneyText(book.realisedPnl),
      fees: moneyText(book.fees),
      fills: fills[scenario],
      openOrders: account.exchange.book.orders.size,
    });
  }
  return results;
}

interface Effect {
  readonly assumption: Assumption;
  readonly equity: Money;
  readonly change: Money;
}

/** Of the shadow accounts that take one assumption from the strict preset; largest change first. */
function effectsOf(accounts: readonly ShadowAccount[], preset: string, expected: Money): readonly Effect[] {
  const effects = ASSUMPTION_NAMES.flatMap((assumption): Effect[] => {
    const account = accounts.find((one) => one.preset === `${preset}+strict.${assumption}`);
    if (account === undefined) return [];
    const { equity } = account;
    return [{ assumption, equity, change: equity - expected }];
  });
  return effects.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}
