/** Which rules an account met: answers of the risk checks that were not a plain yes, one by one and counted. */
import type { KeptActivity, KeptDecision } from '../../domain/accountReports.js';
import { DENIAL_REASONS } from '../../domain/refusals.js';
import { RISK_CHECKS, RiskAnswer } from '../../domain/risk.js';
import type { RiskCheck } from '../../domain/risk.js';
import { formatDecimal, SHARE } from '../../domain/units.js';
import type { RuleAnswer, TouchedRule } from './accountReportTypes.js';

const SHRUNK_BY: Readonly<Partial<Record<RiskCheck, string>>> = {
  positionShares: 'The quantity was cut to the limit of a position in shares.',
  positionNotional: 'The quantity was cut to the limit of a position in dollars.',
  positionPercent: 'The quantity was cut to the limit of a position as a share of equity.',
  grossExposure: 'The quantity was cut to the limit of all positions together.',
  buyingPower: 'The quantity was cut to what the account can pay for.',
};

/** The answers of one session's checks, oldest first: to strategies' signals, and to orders of people. */
export function answersOf(sessionId: string, { signals, orders }: KeptActivity): readonly RuleAnswer[] {
  const answers: RuleAnswer[] = [];
  for (const { owner, symbol, time, intent, reason, decision } of signals) {
    const answer = answerOf(decision);
    if (answer !== undefined) answers.push({ sessionId, time, owner, symbol, wish: intent, reason, ...answer });
  }
  for (const { owner, symbol, createdAt, side, reason, decision } of orders) {
    const answer = decision === null ? undefined : answerOf(decision);
    if (answer !== undefined)
      answers.push({ sessionId, time: createdAt, owner, symbol, wish: side, reason, ...answer });
  }
  return answers.toSorted((a, b) => a.time - b.time);
}

/** The same by rule, the one met most often first. */
export function touchedRules(answers: readonly RuleAnswer[]): readonly TouchedRule[] {
  const counts = new Map<string, { outcome: RuleAnswer['outcome']; rule: string; count: number }>();
  for (const { outcome, rules } of answers) {
    for (const rule of rules) {
      const key = `${outcome} ${rule}`;
      const known = counts.get(key) ?? { outcome, rule, count: 0 };
      known.count += 1;
      counts.set(key, known);
    }
  }
  return [...counts.values()]
    .toSorted((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1))
    .map((touched) => ({ ...touched, text: ruleText(touched.rule) }));
}

/** What a rule says. */
export function ruleText(rule: string): string {
  const known: Readonly<Record<string, string>> = { ...SHRUNK_BY, ...DENIAL_REASONS };
  return Object.hasOwn(known, rule) ? (known[rule] ?? rule) : rule;
}

function answerOf({
  outcome,
  reason,
  requestedQuantity,
  quantity,
  answers,
}: KeptDecision): Pick<RuleAnswer, 'outcome' | 'rules' | 'requestedQuantity' | 'allowedQuantity'> | undefined {
  if (outcome === 'allow') return undefined;
  const shrunk = RISK_CHECKS.filter((_, index) => answers[index] === RiskAnswer.SHRINK);
  return {
    outcome,
    rules: outcome === 'deny' ? [reason ?? 'unknown'] : shrunk,
    requestedQuantity: formatDecimal(requestedQuantity, SHARE, 0),
    allowedQuantity: formatDecimal(quantity, SHARE, 0),
  };
}
