/** Studies of the dominant cycle, `this.ta.cycles.…`: TA-Lib's Hilbert transform family and MAMA. */
import type { AverageKind } from '../indicators/averageKinds.js';
import type { IndicatorLine } from '../indicators/IndicatorLine.js';
import type { MesaStart } from '../indicators/MesaFilter.js';
import { CycleAverage, CyclePhase, DominantCycle, MesaAverage } from '../indicators/studies/cycleStudies.js';
import { amount, barRange, choice } from './indicatorChecks.js';
import { line, StudyGroup } from './StudyGroup.js';
import type { StudyOptions } from './StudyGroup.js';
import { AVERAGES } from './studyKinds.js';

/** Lines of {@link CycleCatalogue.dominant}: the cycle's length in bars, and the two parts of its phasor in dollars. */
export interface DominantCycleLines {
  readonly period: IndicatorLine;
  readonly inPhase: IndicatorLine;
  readonly quadrature: IndicatorLine;
}

/**
 * Lines of {@link CycleCatalogue.phase}: degrees, −45 to 315; the sine of it and of 45° more; the price without the
 * cycle in dollars; and 1 in a trend, 0 in a cycle.
 */
export interface CyclePhaseLines {
  readonly phase: IndicatorLine;
  readonly sine: IndicatorLine;
  readonly leadSine: IndicatorLine;
  readonly trendLine: IndicatorLine;
  readonly trendMode: IndicatorLine;
}

/** See the module header. */
export class CycleCatalogue extends StudyGroup {
  /** The length of the dominant cycle. */
  dominant({ on = 'close' }: StudyOptions = {}): DominantCycleLines {
    const unit = this.unitOf('ta.cycles.dominant', on);
    const [period, inPhase, quadrature] = this.many([1, unit, unit], () => new DominantCycle(on));
    return { period: line(period), inPhase: line(inPhase), quadrature: line(quadrature) };
  }

  /** Where in the cycle the price is, and whether there is one. */
  phase({ on = 'close' }: StudyOptions = {}): CyclePhaseLines {
    const [phase, sine, leadSine, trendLine, trendMode] = this.many(
      [1, 1, 1, this.unitOf('ta.cycles.phase', on), 1],
      () => new CyclePhase(on),
    );
    return {
      phase: line(phase),
      sine: line(sine),
      leadSine: line(leadSine),
      trendLine: line(trendLine),
      trendMode: line(trendMode),
    };
  }

  /** An average over as many bars as the dominant cycle has, between `shortest` and `longest`. */
  average(kind: AverageKind, shortest: number, longest: number, { on = 'close' }: StudyOptions = {}): IndicatorLine {
    choice('ta.cycles.average', 'kind', kind, AVERAGES);
    const range = barRange('ta.cycles.average', { shortest, longest });
    return this.one(this.unitOf('ta.cycles.average', on), () => new CycleAverage(kind, range, on));
  }

  /**
   * Ehlers' adaptive average and its follower; `fast` and `slow` limit the weight of the newest price. It starts at 0,
   * or at the mean of the first prices.
   */
  mesa(
    fast = 0.5,
    slow = 0.05,
    { on = 'close', start = 'zero' }: StudyOptions & { readonly start?: MesaStart } = {},
  ): { readonly average: IndicatorLine; readonly following: IndicatorLine } {
    const unit = this.unitOf('ta.cycles.mesa', on);
    amount('ta.cycles.mesa', 'fast', fast, { least: 0, most: 1, isAbove: true });
    amount('ta.cycles.mesa', 'slow', slow, { least: 0, most: fast, isAbove: true });
    choice('ta.cycles.mesa', 'start', start, ['zero', 'mean']);
    const [average, following] = this.many([unit, unit], () => new MesaAverage(fast, slow, on, start));
    return { average: line(average), following: line(following) };
  }
}
