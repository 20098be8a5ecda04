/** Kept backtests as a user meets them: listed, compared, stopped, gone on with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dailyWalk } from '../../src/analytics/optimise/testing/searchRig.js';
import { createHistoricalCache } from '../../src/cache/historicalCache.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import { createBarTable } from '../../src/domain/tables.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { RunArchive } from '../../src/host/RunArchive.js';
import { systemClock } from '../../src/utils/clock.js';
import { projectRoot } from '../sourceFiles.js';
import { buildProgram, childEnvironment, runPapertape } from '../support/runPapertape.js';

const RANGE = ['--from', '2012-06-01', '--to', '2013-12-31'];
/** Buys and sells every other minute, and takes its time. */
const SLOW = `
import { Strategy, param, type Bar, type Context } from 'papertape';

export default class Slow extends Strategy.with({ rounds: param.int({ default: 1, min: 1, max: 1_000_000_000 }) }) {
  static override subscribe = { symbols: ['ACME'], timeframe: '1m', warmUp: 'auto' };
  private bars = 0;
  private spent = 0;

  override onBar(bar: Bar, ctx: Context): void {
    for (let round = 0; round < this.p.rounds; round += 1) this.spent = (this.spent + round) % 7;
    this.bars += 1;
    if (this.bars % 2 === 1) ctx.enterLong(bar.symbol, { reason: 'odd minute' });
    else ctx.exit(bar.symbol, { reason: 'even minute' });
  }
}
`;

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-runs-'));
  const history = createHistoricalCache(join(cwd, '.papertape', 'history'));
  await history.merge('ACME', dailyWalk('2012-01-03', '2013-12-31', 11));
  await history.merge('EMCA', dailyWalk('2012-01-03', '2013-12-31', 12));
  await history.merge('ACME', minutesOf(dailyWalk('2013-10-01', '2013-10-31', 13)));
  await history.close();
  writeFileSync(join(cwd, 'Slow.ts'), SLOW);
  writeFileSync(join(cwd, 'Stuck.ts'), STUCK);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Minutes of the days of daily bars, between their opens and closes. */
function minutesOf(days: BarTable): BarTable {
  const table = createBarTable('1m', days.length * 390);
  for (let day = 0; day < days.length; day += 1) {
    const [open = 0, close = 0] = [days.open[day], days.close[day]];
    for (let minute = 0; minute < 390; minute += 1) {
      const row = table.length;
      const price = open + Math.round(((close - open) * minute) / 390 / 10_000) * 10_000;
      table.start[row] = (days.start[day] ?? 0) + minute * MINUTE;
      table.time[row] = (table.start[row] ?? 0) + MINUTE;
      for (const column of [table.open, table.high, table.low, table.close]) column[row] = price;
      table.volume[row] = 100_000;
      table.length = row + 1;
    }
  }
  return table;
}

/** Holds on its third bar; on its fifth it never comes back. */
const STUCK = `
import { Strategy, type Bar, type Context } from 'papertape';

export default class Stuck extends Strategy.with({}) {
  static override subscribe = { symbols: ['ACME'], timeframe: '1m' };
  private bars = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars === 3) ctx.enterLong(bar.symbol, { reason: 'third bar' });
    while (this.bars >= 5) this.bars += 1;
  }
}
`;

it('are there for several programs that find no data directory at the same moment', async () => {
  const ask = (): ReturnType<typeof runPapertape> => runPapertape(['runs', 'ls', '--data-dir', 'new'], { cwd });
  const all = await Promise.all([ask(), ask(), ask(), ask(), ask(), ask()]);
  expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(all.map(() => ({ code: 0, stderr: '' })));
});

async function json(args: readonly string[]) {
  const run = await runPapertape([...args, '--json'], { cwd });
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout);
}

const WEEK = ['--from', '2013-10-07', '--to', '2013-10-11', '--param', 'fast=1', '--param', 'slow=2'];
const sma = (...more: readonly string[]) =>
  json(['backtest', 'sma-cross', '--symbols', 'ACME', '--timeframe', '1d', ...RANGE, ...more]);

