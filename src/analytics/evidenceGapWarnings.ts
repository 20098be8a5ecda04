/** Sessions without what fills are decided on, in words: for all who are to be warned. */
import { formatDate } from '../calendar/tradingDate.js';
import type { EvidenceGap, EvidenceKind } from './evidenceGaps.js';
import { formatCount, plural } from './figureText.js';

/** Symbols that are named. */
const NAMED = 3;

interface Words {
  readonly rows: string;
  readonly waits: string;
  readonly remedy: string;
}

const APART = 'or run the days with and without them apart (--from, --to)';

const WORDS: Readonly<Record<EvidenceKind, Words>> = {
  quote: {
    rows: 'quotes',
    waits: 'orders on those days wait for a quote and mostly do not fill',
    remedy: `leave quotes out of --ticks, import those days, ${APART}`,
  },
  quoteBar: {
    rows: 'quote bars',
    waits: 'orders on those days wait for a quote and mostly do not fill',
    remedy: `import those days, ${APART}`,
  },
  print: {
    rows: 'prints',
    waits: 'orders on those days that wait for a print, stops above all, mostly do not fill',
    remedy: `leave prints out of --ticks, import those days, ${APART}`,
  },
};

/** What to know before believing what came of such a market: a sentence for each kind, without its full stop. */
export function evidenceGapTexts(gaps: readonly EvidenceGap[], symbols: readonly string[]): readonly string[] {
  return gaps.map(({ kind, isLate, symbolIds, dates, sessions }) => {
    const { rows, waits, remedy } = WORDS[kind];
    const named = symbolIds.slice(0, NAMED).map((id) => symbols[id] ?? '');
    const more = symbolIds.length > NAMED ? ` and ${formatCount(symbolIds.length - NAMED)} more` : '';
    const on = `${formatCount(dates.length)} of ${plural(sessions, 'session')}, ${formatDate(dates[0] ?? 0)} the first`;
    if (isLate) {
      return (
        `the ${rows} of ${named.join(', ')}${more} begin after other rows and are missing on ${on}: ` +
        `orders before are decided on what else there is, later ones on ${rows}; ${remedy}`
      );
    }
    return (
      `the ${rows} of ${named.join(', ')}${more} are missing on ${on}, though an earlier one has them: ${waits}; ` +
      remedy
    );
  });
}

/** The same as whole sentences; none where there is no gap. */
export function evidenceGapWarnings(gaps: readonly EvidenceGap[], symbols: readonly string[]): readonly string[] {
  return evidenceGapTexts(gaps, symbols).map((text) => `T${text.slice(1)}.`);
}
