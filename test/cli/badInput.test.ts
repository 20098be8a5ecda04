import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataDirLock } from '../../src/storage/dataDirLock.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

/** One mistake, and what the program has to say to it. */
interface Mistake {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly exit: 1 | 2;
  readonly code: string;
  /** Parts of the sentence. */
  readonly says: readonly string[];
  /** Part of the line that says what to do. */
  readonly remedy: string;
}

const RANGE = ['--from', '2013-10-07', '--to', '2013-10-11'];

const MISTAKES: readonly Mistake[] = [
  {
    name: 'an unknown command',
    args: ['bactest', 'sma-cross'],
    exit: 2,
    code: 'USAGE',
    says: ["Unknown command 'bactest'"],
    remedy: 'Did you mean backtest?',
  },
  ...([['--seed', '3'], []] as const).map((market) => ({
    name: `symbols for a market that is simulated: ${market.join(' ')}`,
    args: ['alpaca', '--port', '0', '--symbols', 'SPY', ...market],
    exit: 2 as const,
    code: 'USAGE',
    says: ['--symbols belongs to a day of the history cache; the simulated one has its own.'],
    remedy: 'Give the day with --date and without --seed',
  })),
  ...(['picture.png', 'picture.csv.gz'] as const).map((file) => ({
    name: `a file of bytes that are no text: ${file}`,
    // Tests run at once, and each import locks its data directory.
    args: ['data', 'import', file, '--symbol', 'SPY', '--data-dir', `of-${file}`],
    exit: 1 as const,
    code: 'DATA_FILE_UNREADABLE',
    says: [`The file ${file} is neither text in UTF-8 nor gzip nor Parquet.`],
    remedy: 'Check the path and the file',
  })),
  {
    name: 'the columns of a mapping in bytes that are no text',
    args: ['data', 'import', 'picture.png', '--map', 'time=Date,open=Open', '--data-dir', 'of-mapping'],
    exit: 1,
    code: 'DATA_FILE_UNREADABLE',
    says: ['The file picture.png is neither text'],
    remedy: 'Check the path and the file',
  },
  // Node's own recursive mkdir never returns there.
  ...[
    ['up', '--port', '0'],
    ['data', 'import', 'daily.csv'],
  ].map((args) => ({
    name: `a data directory where none can be made: ${args[0] ?? ''}`,
    args: [...args, '--data-dir', '/proc/papertape/data'],
    exit: 1 as const,
    code: 'DATA_DIR_UNUSABLE',
    says: ['The data directory /proc/papertape/data cannot be written (ENOENT)'],
    remedy: '--data-dir',
  })),
  {
    name: 'a report that is no HTML file',
    args: ['backtest', 'sma-cross', '--symbols', 'SPY', ...RANGE, '--report', 'MyIdea.ts'],
    exit: 2,
    code: 'USAGE',
    says: ['--report MyIdea.ts is not the name of an HTML or JSON file'],
    remedy: 'ends in .html',
  },
  ...(
    [
      ['in a folder that is not there', join('nowhere', 'result.html'), 'there is no folder '],
      ['in a place that is no folder', join('recipe.csv', 'result.html'), 'recipe.csv is not a folder'],
      ['in the place of a folder', 'folder.html', 'it is a folder'],
      ['where nothing can be made', '/proc/result.html', 'nothing can be made'],
    ] as const
  ).map(([where, path, says]) => ({
    // There is no history of SPY here either: the place is refused before anything is run.
    name: `a report ${where}`,
    args: ['backtest', 'sma-cross', '--symbols', 'SPY', ...RANGE, '--report', path],
    exit: 1 as const,
    code: 'FILE_UNWRITABLE',
    says: [`The report ${path} cannot be written`, says],
    remedy: 'a folder that exists',
  })),
  {
    name: 'an unknown flag',
    args: ['backtest', 'sma-cross', '--symbls', 'SPY', ...RANGE],
    exit: 2,
    code: 'USAGE',
    says: ["Unknown option '--symbls'"],
    remedy: 'Did you mean --symbols?',
  },
  {
    name: 'a missing flag',
    args: ['backtest', 'sma-cross', '--symbols', 'SPY'],
    exit: 2,
    code: 'USAGE',
    says: ["'--from <date>' not specified"],
    remedy: 'papertape backtest --help',
  },
  {
    name: 'a setting that does not exist',
    args: ['doctor'],
    env: { PAPERTAPE_PROT: '9000' },
    exit: 2,
    code: 'CONFIG_INVALID',
    says: ['PAPERTAPE_PROT is not a setting'],
    remedy: 'env.example',
  },
  {
    name: 'an unknown strategy',
    args: ['backtest', 'sma-cros', '--symbols', 'SPY', ...RANGE],
    exit: 2,
    code: 'STRATEGY_UNKNOWN',
    says: ['There is no strategy called sma-cros.'],
    remedy: 'Did you mean sma-cross?',
  },
  {
    name: 'a strategy file that is not there',
    args: ['backtest', './Missing.ts', '--symbols', 'SPY', ...RANGE],
    exit: 2,
    code: 'STRATEGY_UNKNOWN',
    says: ['There is no strategy file ./Missing.ts.'],
    remedy: 'Built in: sma-cross',
  },
  {
    name: 'a strategy file with a syntax error',
    args: ['backtest', './Syntax.ts', '--symbols', 'SPY', ...RANGE],
    exit: 1,
    code: 'STRATEGY_INVALID',
    says: ['Syntax.ts:3:17  Unexpected ";".', '3 |   onBar() { ;;( ; }', '^'],
    remedy: 'Correct the file',
  },
  {
    name: 'a strategy file with a type error',
    args: ['backtest', './Types.ts', '--symbols', 'SPY', ...RANGE],
    exit: 1,
    code: 'STRATEGY_INVALID',
    says: ["Types.ts:3:3  Type 'string' is not assignable to type 'number'.", "3 |   x: number = 'ten';", '^'],
    remedy: 'Correct the file',
  },
  {
    name: 'a strategy that reads the clock',
    args: ['backtest', './Clock.ts', '--symbols', 'SPY', ...RANGE],
    exit: 1,
    code: 'STRATEGY_INVALID',
    says: ['Clock.ts:3:30  Date is not for strategies: use ctx.now'],
    remedy: 'Correct the file',
  },
  {
    name: 'an unknown parameter',
    args: ['backtest', 'sma-cross', '--symbols', 'SPY', ...RANGE, '--param', 'fats=10'],
    exit: 2,
    code: 'STRATEGY_PARAMETER_INVALID',
    says: ['has no parameter fats'],
    remedy: 'fast',
  },
  {
    name: 'dates the wrong way round',
    args: ['backtest', 'sma-cross', '--symbols', 'SPY', '--from', '2013-10-11', '--to', '2013-10-07'],
    exit: 2,
    code: 'DATE_RANGE_INVALID',
    says: ['ends before it starts', '2013-10-11'],
    remedy: '--from 2013-10-07 --to 2013-10-11',
  },
  {
    name: 'a date that is none',
    args: ['backtest', 'sma-cross', '--symbols', 'SPY', '--from', '2013-02-30', '--to', '2013-10-07'],
    exit: 2,
    code: 'DATE_RANGE_INVALID',
    says: ['--from "2013-02-30"'],
    remedy: '2013-10-07',
  },
  {
    name: 'an unknown preset',
    args: ['backtest', 'sma-cross', '--symbols', 'SPY', ...RANGE, '--preset', 'leen'],
    exit: 2,
    code: 'PRESET_UNKNOWN',
    says: ['leen'],
    remedy: 'lean',
  },
  {
    name: 'a symbol without data',
    args: ['backtest', 'sma-cross', '--symbols', 'TSLA', ...RANGE],
    exit: 1,
    code: 'DATA_MISSING',
    says: ['TSLA'],
    remedy: 'papertape data import',
  },
  {
    name: 'a file that is not there',
    args: ['data', 'import', 'nowhere.csv', '--data-dir', 'import-1'],
    exit: 1,
    code: 'DATA_FILE_UNREADABLE',
    says: ['nowhere.csv'],
    remedy: '',
  },
  {
    name: 'a file of unknown layout',
    args: ['data', 'import', 'recipe.csv', '--data-dir', 'import-2'],
    exit: 1,
    code: 'DATA_LAYOUT_UNKNOWN',
    says: ['recipe.csv'],
    remedy: '--map',
  },
  {
    name: 'a folder of files instead of the files',
    args: ['data', 'import', 'files', '--data-dir', 'import-3'],
    exit: 1,
    code: 'TAPE_NOT_FOUND',
    says: ['There is no tape in', 'files'],
    remedy: join('files', '*.csv'),
  },
  {
    name: 'a strategy that is already there',
    args: ['new', 'strategy', 'Types'],
    exit: 1,
    code: 'FILE_EXISTS',
    says: ['Types.ts is already there'],
    remedy: 'Choose another name',
  },
  {
    name: 'a data directory that is a file',
    args: ['data', 'import', 'recipe.csv', '--data-dir', 'recipe.csv'],
    exit: 1,
    code: 'DATA_DIR_UNUSABLE',
    says: ['recipe.csv'],
    remedy: '--data-dir',
  },
  {
    name: 'a data directory that another process holds',
    args: ['data', 'import', 'recipe.csv', '--data-dir', 'locked'],
    exit: 1,
    code: 'DATA_DIR_LOCKED',
    says: [`pid ${process.pid}`, 'History is written while no other one does', `kill ${process.pid}`],
    remedy: 'Stop it with Ctrl+C',
  },
];