describe('kept runs', () => {
  it('are listed, shown, compared and removed', async () => {
    const one = await sma('--param', 'fast=3', '--param', 'slow=20');
    const two = await sma('--param', 'fast=3', '--param', 'slow=20', '--cash', '50000');
    expect([one.run.number, two.run.number]).toEqual([1, 2]);
    expect(
      (await json(['runs', 'ls'])).runs.map((run: { number: number; state: string }) => [run.number, run.state]),
    ).toEqual([
      [2, 'done'],
      [1, 'done'],
    ]);
    const shown = await json(['runs', 'show', one.run.identity.slice(0, 8)]);
    expect(shown).toMatchObject({ number: 1, title: 'sma-cross', result: { ledgerHash: one.run.ledgerHash } });
    expect(shown.trades).toHaveLength(one.trades.length);
    expect(shown.result.statistics.sharpe).toBe(one.statistics.sharpe);
    const written = await runPapertape(['runs', 'show', '1', '--report', 'kept.html'], { cwd });
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(cwd, 'kept.html'), 'utf8')).toContain('<h1>sma-cross</h1>');

    const difference = await json(['compare', 'previous', 'latest']);
    expect(difference).toMatchObject({
      sameLedger: false,
      inputs: [{ name: 'starting cash', a: '$100,000.00', b: '$50,000.00' }],
      trades: { same: 0, onlyA: [], onlyB: [], first: { kind: 'changed' } },
    });
    expect(difference.trades.changed).toHaveLength(one.trades.length);
    expect(difference.trades.first.fields).toContain('quantity');
    const told = await runPapertape(['compare', '1', '1'], { cwd });
    expect(told.stdout).toContain('have the same fills, to the last figure');
    const readable = await runPapertape(['compare', '1', '2'], { cwd });
    expect(readable.stdout).toMatch(/Final equity .*\$?\d/);
    expect(readable.stdout).not.toContain('finalEquity');
    expect(readable.stdout).toMatch(/First difference {2}long \d+ ACME, .* quantity \d+ became \d+/);

    // Of five days there is no Sharpe ratio to tell people; JSON has the number.
    const week = await json(['backtest', 'sma-cross', '--symbols', 'ACME', '--timeframe', '1d', ...WEEK]);
    expect(Number.isFinite(week.statistics.sharpe)).toBe(true);
    for (const args of [
      ['runs', 'ls', '--last', '1'],
      ['runs', 'show', 'latest'],
    ]) {
      const { stdout } = await runPapertape(args, { cwd });
      expect(stdout).toMatch(/n\/a/);
      expect(stdout).not.toContain(Math.abs(week.statistics.sharpe).toFixed(2));
    }
    expect(await json(['runs', 'rm', 'latest'])).toEqual({ removed: [3] });

    expect(await json(['runs', 'rm', 'latest'])).toEqual({ removed: [2] });
    expect((await json(['runs', 'ls'])).total).toBe(1);
    const gone = await runPapertape(['runs', 'show', '2'], { cwd });
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.stderr).toContain('RUN_UNKNOWN');
  });

  it('say that the strategy failed on the way, and why', async () => {
    writeFileSync(
      join(cwd, 'Breaks.ts'),
      [
        "import { Strategy } from 'papertape';",
        'export default class Breaks extends Strategy.with({}) {',
        "  static override readonly subscribe = { symbols: ['ACME'], timeframe: '1d' };",
        '  private bars = 0;',
        '  override onBar(): void {',
        '    this.bars += 1;',
        "    if (this.bars === 5) throw new Error('broken on purpose');",
        '  }',
        '}',
      ].join('\n'),
    );
    expect(await runPapertape(['backtest', 'Breaks.ts', ...RANGE], { cwd })).toMatchObject({ code: 1 });
    const listed = await runPapertape(['runs', 'ls'], { cwd });
    expect(listed.stdout).toMatch(/Breaks.*failed/);
    const { number, failure } = (await json(['runs', 'ls'])).runs[0];
    expect(failure).toEqual({
      code: 'STRATEGY_FAILED',
      // The range begins on Friday, 1 June.
      message:
        'Breaks.ts failed at 2012-06-07 16:00:00 New York time and was stopped: ' +
        'onBar of ACME threw Error: broken on purpose',
    });
    const shown = await runPapertape(['runs', 'show', String(number)], { cwd });
    expect(shown.stdout).toMatch(/Failed +Breaks\.ts failed at .*: broken on purpose STRATEGY_FAILED/);
    // Of several it is the one that failed that is named, by the id that reports have.
    const several = await runPapertape(
      ['backtest', '--strategy', 'buy-and-hold symbols=ACME timeframe=1d', '--strategy', 'Breaks.ts id=odd', ...RANGE],
      { cwd },
    );
    expect(several.code).toBe(1);
    expect(several.stderr).toContain(
      '✖ odd failed at 2012-06-07 16:00:00 New York time and was stopped: onBar of ACME',
    );
  });

  it('have the lines that strategies log in --json', async () => {
    writeFileSync(
      join(cwd, 'Talks.ts'),
      [
        "import { Strategy, param, type Bar, type Context } from 'papertape';",
        'export default class Talks extends Strategy.with({ größe: param.int({ default: 1, min: 1, max: 9 }) }) {',
        "  static override readonly subscribe = { symbols: ['ACME'], timeframe: '1d' };",
        '  override onBar(bar: Bar, ctx: Context): void {',
        '    ctx.log(`${bar.symbol} ${this.p.größe}`);',
        '  }',
        '}',
      ].join('\n'),
    );
    const range = ['--from', '2013-12-30', '--to', '2013-12-31', '--no-store', '--param', 'größe=3'];
    const { logs } = await json(['backtest', 'Talks.ts', ...range]);
    expect(logs).toMatchObject({ count: 2, lines: [{ instanceId: 'Talks', text: 'ACME 3' }, { text: 'ACME 3' }] });
    expect(logs.lines[0].time).toBe(Date.parse('2013-12-30T21:00:00Z') * 1000);
  });

  it('keep the reason of one that came to nothing', async () => {
    const run = await runPapertape(['backtest', 'sma-cross', '--symbols', 'NONE', '--timeframe', '1d', ...RANGE], {
      cwd,
    });
    expect(run).toMatchObject({ code: 1 });
    const { number, state, failure } = (await json(['runs', 'ls'])).runs[0];
    expect({ state, code: failure.code }).toEqual({ state: 'failed', code: 'DATA_MISSING' });
    expect(failure.message).toContain('NONE');
    const [shown, listed] = [
      await runPapertape(['runs', 'show', String(number)], { cwd }),
      await runPapertape(['runs', 'ls'], { cwd }),
    ];
    expect(shown.stdout).toContain(`${failure.message} DATA_MISSING`);
    expect(listed.stdout).toMatch(/failed.*DATA_MISSING/);
    const compared = await runPapertape(['compare', '1', String(number)], { cwd });
    expect(compared.stderr).toContain(`Run ${number} has no result to compare: it stands as failed.`);
    // It cannot be gone on with, so nobody is told to.
    expect(compared.stderr).toContain(`runs show ${number}`);
    expect(compared.stderr).not.toContain('--resume');
  });

  it('are compared without the figures that their few days cannot support, which JSON has', async () => {
    const short = ['--timeframe', '1d', '--from', '2013-10-01', '--to', '2013-10-09'];
    for (const symbol of ['ACME', 'EMCA']) await json(['backtest', 'buy-and-hold', '--symbols', symbol, ...short]);
    const { stdout } = await runPapertape(['compare', 'previous', 'latest'], { cwd });
    for (const name of ['Annual volatility', 'Sharpe', 'Sortino', 'Yearly growth']) {
      expect(stdout).toMatch(new RegExp(`${name} +n/a +n/a +n/a`));
    }
    expect(stdout.match(/take 20 daily returns/g)).toHaveLength(1);
    const { statistics } = await json(['compare', 'previous', 'latest']);
    expect(statistics).toContainEqual({ name: 'sharpe', a: expect.any(Number), b: expect.any(Number) });
  });

  it('are not kept where nobody wants it', async () => {
    expect((await sma('--no-store')).run.number).toBeNull();
  });

  it('may be of several strategies, each with settings of its own', async () => {
    const document = await json([
      'backtest',
      ...['--strategy', 'sma-cross id=fast symbols=ACME timeframe=1d fast=3 slow=20 allocation=0.5'],
      ...['--strategy', 'buy-and-hold symbols=EMCA'],
      ...RANGE,
    ]);
    expect(document.strategies).toMatchObject([
      { instanceId: 'fast', name: 'sma-cross', symbols: ['ACME'], timeframe: '1d', params: { fast: 3, slow: 20 } },
      { instanceId: 'buy-and-hold', symbols: ['EMCA'] },
    ]);
    expect(
      new Set(document.trades.map(({ owner, symbol }: { owner: string; symbol: string }) => `${owner} ${symbol}`)),
    ).toEqual(new Set(['fast ACME']));
    const text = await runPapertape(
      [
        'backtest',
        'sma-cross',
        'buy-and-hold',
        '--symbols',
        'ACME',
        '--timeframe',
        '1d',
        '--param',
        'fast=4',
        ...RANGE,
      ],
      { cwd },
    );
    expect(text.stdout).toMatch(/sma-cross {5}ACME +1d +\d+ /);
    expect(text.stdout).toContain('sma-cross + buy-and-hold');
    expect(text.stdout).toMatch(/Open +long [\d,]+ ACME: in the equity/);
    // Closed and open P&L of both are what the account came to.
    const dollars = (of: string): number => Number(of.replaceAll(/[$,+]/g, '').replace('−', '-'));
    const rows = [...text.stdout.matchAll(/ACME +1d .* (−?\$[\d,.]+) +(−?\$[\d,.]+)$/gm)];
    expect(rows).toHaveLength(2);
    const [, profit = ''] = /Net profit +(\S+)/.exec(text.stdout) ?? [];
    const sum = rows.reduce((total, [, closed = '', open = '']) => total + dollars(closed) + dollars(open), 0);
    expect(sum).toBeCloseTo(dollars(profit), 1);
  });
});

