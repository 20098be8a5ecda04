/** Where the report of a run goes besides the data directory, and whether the run is kept there. */
import type { Command } from 'commander';

/** Flags of commands whose results are kept. */
export interface ReportFlagsOfRun {
  /** HTML or JSON, by the ends of the names. */
  readonly report?: readonly string[];
  /** False with `--no-store`. */
  readonly store?: boolean;
}

/** Adds the options of {@link ReportFlagsOfRun}. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--no-store', 'do not keep the run')
    .option(
      '--report <file>',
      'write the result as one HTML page (result.html) or as JSON (result.json); repeat it for both',
      addReport,
    );
}

/** Gathers the names of a `--report` that may be repeated. */
export function addReport(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}
