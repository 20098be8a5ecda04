/** What a starting system says first: where the page is, how to sign in, what runs, how to stop. Once, and calmly. */
import type { SessionInfo } from '../contracts/session.js';
import { formatCount, plural } from '../analytics/figureText.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { renderFacts } from './table.js';
import type { Colours } from './terminal.js';

/** What the welcome tells. */
export interface WelcomeFacts {
  readonly version: string;
  /** Where the page is, without a trailing slash. */
  readonly address: string;
  /** Base address of the Alpaca protocols. */
  readonly alpacaAddress: string;
  /** Base address of the Twelve Data protocols. */
  readonly twelvedataAddress: string;
  /** Present when nobody has set a password yet: works once. */
  readonly signInLink: string | undefined;
  readonly session: SessionInfo;
  /** Names of the running strategies. */
  readonly strategies: readonly string[];
  readonly dataDir: string;
  /** Undefined when the log goes to standard error. */
  readonly logFile: string | undefined;
  /** Records of the tape that were read to continue; 0 for a new session. */
  readonly recoveredRecords: number;
}

/** The welcome as text; ends with a line break. */
export function renderWelcome(facts: WelcomeFacts, c: Colours): string {
  const { session, signInLink, address } = facts;
  const where: [string, string][] =
    signInLink === undefined
      ? [['Open', c.bold(c.cyan(address))]]
      : [
          ['Open', c.bold(c.cyan(signInLink))],
          ['', c.dim('This link signs you in once; set a password on the page. Later it is just')],
          ['', c.dim(address)],
        ];
  const lines: [string, string][] = [
    ...where,
    ['Alpaca', `${c.dim(facts.alpacaAddress)}  ${c.dim('keys: papertape keys create')}`],
    ['Twelve Data', `${c.dim(facts.twelvedataAddress)}  ${c.dim('key: KEYID.SECRET')}`],
    ['', ''],
    ['Market', `${marketLabel(session, c)}  ${plural(session.symbols.length, 'symbol')}, ${speedText(session)}`],
    ...session.sources.map(({ feed, detail }) => ['', c.dim(`${feed} ${detail}`)] satisfies [string, string]),
    [
      'Strategies',
      facts.strategies.length === 0 ? c.dim('none yet; start one on the page') : facts.strategies.join(c.dim(' · ')),
    ],
    ['Fills', fillsText(session)],
    ...(session.broker === null
      ? []
      : [['', c.dim(`${session.broker.label} ${session.broker.detail}`)] satisfies [string, string]]),
    ['Session', `${session.sessionId}${c.dim(recoveryText(facts.recoveredRecords))}`],
    ['Data', facts.dataDir],
    ...(facts.logFile === undefined ? [] : [['Log', facts.logFile] satisfies [string, string]]),
  ];
  const head = `  ${c.bold('▞ papertape')} ${c.dim(facts.version)}`;
  const stop = `  ${c.dim('Stop with')} Ctrl+C${c.dim('; the next start continues where this one ends.')}`;
  return `\n${head}\n\n${trimLines(renderFacts(lines, c))}\n${stop}\n\n`;
}

function fillsText({ broker, preset, fees }: SessionInfo): string {
  if (broker === null) return `paper money only, preset ${preset}, ${fees}`;
  return `${broker.label} ${broker.accountNumber}: paper money only, filled by the broker`;
}

function marketLabel(session: SessionInfo, c: Colours): string {
  return session.simulated ? c.yellow(session.feedLabel) : c.green(session.feedLabel);
}

function speedText({ clock, controllable }: SessionInfo): string {
  if (!controllable) return clock.phase === 'closed' ? `waits for ${nextPhaseText(clock)}` : 'as it happens';
  if (clock.speed === 0) return 'as fast as possible';
  return clock.speed === 1 ? 'in real time' : `${formatCount(clock.speed)} times as fast as real time`;
}

function nextPhaseText({ nextPhase, nextPhaseAt }: SessionInfo['clock']): string {
  if (nextPhase === null || nextPhaseAt === null) return 'its next session';
  return `${nextPhase} on ${newYorkText(nextPhaseAt).slice(0, 16)} New York time`;
}

function recoveryText(records: number): string {
  return records === 0 ? '' : `, continued from ${plural(records, 'record')} of its tape`;
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
