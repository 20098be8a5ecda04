/** Keeps an analysis that is done among the runs of the data directory. */
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

/** Gives the number under which it is kept. Throws `DATA_DIR_UNUSABLE`. */
export async function keepAnalysis({ dataDir, kind, run, analysis, report }: KeptAnalysis): Promise<number> {
  const archive = await RunArchive.open(dataDir, systemClock);
  try {
    return await archive.keepAnalysis(kind, run, analysis, report);
  } finally {
    await archive.close();
  }
}

/** Those of some figures that are numbers or null. */
export function numbersOf(figures: Readonly<Record<string, unknown>>): Readonly<Record<string, number | null>> {
  const numbers: Record<string, number | null> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (typeof value === 'number' || value === null) numbers[name] = value;
  }
  return numbers;
}