const SLOW_RUN = ['backtest', './Slow.ts', '--from', '2013-10-01', '--to', '2013-10-31', '--param', 'rounds=20000'];

describe('a run that is stopped', () => {
  it('says how far it was and goes on to the same end', async () => {
    const whole = await json(SLOW_RUN);
    const { number, run } = await stoppedRun();
    expect(run).toMatchObject({ state: 'cancelled', result: null });
    expect(run.checkpoint.events).toBeGreaterThan(0);

    // What would act after the place where it was stopped makes another run of it, too, and it can be put back.
    writeFileSync(join(cwd, 'Slow.ts'), SLOW.replace('this.bars += 1;', 'this.bars += this.bars > 8_000 ? 2 : 1;'));
    const edited = await runPapertape(['backtest', '--resume', String(number)], { cwd });
    writeFileSync(join(cwd, 'Slow.ts'), SLOW);
    expect(edited).toMatchObject({ code: 1, stdout: '' });
    expect(edited.stderr).toContain('RUN_DIVERGED');
    expect(edited.stderr).toMatch(/code of Slow was [0-9a-f]{12} and is [0-9a-f]{12}/);
    expect((await json(['runs', 'ls'])).runs[0]).toMatchObject({ state: 'cancelled', checkpoint: run.checkpoint });

    const resumed = await json(['backtest', '--resume']);
    expect(resumed.run).toEqual({ ...whole.run, number });
    expect(resumed.trades).toEqual(whole.trades);
  });

  it('stays as it was stopped where going on fails before it has begun', async () => {
    const history = join(cwd, '.papertape', 'history', 'kind=bar', 'timeframe=1m');
    const { number, run } = await stoppedRun();
    renameSync(history, `${history}.away`);
    const failed = await runPapertape(['backtest', '--resume', String(number)], { cwd });
    renameSync(`${history}.away`, history);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('DATA_MISSING');
    expect((await json(['runs', 'ls'])).runs[0]).toMatchObject({
      number,
      state: 'cancelled',
      checkpoint: run.checkpoint,
    });
    expect((await json(['backtest', '--resume'])).run.number).toBe(number);
  });

  it.each([
    // The program itself listens first, then the command.
    ['at least that it was stopped where no command answers signals yet', 0, ['runs', 'ls'], 130, '\nStopped.\n'],
    [
      'that it was stopped before it began',
      1,
      ['backtest', './Slow.ts', '--from', '2013-10-01', '--to', '2013-10-31'],
      1,
      'The backtest was stopped before it began; nothing was kept.',
    ],
  ] as const)('says %s', async (_what, listeners, args, code, sentence) => {
    const before = (await json(['runs', 'ls'])).total;
    const file = join(cwd, 'interrupt.mjs');
    writeFileSync(
      file,
      `import { isMainThread } from 'node:worker_threads';
      const look = () => {
        if (process.listenerCount('SIGINT') > ${listeners}) process.kill(process.pid, 'SIGINT');
        else setImmediate(look);
      };
      if (isMainThread) setImmediate(look);`,
    );
    const run = await runPapertape(args, { cwd, env: { NODE_OPTIONS: `--import=file://${file}` } });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(sentence);
    expect((await json(['runs', 'ls'])).total).toBe(before);
  });

  /** Begins a run, interrupts it under way, and gives what was kept of it. */
  async function stoppedRun() {
    const before = (await json(['runs', 'ls'])).runs[0]?.number ?? 0;
    const child = spawn(process.execPath, [join(projectRoot, 'bin', 'papertape.mjs'), ...SLOW_RUN], {
      cwd,
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const closed = once(child, 'close');
    await whenBegun(before);
    child.kill('SIGINT');
    const [code] = await closed;
    expect([code, said]).toEqual([1, expect.stringMatching(/stopped at \S+ \S+ New York time, .* % of the way/)]);
    const [run] = (await json(['runs', 'ls'])).runs;
    return { number: run.number, run };
  }

  /** Waits until another run than the one of this number has begun. */
  async function whenBegun(before: number): Promise<void> {
    const archive = await RunArchive.open(join(cwd, '.papertape'), systemClock);
    try {
      for (let last = before; last === before; last = (await archive.runs())[0]?.number ?? before) await delay(20);
    } finally {
      await archive.close();
    }
  }

  it('is refused when it is not the same any more, or was never stopped', async () => {
    for (const [args, code] of [
      [['--resume', '1'], 'USAGE'],
      [['--resume'], 'RUN_UNKNOWN'],
      [['--resume', '--cash', '1'], 'USAGE'],
    ] as const) {
      const run = await runPapertape(['backtest', ...args], { cwd });
      expect(run.stderr).toContain(code);
    }
  });
});

it('ends with the name of a strategy whose hook does not return, instead of never', async () => {
  const run = await runPapertape(['backtest', './Stuck.ts', '--from', '2013-10-01', '--to', '2013-10-02'], { cwd });
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain(
    './Stuck.ts did not return from onBar for 5 seconds and was stopped, at 2013-10-01 09:35 New York time',
  );
  expect(run.stderr).toContain('STRATEGY_STUCK');
  const { runs } = await json(['runs', 'ls']);
  expect(runs[0]).toMatchObject({ title: './Stuck.ts', state: 'failed', failure: { code: 'STRATEGY_STUCK' } });
});

const ENDLESS = 'for (let i = 0; i >= 0; i += 0) {}';
const IDLE = (outside: string, constructor: string): string => `
import { Strategy } from 'papertape';
${outside}

export default class Idle extends Strategy.with({}) {
  static override subscribe = { symbols: ['ACME'], timeframe: '1m' };
  private readonly lines = (() => { ${constructor} })();
}
`;

it.each([
  ['its file', IDLE(ENDLESS, ''), './Endless.ts was not loaded within 5 seconds'],
  ['its constructor', IDLE('', ENDLESS), './Endless.ts did not return from its constructor for 5 seconds'],
])('ends with the name of a strategy that does not come out of %s', async (_, text, message) => {
  writeFileSync(join(cwd, 'Endless.ts'), text);
  const days = ['--from', '2013-10-01', '--to', '2013-10-02'];
  const ends = await Promise.all(
    ['backtest', 'check'].map((command) => runPapertape([command, './Endless.ts', ...days], { cwd })),
  );
  for (const { code, stderr } of ends) {
    expect(stderr).toContain(message);
    expect(stderr).toContain('STRATEGY_STUCK');
    expect(code).toBe(1);
  }
});
