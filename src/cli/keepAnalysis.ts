/** Keeps an analysis that is done among the runs of the data directory. */
import { PapertapeError } from '../domain/errors.js';
import type { AnalysisKind, AnalysisResult, NewRun, RunReport } from '../domain/runs.js';
import { RunArchive } from '../host/RunArchive.js';
import { systemClock } from '../utils/clock.js';

/** What is kept, and where. */
export interface KeptAnalysis {
  readonly dataDir: string;
  readonly kind: AnalysisKind;
  readonly run: NewRun;
  readonly analysis: AnalysisResult;
  readonly report: RunReport;
}

/** Whether it was kept: under which number, or what a person is told of why not. */
export type Keeping = { readonly number: number } | { readonly number: undefined; readonly told: string };

/** An analysis that nobody wants to be kept. */
export const NOT_KEPT: Keeping = { number: undefined, told: 'not kept' };

/** Keeps it. One that cannot be kept is told all the same: it took long, and a holdout is seen but once. */
export async function keepAnalysis({ dataDir, kind, run, analysis, report }: KeptAnalysis): Promise<Keeping> {
  try {
    const archive = await RunArchive.open(dataDir, systemClock);
    try {
      return { number: await archive.keepAnalysis(kind, run, analysis, report) };
    } finally {
      await archive.close();
    }
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    return { number: undefined, told: `not kept: ${error.message}` };
  }
}

/** How a person finds it again, or why not. */
export function keepingText(kept: Keeping): string {
  if (kept.number === undefined) return kept.told;
  return `number ${kept.number}; "papertape runs show ${kept.number}" tells it again`;
}

/** Those of some figures that are numbers or null. */
export function numbersOf(figures: Readonly<Record<string, unknown>>): Readonly<Record<string, number | null>> {
  const numbers: Record<string, number | null> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (typeof value === 'number' || value === null) numbers[name] = value;
  }
  return numbers;
}
