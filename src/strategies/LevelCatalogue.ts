/** Price levels, `this.ta.levels.…`: pivots, average prices since an anchor, volume profiles. All in dollars. */
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import type { Period } from '../indicators/PeriodCursor.js';
import { AnchoredVwap, ExtremeVwap, Pivots } from '../indicators/studies/levelStudies.js';
import type { PivotKind, VwapAnchor } from '../indicators/studies/levelStudies.js';
import { VolumeProfile } from '../indicators/studies/volumeProfile.js';
import type { ProfileSpan } from '../indicators/studies/volumeProfile.js';
import { amount, bars, choice, moment, PERIODS } from './indicatorChecks.js';
import { line, StudyGroup } from './StudyGroup.js';

/** DeMark's levels: the pivot with one resistance and one support. */
export interface DemarkLines {
  readonly pivot: IndicatorLine;
  readonly r1: IndicatorLine;
  readonly s1: IndicatorLine;
}

/** Three resistances above and three supports below the pivot, from the nearest outwards. */
export interface PivotLines extends DemarkLines {
  readonly r2: IndicatorLine;
  readonly s2: IndicatorLine;
  readonly r3: IndicatorLine;
  readonly s3: IndicatorLine;
}

/** Camarilla's levels, four on each side. */
export interface CamarillaLines extends PivotLines {
  readonly r4: IndicatorLine;
  readonly s4: IndicatorLine;
}

/** Lines of {@link LevelCatalogue.volumeProfile}; `volume` at the point of control in shares. */
export interface VolumeProfileLines {
  readonly pointOfControl: IndicatorLine;
  readonly volume: IndicatorLine;
  readonly valueHigh: IndicatorLine;
  readonly valueLow: IndicatorLine;
}

/** See the module header. */
export class LevelCatalogue extends StudyGroup {
  /** Pivots from the regular hours of the session, week or month before. */
  pivots(kind: 'classic' | 'fibonacci' | 'woodie', period: Period = 'session'): PivotLines {
    choice('ta.levels.pivots', 'kind', kind, ['classic', 'fibonacci', 'woodie']);
    return this.threeOf(this.levelsOf('ta.levels.pivots', kind, 7, period));
  }

  /** Camarilla's pivots, four levels on each side of the close before. */
  camarillaPivots(period: Period = 'session'): CamarillaLines {
    const levels = this.levelsOf('ta.levels.camarillaPivots', 'camarilla', 9, period);
    return { ...this.threeOf(levels), r4: line(levels[7]), s4: line(levels[8]) };
  }

  /** DeMark's pivots, which look at whether the period before rose or fell. */
  demarkPivots(period: Period = 'session'): DemarkLines {
    const [pivot, r1, s1] = this.levelsOf('ta.levels.demarkPivots', 'demark', 3, period);
    return { pivot: line(pivot), r1: line(r1), s1: line(s1) };
  }

  /** Volume-weighted average price since a time, each session, week or month, or the extreme of recent bars. */
  anchoredVwap(anchor: VwapAnchor): IndicatorLine {
    const name = 'ta.levels.anchoredVwap';
    if ('since' in anchor) {
      choice(name, 'since', anchor.since, ['highest', 'lowest']);
      bars(name, 'bars', anchor.bars);
    } else if ('each' in anchor) choice(name, 'each', anchor.each, PERIODS);
    else moment(name, 'at', anchor.at);
    return this.one(this.scale, () =>
      'since' in anchor ? new ExtremeVwap(anchor.since, anchor.bars) : new AnchoredVwap(anchor),
    );
  }

  /** Where most volume traded, and the prices between which 70 % of it did; `step` in dollars. */
  volumeProfile(span: ProfileSpan, step: number): VolumeProfileLines {
    const { scale } = this;
    const name = 'ta.levels.volumeProfile';
    if ('each' in span) choice(name, 'each', span.each, PERIODS);
    else bars(name, 'bars', span.bars);
    amount(name, 'step', step, { least: 0, isAbove: true });
    const [point, volume, high, low] = this.many([scale, 1, scale, scale], () => new VolumeProfile(span, step * scale));
    return { pointOfControl: line(point), volume: line(volume), valueHigh: line(high), valueLow: line(low) };
  }

  private levelsOf(name: string, kind: PivotKind, count: number, period: Period): readonly IndicatorLine[] {
    choice(name, 'period', period, PERIODS);
    return this.many(Array<number>(count).fill(this.scale), () => new Pivots(kind, period));
  }

  private threeOf([pivot, r1, s1, r2, s2, r3, s3]: readonly IndicatorLine[]): PivotLines {
    return {
      pivot: line(pivot),
      r1: line(r1),
      s1: line(s1),
      r2: line(r2),
      s2: line(s2),
      r3: line(r3),
      s3: line(s3),
    };
  }
}
