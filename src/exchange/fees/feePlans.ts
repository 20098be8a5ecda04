/** The commission plans that Papertape knows, by name. SEC and TAF fees come on top where the preset says so. */
import { PapertapeError } from '../../domain/errors.js';
import type { Money } from '../../domain/units.js';
import { DOLLAR } from '../../domain/units.js';
import type { FeePlanData } from './FeePlan.js';
import { FeePlan } from './FeePlan.js';

const FREE: FeePlanData = {
  name: 'zero',
  version: 1,
  description: 'No commission.',
  perShare: 0,
  perOrder: 0,
  valuePpm: 0,
  minimum: 0,
  maximumPpm: 0,
  maximumBeatsMinimum: true,
};

const INTERACTIVE_BROKERS: FeePlanData = {
  ...FREE,
  name: 'interactive-brokers-fixed',
  description: '$0.005 a share, at least $1.00 and at most 1 % of the value per order; SEC and TAF fees on top.',
  perShare: 5000,
  minimum: DOLLAR,
  maximumPpm: 10_000,
};

/** Every plan. */
const PLANS: readonly FeePlanData[] = [
  FREE,
  INTERACTIVE_BROKERS,
  {
    ...INTERACTIVE_BROKERS,
    name: 'lean-interactive-brokers',
    description: '$0.005 a share, at least $1.00, else at most 0.5 % of the value per order, as LEAN models it.',
    maximumPpm: 5000,
    maximumBeatsMinimum: false,
  },
  { ...FREE, name: 'relative-20bps', description: '0.2 % of the value, entry and exit alike.', valuePpm: 2000 },
  { ...FREE, name: 'per-order-1usd', description: '$1.00 per order.', perOrder: DOLLAR },
];

const RELATIVE = /^relative-(\d{1,4}(?:\.\d{1,2})?)bps$/;
const PER_ORDER = /^per-order-(\d{1,6}(?:\.\d{1,2})?)usd$/;
const MINIMUM = /^min-(\d{1,6}(?:\.\d{1,2})?)usd$/;
const MAXIMUM = /^max-(\d{1,4}(?:\.\d{1,2})?)bps$/;
const PER_SHARE = /^per-share-(\d{1,3}(?:\.\d{1,6})?)usd$/;

/** Names of the listed plans; see {@link feePlanOf} for those that are made of figures. */
export const FEE_PLAN_NAMES: readonly string[] = PLANS.map((plan) => plan.name);

/**
 * The plan of a name: a listed one, or parts joined by `+` whose charges add up: `relative-20bps` of the value,
 * `per-order-1.5usd` and `per-share-0.005usd`; `min-1usd` and `max-50bps` of the value bound the sum for each order,
 * the one that stands last before the other; each stands there once. Throws `CONFIG_INVALID`.
 */
export function feePlanOf(name: string): FeePlan {
  const data = PLANS.find((plan) => plan.name === name);
  if (data !== undefined) return new FeePlan(data);
  const made = planOfParts(name);
  if (made !== undefined) return new FeePlan(made);
  throw new PapertapeError('CONFIG_INVALID', `No fee plan has the name "${name}".`, {
    remedy:
      `Use one of: ${FEE_PLAN_NAMES.join(', ')}, ` +
      'or relative-Nbps, per-order-Nusd, per-share-Nusd, or several of these joined by +, ' +
      'with min-Nusd and max-Nbps behind them.',
  });
}

function planOfParts(name: string): FeePlanData | undefined {
  const words: string[] = [];
  const bounds: string[] = [];
  let hasMinimum = false;
  let plan = { ...FREE, name };
  for (const part of name.split('+')) {
    const [bps, order, share, minimum, maximum] = FORMS.map((form) => form.exec(part)?.[1]);
    if (bps !== undefined) {
      plan = { ...plan, valuePpm: plan.valuePpm + ppmOf(bps) };
      words.push(`${Number(bps) / 100} % of the value`);
    } else if (order !== undefined) {
      plan = { ...plan, perOrder: plan.perOrder + moneyOf(order) };
      words.push(`$${order} per order`);
    } else if (share !== undefined) {
      plan = { ...plan, perShare: plan.perShare + moneyOf(share) };
      words.push(`$${share} a share`);
    } else if (minimum !== undefined) {
      if (hasMinimum) return undefined;
      hasMinimum = true;
      plan = { ...plan, minimum: moneyOf(minimum), maximumBeatsMinimum: false };
      bounds.push(`at least $${minimum} per order`);
    } else if (maximum !== undefined) {
      // A maximum of nothing would be none.
      if (plan.maximumPpm > 0 || ppmOf(maximum) === 0) return undefined;
      plan = { ...plan, maximumPpm: ppmOf(maximum), maximumBeatsMinimum: true };
      bounds.push(`at most ${Number(maximum) / 100} % of the value`);
    } else {
      return undefined;
    }
  }
  // A bound of nothing would be a charge, or none.
  if (words.length === 0) return undefined;
  return { ...plan, description: `${[words.join(' and '), ...bounds].join(', ')}, entry and exit alike.` };
}

const FORMS = [RELATIVE, PER_ORDER, PER_SHARE, MINIMUM, MAXIMUM];

/** Basis points as parts per million. */
function ppmOf(bps: string): number {
  return Math.round(Number(bps) * 100);
}

function moneyOf(dollars: string): Money {
  return Math.round(Number(dollars) * DOLLAR);
}

/** What a session with this plan is charged, in words; `regulatoryFees` is the preset's (`Preset.regulatoryFees`). */
export function describeFees(feePlan: string, regulatoryFees: boolean): string {
  const commission = feePlan === FREE.name ? 'no commission' : `commission ${feePlan}`;
  return regulatoryFees ? `${commission}, SEC and TAF on sales` : `${commission}, no SEC or TAF`;
}
