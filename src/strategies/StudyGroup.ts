/** What the groups of the catalogue of studies have in common: how a study is declared and its lines are given out. */
import type { Indicator } from '../indicators/Indicator.js';
import type { IndicatorLine, SymbolCursor } from '../indicators/IndicatorLine.js';
import type { Study } from '../indicators/Study.js';
import type { PriceKind } from '../indicators/studies/priceStudies.js';
import { choice, PRICE_KINDS } from './indicatorChecks.js';
import type { BandLines } from './studyLines.js';

/** Which price a study looks at; the close unless given. */
export interface StudyOptions {
  readonly on?: PriceKind;
}

/** Makes the lines of a study, one per unit (raw units per unit that the author reads), and has it updated. */
export type DeclareStudy = (units: readonly number[], makeStudy: () => Study) => readonly IndicatorLine[];

/** What indicators are declared with that are more than a study of one symbol's bars. */
export interface IndicatorDeclarer {
  /** Moved before each hook, and by indicators that ask the strategy for something. */
  readonly cursor: SymbolCursor;
  /** The slot of a symbol of the strategy; an unknown one is an error of its author. */
  slotOf(symbol: string): number;
  /** Takes note of an average true range in dollars, in which exits may be given; the first one counts. */
  exitRange(line: IndicatorLine): void;
  /** Takes note that something of the strategy's own threw while the market was shown; see `IndicatorScope.failure`. */
  fail(error: unknown): void;
  /** Makes the line (raw units per unit that the author reads) and has its indicator updated. */
  declare(unit: number, make: (line: IndicatorLine, slots: number) => Indicator): IndicatorLine;
}

/** See the module header. */
export class StudyGroup {
  protected readonly declare: DeclareStudy;
  /** Raw units per dollar. */
  protected readonly scale: number;

  constructor(declare: DeclareStudy, scale: number) {
    this.declare = declare;
    this.scale = scale;
  }

  /** Raw units per unit of a value of the bar, which the named parameter of a study has chosen. */
  protected unitOf(indicator: string, kind: PriceKind, parameter = 'on'): number {
    return choice(indicator, parameter, kind, PRICE_KINDS) === 'volume' ? 1 : this.scale;
  }

  protected many(units: readonly number[], makeStudy: () => Study): readonly IndicatorLine[] {
    return this.declare(units, makeStudy);
  }

  protected one(unit: number, makeStudy: () => Study): IndicatorLine {
    return line(this.declare([unit], makeStudy)[0]);
  }

  protected bands(makeStudy: () => Study): BandLines {
    const { scale } = this;
    const [upper, middle, lower] = this.many([scale, scale, scale], makeStudy);
    return { upper: line(upper), middle: line(middle), lower: line(lower) };
  }
}

/** A declared study has as many lines as units were given. */
export function line(declared: IndicatorLine | undefined): IndicatorLine {
  if (declared === undefined) throw new TypeError('a study was declared with too few units');
  return declared;
}
