/** How a session begins and goes on at a broker: a look at the account first, then the connection. */
import type { BrokerFigures, BrokerName, BrokerReport, BrokerTerms } from '../domain/brokerReport.js';
import { PapertapeError } from '../domain/errors.js';
import { SHARE } from '../domain/units.js';
import { required } from '../utils/assert.js';
import type { Clock } from '../utils/clock.js';
import { randomIds } from '../utils/idGenerator.js';
import type { SessionTools } from './assembleSession.js';
import { BrokerLink } from './BrokerLink.js';
import type { LiveSession } from './LiveSession.js';

/** The account that a new session is to trade. */
export interface SessionAccount {
  readonly terms: BrokerTerms;
  readonly figures: BrokerFigures;
}

type Tools = Pick<SessionTools, 'brokers' | 'clock'>;

/** While a day is ended at the broker, how often it is looked whether it is over, and for how long. */
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Looks at the account of a new session; undefined for a session without a broker. Throws the errors of
 * `Brokers.look`: a session whose account is not known does not begin.
 */
export async function lookAtBroker(
  name: BrokerName | undefined,
  { brokers }: Pick<SessionTools, 'brokers'>,
  clock: Clock,
): Promise<SessionAccount | undefined> {
  if (name === undefined) return undefined;
  const { accountNumber, figures } = await brokersOf(brokers).look(name, clock);
  const orderPrefix = randomIds.id().replaceAll('-', '').slice(0, 8);
  return { terms: { name, accountNumber, orderPrefix }, figures };
}

/**
 * Looks at the account of a session that goes on. Throws if the keys are refused or are those of another account; a
 * broker that does not answer now may answer later.
 */
export async function checkBroker(
  { name, accountNumber }: BrokerTerms,
  { brokers }: Pick<SessionTools, 'brokers'>,
  clock: Clock,
): Promise<void> {
  let found;
  try {
    found = await brokersOf(brokers).look(name, clock);
  } catch (error) {
    if (error instanceof PapertapeError && error.retryable) return;
    throw error;
  }
  if (found.accountNumber === accountNumber) return;
  throw new PapertapeError(
    'CONFIG_INVALID',
    `The keys are of the account ${found.accountNumber}, and the session trades ${accountNumber}.`,
    { remedy: 'Set the keys of that account, or begin a new session with --fresh.' },
  );
}

/** Tells a new session what its account is, and a person what it holds beside what the session has traded. */
export function reportAccount(session: LiveSession, { figures }: SessionAccount): void {
  const reports: BrokerReport[] = [{ kind: 'account', figures }];
  const { quantities } = session.composed.kernel.tracker;
  const outside = session.units.symbols.flatMap((symbol, symbolId) => {
    const held = figures.positions.find((position) => position.symbol === symbol)?.quantity ?? 0;
    const rest = held - (quantities[symbolId] ?? 0);
    return rest === 0 ? [] : [`${rest / SHARE} ${symbol}`];
  });
  if (outside.length > 0) {
    const message =
      `Beside what this session has traded the account holds ${outside.join(', ')}. ` +
      'It is shown as outside and left alone.';
    reports.push({ kind: 'alert', code: 'POSITION_MISMATCH', message });
  }
  for (const report of reports) session.execute({ type: 'brokerReport', user: 'broker', report });
}

/** Connects a session to its broker, if it has one. Throws the errors of `Brokers.open`. */
export function joinBroker(
  session: LiveSession,
  { brokers, clock }: Tools,
  marketClock: Clock | undefined,
  isRecovered: boolean,
): void {
  const { config } = session.header;
  if (config.broker === undefined || session.ended) return;
  const parts = { clock: marketClock ?? clock, isRecovered };
  session.joinBroker(new BrokerLink(brokersOf(brokers), session.composed, config, parts));
}

/**
 * Ends the day of a session that was cut before its end: what became of its orders meanwhile is heard, those that still
 * work are canceled. Throws `BROKER_UNAVAILABLE` if the broker does not say in time; then nothing is lost, and the next
 * start tries again.
 */
export async function finishAtBroker(session: LiveSession, { clock }: Tools): Promise<void> {
  try {
    session.finishDay();
    const startMs = clock.monotonicMs();
    while (!session.ended) {
      const { openCount } = session.composed.kernel.manager;
      if (clock.monotonicMs() - startMs > PATIENCE_MS) {
        const { sessionId } = session.header.config;
        throw new PapertapeError(
          'BROKER_UNAVAILABLE',
          `The session ${sessionId} of an earlier day has ${openCount} open orders, and the broker does not say what ` +
            'became of them.',
          { remedy: 'Start again when it can be reached, or leave that session as it is with --fresh.' },
        );
      }
      await new Promise<void>((resolve) => {
        clock.setTimer(LOOK_EVERY_MS, resolve);
      });
      session.step();
    }
  } finally {
    await session.leaveBroker();
  }
}

function brokersOf(brokers: SessionTools['brokers']): NonNullable<SessionTools['brokers']> {
  return required(brokers, 'the brokers of a session');
}
