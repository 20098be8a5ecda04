/** Tells a person at the terminal that a session which goes on has not started the strategies they named. */
import type { Strategies } from '../contracts/strategies.js';
import type { SessionPlan } from '../host/sessionPlan.js';
import type { Terminal } from './terminal.js';

/** Tells it if `running`, which may have been started days ago, lacks some that `asked` names. */
export function tellUnstarted(
  asked: SessionPlan['strategies'],
  { strategies: running }: Strategies,
  terminal: Terminal,
): void {
  const known = new Set(running.map(({ instanceId }) => instanceId));
  const missing = (asked ?? []).filter(({ instanceId }) => !known.has(instanceId));
  if (missing.length === 0) return;
  const names = missing.map(({ strategy }) => strategy).join(', ');
  const text = `Not started: ${names}. The session goes on with the strategies it has; --fresh begins a new one.`;
  terminal.err(`  ${terminal.errColours.yellow('!')} ${text}\n`);
}
