/** The states that Alpaca gives to orders, and what they mean for us. */

const OPEN: ReadonlySet<string> = new Set([
  'accepted',
  'pending_new',
  'new',
  'partially_filled',
  'held',
  'pending_cancel',
  'pending_replace',
  'accepted_for_bidding',
  'stopped',
  'suspended',
  'calculated',
  'done_for_day',
  'pending_review',
]);
const FINAL: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);
const WAITING: ReadonlySet<string> = new Set(['accepted', 'accepted_for_bidding', 'pending_review']);

/** Whether it is one of the documented states. */
export function isKnownStatus(status: string): boolean {
  return OPEN.has(status) || FINAL.has(status);
}

/** Whether nothing can happen to the order any more. */
export function isFinal(status: string): boolean {
  return FINAL.has(status);
}

/** Whether the order is taken and does not work yet: it waits for a session. */
export function isWaiting(status: string): boolean {
  return WAITING.has(status);
}
