/** The commission plans that Papertape knows, by name. SEC and TAF fees come on top where the preset says so. */
import { PapertapeError } from '../../domain/errors.js';
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

const RELATIVE = /^relative-(\d{1,4})bps$/;
const PER_ORDER = /^per-order-(\d{1,6}(?:\.\d{1,2})?)usd$/;
const PER_SHARE = /^per-share-(\d{1,3}(?:\.\d{1,6})?)usd$/;

/** Names of the listed plans; see {@link feePlanOf} for those that are made of figures. */
export const FEE_PLAN_NAMES: readonly string[] = PLANS.map((plan) => plan.name);

/**
 * The plan of a name: a listed one, or parts joined by `+` whose charges add up: `relative-20bps` of the value,
 * `per-order-1.5usd` and `per-share-0.005usd`. Throws `CONFIG_INVALID`.
 */
export function feePlanOf(name: string): FeePlan {
  const data = PLANS.find((plan) => plan.name === name);
  if (data !== undefined) return new FeePlan(data);
  const made = planOfParts(name);
  if (made !== undefined) return new FeePlan(made);
  throw new PapertapeError('CONFIG_INVALID', `No fee plan has the name "${name}".`, {
    remedy:
      `Use one of: ${FEE_PLAN_NAMES.join(', ')}, ` +
      'or relative-Nbps, per-order-Nusd, per-share-Nusd, or several of these joined by +.',
  });
}

function planOfParts(name: string): FeePlanData | undefined {
  const words: string[] = [];
  let plan = { ...FREE, name };
  for (const part of name.split('+')) {
    const [bps, order, share] = [RELATIVE, PER_ORDER, PER_SHARE].map((form) => form.exec(part)?.[1]);
    if (bps !== undefined) {
      plan = { ...plan, valuePpm: plan.valuePpm + Number(bps) * 100 };
      words.push(`${Number(bps) / 100} % of the value`);
    } else if (order !== undefined) {
      plan = { ...plan, perOrder: plan.perOrder + Math.round(Number(order) * DOLLAR) };
      words.push(`$${order} per order`);
    } else if (share !== undefined) {
      plan = { ...plan, perShare: plan.perShare + Math.round(Number(share) * DOLLAR) };
      words.push(`$${share} a share`);
    } else {
      return undefined;
    }
  }
  return { ...plan, description: `${words.join(' and ')}, entry and exit alike.` };
}

/** What a session with this plan is charged, in words; `regulatoryFees` is the preset's (`Preset.regulatoryFees`). */
export function describeFees(feePlan: string, regulatoryFees: boolean): string {
  const commission = feePlan === FREE.name ? 'no commission' : `commission ${feePlan}`;
  return regulatoryFees ? `${commission}, SEC and TAF on sales` : `${commission}, no SEC or TAF`;
}
