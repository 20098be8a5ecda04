/** `data repair`: checks the cache, repairs what is wrong, and fetches what is lost again where a source is named. */
import { join } from 'node:path';
import { plural } from '../analytics/figureText.js';
import { describeSeries } from '../cache/cacheLayout.js';
import { isFault } from '../cache/CacheProblem.js';
import { HistoryFiller } from '../cache/HistoryFiller.js';
import { wantedHours } from '../cache/missingStretches.js';
import { repairCache } from '../cache/repairCache.js';
import type { RepairReport } from '../cache/repairCache.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { HISTORY_FOLDER, withHistory, openHistorySource } from '../compose.js';
import type { HistorySource } from '../domain/marketSource.js';
import { DataDirLock } from '../storage/dataDirLock.js';
import { systemClock } from '../utils/clock.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import { CommandFailed } from './CommandFailed.js';
import type { RepairFlags } from './commands/data.js';
import { checkWithProgress, describeProblem, renderProblems } from './verifyHistory.js';

const DONE = {
  quarantined: 'set aside',
  restored: 'restored',
  removed: 'removed',
  manifestRebuilt: 'written anew',
} as const;

/** See the module header. */
export async function repairHistory(flags: RepairFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const c = terminal.colours;
  const { dataDir, sources } = settingsOf(context, flags);
  const source =
    flags.source === undefined
      ? undefined
      : openHistorySource(flags.source, sources, systemClock, (line) => {
          terminal.err(`${line}\n`);
        });
  const lock = DataDirLock.acquire(dataDir, 'history');
  try {
    const { problems } = await checkWithProgress(dataDir, terminal);
    const report = await repairCache(join(dataDir, HISTORY_FOLDER), problems, systemClock.now());
    const refetched = source === undefined ? 0 : await fetchLost(dataDir, source, report);
    const { problems: left } = await checkWithProgress(dataDir, terminal);
    if (flags.json === true) {
      const lost = report.lost.map(({ series, stretch }) => ({ ...series, feed: series.feed ?? null, ...stretch }));
      const result = { dataDir, steps: report.steps, lost, refetched, problems: left.map(describeProblem) };
      terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    } else {
      for (const { path, action, movedTo } of report.steps) {
        terminal.out(`  ${path} ${DONE[action]}${movedTo === undefined ? '' : ` as ${movedTo}`}\n`);
      }
      for (const { series, stretch } of report.lost) {
        const [from, to] = [stretch.from, stretch.to - 1].map((time) => formatDate(newYorkDate(time)));
        terminal.out(`  ${c.yellow('!')} ${describeSeries(series)}: rows from ${from} to ${to} have to come again\n`);
      }
      if (refetched > 0) terminal.out(`  ${c.green('✔')} ${plural(refetched, 'stretch', 'stretches')} fetched again\n`);
      terminal.out(renderProblems(left.filter(isFault), terminal));
      if (!left.some(isFault)) terminal.out(`  ${c.green('✔')} The cache is well.\n`);
    }
    if (left.some(isFault)) throw new CommandFailed();
  } finally {
    lock.release();
  }
}

/** Asks a source for lost stretches of series that are kept as its own; returns how many. */
async function fetchLost(dataDir: string, source: HistorySource, { lost }: RepairReport): Promise<number> {
  return withHistory(dataDir, async (archive) => {
    const filler = new HistoryFiller(archive, source, new AbortController().signal);
    let count = 0;
    for (const { series, stretch } of lost) {
      const { symbol: instrument, kind, timeframe } = series;
      if (kind === 'quoteBar' || filler.seriesOf({ instrument, kind, timeframe }).feed !== series.feed) continue;
      const hours = wantedHours({ timeframe, ...stretch, extendedHours: true, now: systemClock.now() });
      await filler.fill({ instrument, kind, timeframe, hours, priority: 'backfill' });
      count += 1;
    }
    return count;
  });
}