/** A strategy file whose third line is `line`. */
const strategyFile = (name: string, line: string): string =>
  `import { Strategy } from 'papertape';\nexport default class ${name} extends Strategy {\n${line}\n}\n`;

const FILES: Readonly<Record<string, string>> = {
  'Syntax.ts': strategyFile('Syntax', '  onBar() { ;;( ; }'),
  'Types.ts': strategyFile('Types', "  x: number = 'ten';"),
  'Clock.ts': strategyFile('Clock', '  override onStart() { void (Date.now()); }'),
  'recipe.csv': 'flour,eggs\n200,3\n',
  'daily.csv': 'date,open,high,low,close,volume\n2013-10-07,1,1,1,1,1\n',
};

/** The beginning of a PNG, with a comma. */
const PICTURE = Buffer.from('89504e470d0a1a0a0000000d494844522c00', 'hex');

let cwd = '';
let lock: DataDirLock | undefined;
let server: Server | undefined;

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-cli-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text);
  writeFileSync(join(cwd, 'picture.png'), PICTURE);
  writeFileSync(join(cwd, 'picture.csv.gz'), gzipSync(PICTURE));
  mkdirSync(join(cwd, 'locked'));
  mkdirSync(join(cwd, 'folder.html'));
  mkdirSync(join(cwd, 'files'));
  lock = DataDirLock.acquire(join(cwd, 'locked'));
});
afterAll(() => {
  lock?.release();
  server?.close();
  rmSync(cwd, { recursive: true, force: true });
});

