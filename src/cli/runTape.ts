/** `tape`: tells what is on tapes, and makes new tapes and files of their market data. */
import { resolve } from 'node:path';
import { formatCount, plural } from '../analytics/figureText.js';
import { newYorkText } from '../calendar/newYorkText.js';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import { MarketCsvWriter, toParquet } from '../data/export/marketFiles.js';
import { PapertapeError } from '../domain/errors.js';
import type { FeedQuality } from '../domain/marketSource.js';
import { MINUTE } from '../domain/timeframe.js';
import { inspectTape, selectRows, sessionOfTape, writeSelection } from '../host/tapeFiles.js';
import type { TapeInfo, TapeSelection } from '../host/tapeFiles.js';
import { feedsOf } from '../host/tapeQuality.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { TapeCutFlags, TapeExportFlags, TapeInfoFlags } from './commands/tape.js';
import { formatBytes } from './format.js';
import { renderFacts } from './table.js';
import { tapeFolderOf } from './tapeFolder.js';

const SHOWN_DIGITS = 16;
const COVERAGE_TEXTS: Readonly<Record<FeedQuality['coverage'], string>> = {
  consolidated: 'all venues',
  venue: 'one venue',
  sampled: 'sampled prices',
  simulated: 'simulated',
};

/** Prints what is on a tape. */
export function runTapeInfo(tape: string, flags: TapeInfoFlags, context: CommandContext): void {
  const info = inspectTape(nodeFileSystem, folderOf(tape, flags, context));
  const { terminal } = context;
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(documentOf(info), null, 2)}\n`);
    return;
  }
  const { config, market, identity } = info.session;
  const rows = Object.entries(info.rows).map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const records = Object.entries(info.records).map(([type, count]) => `${formatCount(count)} ${type}`);
  const facts: [string, string][] = [
    ['Tape', info.directory],
    ['Session', `${config.sessionId}, ${info.ended ? 'ended' : 'not ended'}`],
    ['Market', `${marketText(info)}, ${market.date}`],
    ['Symbols', config.symbols.join(', ')],
    ['Rows', rows.length === 0 ? 'none on the tape' : rows.join(', ')],
    ...(info.firstRow === undefined || info.lastRow === undefined
      ? []
      : [
          ['Times', `${newYorkText(info.firstRow)} to ${newYorkText(info.lastRow)} New York`] satisfies [
            string,
            string,
          ],
        ]),
    ['Decisions', records.join(', ')],
    ['Gaps', info.gaps.length === 0 ? 'none marked' : info.gaps.map(gapText).join('; ')],
    ['Size', `${formatBytes(info.bytes.market)} market data, ${formatBytes(info.bytes.decisions)} decisions`],
    ['Segments', segmentText(info)],
    ['Seal', `decisions ${short(info.seal.decisions)}, market ${short(info.seal.market)}`],
    ['Versions', `Papertape ${identity.engineVersion}, Node ${identity.node}, format ${info.formatVersion}`],
  ];
  terminal.out(renderFacts(facts, terminal.colours));
}

/** Reads all of a tape and says that it is whole, or throws what is wrong with it. */
export function runTapeVerify(tape: string, flags: TapeInfoFlags, context: CommandContext): void {
  const info = inspectTape(nodeFileSystem, folderOf(tape, flags, context));
  const { terminal } = context;
  if (flags.json === true) {
    terminal.out(`${JSON.stringify({ ...documentOf(info), whole: true }, null, 2)}\n`);
    return;
  }
  const c = terminal.colours;
  const rows = Object.values(info.rows).reduce((sum, count) => sum + count, 0);
  const records = Object.values(info.records).reduce((sum, count) => sum + count, 0);
  terminal.out(
    `\n  ${c.green('✔')} ${c.bold(info.session.config.sessionId)} is whole: ${plural(records, 'record')} and ` +
      `${plural(rows, 'market row')}, every checksum and both hash chains hold.\n`,
  );
  const torn = info.tornBytes.decisions + info.tornBytes.market;
  if (torn > 0) {
    terminal.out(c.dim(`    ${plural(torn, 'byte')} behind the end are of a group that was never acknowledged.\n`));
  }
  terminal.out(c.dim('    papertape verify runs a session again and compares its decisions.\n'));
}

/** Writes a tape of rows of one or several. */
export function runTapeMerge(tapes: readonly string[], flags: TapeCutFlags, context: CommandContext): void {
  const folders = tapes.map((tape) => folderOf(tape, flags, context));
  const out = resolve(context.cwd, flags.out);
  const rows = writeSelection(nodeFileSystem, folders, selectionOf(folders[0] ?? '', flags), out);
  const facts: [string, string][] = [
    ['Tape', out],
    ['Rows', formatCount(rows)],
    ['Replay it', `papertape replay --tape ${flags.out}`],
  ];
  context.terminal.out(renderFacts(facts, context.terminal.colours));
}

/** Writes files of a tape's market data. */
export async function runTapeExport(tape: string, flags: TapeExportFlags, context: CommandContext): Promise<void> {
  const folder = folderOf(tape, flags, context);
  const { session, symbols, batches } = selectRows(nodeFileSystem, folder, selectionOf(folder, flags));
  const writer = new MarketCsvWriter(resolve(context.cwd, flags.out), symbols, session.config.priceScale);
  for (const batch of batches) writer.write(batch);
  const csv = writer.close();
  if (csv.length === 0) {
    throw new PapertapeError('DATA_MISSING', `There are no such rows on ${folder}.`, {
      remedy: 'See what is there with `papertape tape info`.',
    });
  }
  const files = flags.format === 'csv' ? csv : await toParquet(csv);
  context.terminal.out(
    renderFacts(
      files.map(({ path, rows }) => [path, plural(rows, 'row')] as const),
      context.terminal.colours,
    ),
  );
}

function folderOf(tape: string, flags: { readonly dataDir?: string }, context: CommandContext): string {
  return tapeFolderOf(tape, settingsOf(context, flags, 'programs').dataDir, context.cwd);
}

function selectionOf(folder: string, { symbols, from, to }: TapeCutFlags): TapeSelection {
  if (from !== undefined && to !== undefined && to < from) {
    throw new PapertapeError('USAGE', 'The time of --to is before that of --from.', {
      remedy: 'A tape is one day: give the earlier time with --from.',
    });
  }
  const date = parseDate(sessionOfTape(nodeFileSystem, folder).market.date);
  return {
    ...(symbols === undefined ? {} : { symbols }),
    ...(from === undefined ? {} : { from: fromNewYork(date, from) }),
    ...(to === undefined ? {} : { to: fromNewYork(date, to) }),
  };
}

function documentOf(info: TapeInfo): object {
  const { session, firstRow, lastRow, ...rest } = info;
  const { config, market, identity } = session;
  return {
    sessionId: config.sessionId,
    date: market.date,
    market: market.kind,
    coverage: config.coverage ?? null,
    feeds: feedsOf(market),
    symbols: config.symbols,
    engineVersion: identity.engineVersion,
    firstRow: firstRow ?? null,
    lastRow: lastRow ?? null,
    ...rest,
  };
}

function marketText({ session: { market } }: TapeInfo): string {
  switch (market.kind) {
    case 'simulated':
      return `simulated, seed ${market.seed}`;
    case 'history':
      return 'imported data, in the history cache';
    case 'tape':
      return `the data of ${market.sessionId}${market.feeds === undefined ? '' : `, from ${feedText(market.feeds)}`}`;
    case 'live':
      return `live from ${feedText(market.feeds)}`;
  }
}

function feedText(feeds: readonly FeedQuality[]): string {
  return feeds
    .map(({ source, coverage, delay }) => {
      const late = delay === 0 ? '' : `, delayed ${Math.round(delay / MINUTE)} min`;
      return coverage === 'consolidated' ? `${source}${late}` : `${source} (${COVERAGE_TEXTS[coverage]}${late})`;
    })
    .join(', ');
}

function segmentText({ segments: { decisions, market, firstMarket } }: TapeInfo): string {
  const kept = `${decisions} of decisions, ${market} of market data`;
  return firstMarket > 1 ? `${kept}; the market data before segment ${firstMarket} were removed` : kept;
}

function gapText({ since, until, cause }: TapeInfo['gaps'][number]): string {
  return `${newYorkText(since).slice(11, 19)}–${newYorkText(until).slice(11, 19)} (${cause})`;
}

function short(hash: string): string {
  return hash === '' ? 'none' : hash.slice(0, SHOWN_DIGITS);
}
