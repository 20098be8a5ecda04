/**
 * What the sale conditions of the consolidated tapes let a print do (R1–R3): set last, high and low, or count into
 * volume, by tape and date. Codes mean different things on the CTA tapes (A and B) and the UTP tape (C). A print with
 * several codes may do only what each of them allows. Conditions of vendors with codes of their own are not here.
 */
import { PrintFlag } from './marketTables.js';
import type { Flavoured } from './units.js';

/** Who runs the tape: CTA carries tapes A and B, UTP tape C. */
export type TapePlan = 'cta' | 'utp';

/** Days since 1970-01-01, the same number as the calendar's trading dates. */
type DayNumber = Flavoured<'TradingDate'>;

/** One code on one tape from a date on; a later row of the same code replaces it. */
export interface SaleConditionRule {
  readonly from: DayNumber;
  readonly plan: TapePlan;
  /** One letter or digit. */
  readonly code: string;
  readonly meaning: string;
  /** {@link PrintFlag} bits HIGH_LOW, LAST and VOLUME that the code lets stand. */
  readonly allows: number;
  /** Further bits that the code adds. */
  readonly marks: number;
  readonly source: string;
  readonly verified: boolean;
  /** What is open if it is not verified, else empty. */
  readonly note: string;
}

const { HIGH_LOW, LAST, VOLUME } = PrintFlag;
const ALL = HIGH_LOW | LAST | VOLUME;
const RANGE = HIGH_LOW | VOLUME;
const DAY_MS = 86_400_000;

const day = (year: number, month: number, dayOfMonth: number): DayNumber =>
  Date.UTC(year, month - 1, dayOfMonth) / DAY_MS;

/** The first day of the exchange calendar; earlier meanings of codes without a dated change were not checked. */
const START = day(1990, 1, 1);
const SPECIFICATION = 'CTS and UTDF specifications, consolidated processing';
const CHANGE_2015 = 'UTP vendor alert 2015-4';

const row = (
  plan: TapePlan,
  code: string,
  meaning: string,
  allows: number,
  marks = 0,
  from: DayNumber = START,
  source = SPECIFICATION,
  note = '',
): SaleConditionRule => ({ from, plan, code, meaning, allows, marks, source, verified: note === '', note });

const both = (
  code: string,
  meaning: string,
  allows: number,
  marks = 0,
  from: DayNumber = START,
  source = SPECIFICATION,
  note = '',
): readonly SaleConditionRule[] =>
  (['cta', 'utp'] as const).map((plan) => row(plan, code, meaning, allows, marks, from, source, note));

const JULY_2015 = 'in the last week of July 2015; the day was not seen, for CTA nor the week';

/** Every code, rows of one code ascending by date. */
export const SALE_CONDITIONS: readonly SaleConditionRule[] = [
  ...both('@', 'regular sale', ALL),
  row('utp', 'A', 'acquisition', ALL),
  row('cta', 'B', 'average price', VOLUME),
  row('utp', 'B', 'bunched', ALL),
  ...both('C', 'cash sale', VOLUME),
  row('utp', 'D', 'distribution', ALL),
  row('cta', 'E', 'automatic execution', ALL),
  ...both('F', 'intermarket sweep', ALL),
  row('utp', 'G', 'bunched, sold', RANGE),
  ...both('H', 'price variation', VOLUME),
  ...both(
    'I',
    'odd lot',
    VOLUME,
    PrintFlag.ODD_LOT,
    day(2013, 12, 9),
    'UTP vendor alert 2013-6; odd lots on the tapes',
  ),
  ...both('K', 'rule 127 or 155', ALL),
  ...both('L', 'sold last', ALL),
  ...both('M', 'official close', 0),
  ...both('N', 'next day', VOLUME),
  ...both('O', 'opening auction', ALL, PrintFlag.OPENING_AUCTION),
  ...both('P', 'prior reference price', RANGE),
  ...both('Q', 'official open', 0),
  ...both('R', 'seller', RANGE),
  row('utp', 'S', 'split trade', ALL),
  ...both('T', 'Form T, extended hours', ALL, PrintFlag.EXTENDED_HOURS),
  ...both('U', 'extended hours, out of sequence', VOLUME, PrintFlag.EXTENDED_HOURS),
  ...both('V', 'stock-option trade', ALL),
  ...both('V', 'contingent trade', VOLUME, 0, day(2015, 7, 27), CHANGE_2015, JULY_2015),
  row('utp', 'W', 'average price', VOLUME),
  ...both('X', 'cross', ALL),
  row('utp', 'Y', 'yellow flag', ALL),
  ...both('Z', 'sold, out of sequence', RANGE),
  row('utp', '1', 'stopped stock', ALL),
  ...both('4', 'derivatively priced', RANGE),
  ...both('5', 'reopening auction', ALL),
  ...both('6', 'closing auction', ALL, PrintFlag.CLOSING_AUCTION),
  ...both('7', 'qualified contingent trade', VOLUME, 0, day(2015, 7, 27), CHANGE_2015, JULY_2015),
  ...both('9', 'corrected consolidated close', HIGH_LOW | LAST, 0, day(2013, 10, 21), 'UTP vendor alert 2013-6'),
];

/** The plan that runs a tape, by its letter. */
export function planOfTape(tape: 'A' | 'B' | 'C'): TapePlan {
  return tape === 'C' ? 'utp' : 'cta';
}

/** What a print of the codes may do, and which of them the table does not know. */
export interface PrintEligibility {
  /** {@link PrintFlag} bits. */
  readonly flags: number;
  /** Codes without a row on that tape and date; such a print counts into volume only. */
  readonly unknown: string;
}

/**
 * Sale conditions of one tape on one date. Remembers answers, as few combinations occur; make one per day and tape.
 */
export class SaleConditions {
  readonly #allows = new Map<string, number>();
  readonly #marks = new Map<string, number>();
  readonly #answers = new Map<string, PrintEligibility>();

  constructor(plan: TapePlan, date: DayNumber) {
    for (const rule of SALE_CONDITIONS) {
      if (rule.plan !== plan || rule.from > date) continue;
      this.#allows.set(rule.code, rule.allows);
      this.#marks.set(rule.code, rule.marks);
    }
  }

  /** The eligibility of a print with these codes, one character each; blanks mean nothing. */
  of(codes: string): PrintEligibility {
    let answer = this.#answers.get(codes);
    if (answer === undefined) {
      answer = this.#judge(codes);
      this.#answers.set(codes, answer);
    }
    return answer;
  }

  #judge(codes: string): PrintEligibility {
    let allowed = ALL;
    let marks = 0;
    let unknown = '';
    for (const code of codes) {
      if (code === ' ') continue;
      const allows = this.#allows.get(code);
      if (allows === undefined) unknown += code;
      allowed &= allows ?? VOLUME;
      marks |= this.#marks.get(code) ?? 0;
    }
    return { flags: allowed | marks, unknown };
  }
}
