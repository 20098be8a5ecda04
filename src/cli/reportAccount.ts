/** `report day|week`: reads the database, tells the figures, and writes the report where it is asked for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accountReportPage } from '../analytics/account/accountReportPage.js';
import type { AccountReport, ReportPeriod } from '../analytics/account/accountReportTypes.js';
import { loadAccountReport } from '../analytics/account/loadAccountReport.js';
import { moneyText } from '../analytics/account/reportText.js';
import { formatCount, formatPercent } from '../analytics/figureText.js';
import { signedMoney } from '../analytics/report/parts.js';
import { PapertapeError } from '../domain/errors.js';
import { SqlAccountReportStore } from '../storage/sql/accountReportStore.js';
import { openDatabase } from '../storage/sql/database.js';
import { SqlTradeStore } from '../storage/sql/tradeStore.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ReportFlags } from './commands/report.js';
import { prepareReport } from './reportFile.js';
import type { PreparedReport } from './reportFile.js';
import type { Terminal } from './terminal.js';

/**
 * Runs the command. Throws `NOT_FOUND` where nothing ran or no account has the name, `USAGE` and `FILE_UNWRITABLE` for
 * a file.
 */
export async function reportAccount(period: ReportPeriod, flags: ReportFlags, context: CommandContext): Promise<void> {
  const files: PreparedReport[] = [];
  for (const name of flags.out ?? []) {
    files.push(await prepareReport(name, context.cwd, ['html', 'json'], '--out'));
  }
  const report = await read(period, flags, context);
  for (const file of files) {
    await file.write(() => (file.format === 'html' ? accountReportPage(report) : `${JSON.stringify(report)}\n`));
  }
  const { terminal } = context;
  if (flags.json === true) terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  else tell(report, files, terminal);
}

async function read(period: ReportPeriod, flags: ReportFlags, context: CommandContext): Promise<AccountReport> {
  const { dataDir } = settingsOf(context, flags);
  const path = join(dataDir, 'papertape.db');
  if (!existsSync(path)) {
    throw new PapertapeError('NOT_FOUND', `There is no account in ${dataDir}: nothing has run there yet.`, {
      remedy: 'Start `papertape up` first, or name the folder with --data-dir.',
    });
  }
  const database = await openDatabase(path);
  try {
    const sources = { store: new SqlAccountReportStore(database), trades: new SqlTradeStore(database) };
    return await loadAccountReport(sources, {
      period,
      date: flags.date,
      sessionId: flags.session,
      accountId: flags.account,
    });
  } finally {
    await database.destroy();
  }
}

function tell(report: AccountReport, files: readonly PreparedReport[], terminal: Terminal): void {
  const { colours: c } = terminal;
  const { summary: s, period, from, to, accountId, figures, days, warnings, program } = report;
  const when = period === 'day' ? from : `${from} to ${to}`;
  const won = 'value' in figures.hitRate ? `, won ${formatPercent(figures.hitRate.value)}` : '';
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Equity', `${moneyText(s.startEquity)} → ${moneyText(s.endEquity)}`],
    ['Profit', `${moneyText(s.profit, signedMoney)}  ${formatPercent(s.return ?? NaN, { signed: true })}`],
    ...(Number(s.flows) === 0 ? [] : [['Flows', moneyText(s.flows, signedMoney)] as const]),
    ['Drawdown', formatPercent(s.maxDrawdown)],
    ['Trades', `${formatCount(s.trades)}${won}, ${moneyText(s.tradesProfit, signedMoney)} net`],
    ['Orders', `${formatCount(s.orders)}, ${formatCount(s.unfilledOrders)} not filled`],
    ...(program === null ? [['Rules', rulesText(s.ordersDenied)] as const] : []),
    ['Fees', moneyText(s.fees)],
    ['Sessions', days.map(({ sessionId }) => sessionId).join(', ')],
    ...files.map(({ path }, index) => [index === 0 ? 'Report' : '', path] as const),
  ];
  const lines = facts.map(([name, value]) => `  ${c.dim(name.padEnd(10))}${value}`);
  const notes = warnings.map((text) => `\n  ${c.yellow('!')} ${text}`);
  terminal.out(
    `\n  ${c.bold(accountId)}  ${when}\n\n${lines.join('\n')}\n${notes.join('')}${notes.length > 0 ? '\n' : ''}`,
  );
}

function rulesText(denied: number): string {
  return denied === 0 ? 'nothing refused' : `${formatCount(denied)} refused`;
}
