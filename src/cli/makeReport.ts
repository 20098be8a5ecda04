/**
 * Makes the report of a run that is done. That of a long run may take longer than the run itself: a bar tells how far
 * it is, and whoever has seen enough can stop it.
 */
import type { BacktestReport } from '../analytics/BacktestReport.js';
import { generateReport, reportDocument } from '../analytics/ReportGenerator.js';
import type { RunReport } from '../domain/runs.js';
import type { Clock } from '../utils/clock.js';
import { startProgress } from './progress.js';
import { StopLook } from './StopLook.js';
import type { Terminal } from './terminal.js';

/** Where a report is made. */
export interface ReportDesk {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Settles when it is to stop. */
  readonly stopped: Promise<void>;
}

/** Parts of the whole work: what is measured of the trades, then the page; the document is the rest. */
const MEASURED = 0.8;
const PAGE = 0.95;

/** Page and document; undefined if it was stopped before both were whole. */
export async function makeReport(report: BacktestReport, desk: ReportDesk): Promise<RunReport | undefined> {
  const { terminal, clock, stopped } = desk;
  const look = new StopLook(stopped, clock.monotonicMs());
  const progress = startProgress(terminal, 'Report');
  const goesOn = async (done: number): Promise<boolean> => {
    progress.update(done, 1);
    return !(await look.isAsked());
  };
  try {
    for (const fraction of report.result.run.measure()) {
      if (!look.isDue(clock.monotonicMs())) continue;
      if (!(await goesOn(fraction * MEASURED))) return undefined;
    }
    if (!(await goesOn(MEASURED))) return undefined;
    const html = generateReport(report);
    if (!(await goesOn(PAGE))) return undefined;
    return { html, json: `${JSON.stringify(reportDocument(report))}\n` };
  } finally {
    progress.stop();
  }
}