describe('bad input', () => {
  it.concurrent.each(MISTAKES)(
    'gets a sentence and a remedy: $name',
    async ({ args, env, exit, code, says, remedy }) => {
      const run = await runPapertape(args, { cwd, ...(env === undefined ? {} : { env }) });
      expect(run.stderr).not.toMatch(/^\s+at /m);
      expect(run.stdout).toBe('');
      for (const part of says) expect(run.stderr).toContain(part);
      expect(run.stderr).toMatch(/^✖ /);
      expect(run.stderr).toContain(`\n  → `);
      expect(run.stderr.slice(run.stderr.indexOf('\n  → '))).toContain(remedy);
      expect(run.stderr.trimEnd().split('\n').at(-1)?.trim()).toBe(code);
      expect(run.code).toBe(exit);
    },
  );

  it('is told as one JSON document with --json', async () => {
    const { stdout, code } = await runPapertape(['backtest', 'sma-cros', '--symbols', 'SPY', ...RANGE, '--json'], {
      cwd,
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'STRATEGY_UNKNOWN',
        message: 'There is no strategy called sma-cros.',
        remedy: expect.stringContaining('Did you mean sma-cross?'),
      },
    });
  });

  it('is a port in use', async () => {
    const holder = createServer();
    server = holder;
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => {
        const address = holder.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const run = await runPapertape(['doctor', '--port', String(port)], { cwd });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(`127.0.0.1:${port} is in use`);
    expect(run.stdout).toContain('choose another port with --port');
  });
});

describe('the program', () => {
  it('prints help and the version, each with exit code 0', async () => {
    const help = await runPapertape(['--help'], { cwd });
    expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['up', 'backtest', 'replay', 'data', 'new', 'verify', 'user', 'doctor']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect((await runPapertape(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('prints help and fails without a command', async () => {
    const run = await runPapertape([], { cwd });
    expect(run.code).toBe(2);
    expect(run.stdout).toContain('Usage: papertape');
  });

  it('says that there is no history yet, and that as JSON', async () => {
    const text = await runPapertape(['data', 'ls'], { cwd });
    expect(text.stdout).toContain('papertape data import FILES…');
    const json = await runPapertape(['data', 'ls', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ series: [] });
  });
});
