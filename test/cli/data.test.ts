import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-data-'));
  writeFileSync(join(cwd, 'ACME.csv'), DAILY);
  writeFileSync(join(cwd, 'mapped.csv.gz'), gzipSync(MAPPED));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const DAILY = `Date,Open,High,Low,Close,Volume
2013-10-07,10,11,9.5,10.5,1000
2013-10-08,10.5,10.4,10.1,10.2,1200
2013-10-09,10.2,10.9,10.2,10.8,900
2013-10-09,10.2,10.9,10.2,10.8,900
2013-10-10,NaN,10.9,10.2,10.8,900
2013-10-11,10.8,12,10.8,11.9,1500
`;
const MAPPED = `when;o;h;l;c;v
2013-10-07,10,11,9.5,10.5,1000
`.replaceAll(';', ',');

describe('papertape data', () => {
  it('imports, reports every refusal with its line, and changes nothing the second time', async () => {
    const first = await runPapertape(['data', 'import', 'ACME.csv', '--json'], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { files, failed } = JSON.parse(first.stdout);
    expect(failed).toEqual([]);
    expect(files).toEqual([
      expect.objectContaining({
        path: 'ACME.csv',
        kind: 'bar',
        timeframe: '1d',
        rowsRead: 6,
        rowsKept: 3,
        symbols: [{ symbol: 'ACME', rows: 3, outcome: { added: 3, replaced: 0, unchanged: 0 } }],
      }),
    ]);
    expect(
      Object.fromEntries(files[0].refused.map((r: { reason: string; lines: number[] }) => [r.reason, r.lines])),
    ).toEqual({
      outsideHighLow: [3],
      duplicate: [5],
      notANumber: [6],
    });

    const second = await runPapertape(['data', 'import', 'ACME.csv'], { cwd });
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/ACME\.csv +bars 1d +ACME +6 +3 +3 +0 +0 +3\n/);
    expect(second.stdout).toContain('1 × has the time of a row before it (line 5)');
    expect(second.stdout).toContain('✔ 3 rows of 1 file are in .papertape.');
  });

  it('reads other columns by a mapping, and goes on after a file that cannot be read', async () => {
    const map = 'time=when,open=o,high=h,low=l,close=c,volume=v';
    const run = await runPapertape(
      ['data', 'import', 'nowhere.csv', 'mapped.csv.gz', '--map', map, '--symbol', 'mpd', '--timeframe', '1d'],
      { cwd },
    );
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/mapped\.csv\.gz .* MPD +1 +1 +0 +1 +0 +0\n/);
    expect(run.stderr).toContain('✖ The file nowhere.csv cannot be opened (ENOENT).');
  });

  it('fails for a file of which no row was kept', async () => {
    // Decimal commas are no numbers.
    writeFileSync(join(cwd, 'commas.csv'), 'Date;Open;High;Low;Close;Volume\n2013-10-07;1,5;2,5;1,0;2,0;100\n');
    const args = ['data', 'import', 'commas.csv', '--symbol', 'CMM', '--data-dir', 'commas'];
    const run = await runPapertape(args, { cwd });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('✖ No row of 1 file was kept.');
    expect(run.stdout).toContain('1 × has something other than a number as price or size (line 2)');
    expect((await runPapertape([...args, '--json'], { cwd })).code).toBe(1);
  });

  it('warns of rows that came before the tickers which give their name to another instrument', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'papertape-tickers-'));
    const file = (name: string, lines: readonly string[]): string => {
      writeFileSync(join(dir, name), `${lines.join('\n')}\n`);
      return name;
    };
    const day = (date: string) => `${date},10,11,9,10,1000`;
    const bars = ['date,open,high,low,close,volume'];
    // Rows under the name that the instrument has at their time are in their place.
    const own = file('META.csv', [...bars, day('2022-06-10')]);
    const rows = file('FB.csv', [...bars, day('2022-06-07'), day('2022-06-08'), day('2022-06-09')]);
    const tickers = file('map.csv', [
      'file,until_date,ticker,exchange_code',
      'META,2022-06-08,FB,Q',
      'META,2050-12-31,META,Q',
    ]);
    const first = await runPapertape(['data', 'import', own, rows, tickers], { cwd: dir });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'FB 1d bars of 2022-06-07 to 2022-06-08 came before the tickers, by which META had the name FB then: they stay ' +
        'under FB and are not found. Import their files again.',
    );
    expect(first.stdout).not.toContain('META 1d bars of');
    const { stdout } = await runPapertape(['data', 'import', tickers, '--json'], { cwd: dir });
    expect((JSON.parse(stdout) as { readonly strayed: unknown }).strayed).toEqual([
      { symbol: 'FB', instrument: 'META', kind: 'bar', timeframe: '1d', from: '2022-06-07', to: '2022-06-08' },
    ]);
    rmSync(dir, { recursive: true, force: true });
  });

  it('lists what is there', async () => {
    const text = await runPapertape(['data', 'ls'], { cwd });
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/ACME +bars +1d +2013-10-07 +2013-10-11 +3 /);
    const json = await runPapertape(['data', 'ls', '--json'], { cwd });
    const { series } = JSON.parse(json.stdout);
    expect(series.map((s: { symbol: string; rows: number }) => [s.symbol, s.rows])).toEqual([
      ['ACME', 3],
      ['MPD', 1],
    ]);
  });

  it('shows how far the series are told, with the gaps by the calendar', async () => {
    const text = await runPapertape(['data', 'ls', '--gaps', '--symbols', 'ACME'], { cwd });
    expect(text).toMatchObject({ code: 0, stderr: '' });
    // The rows of 10-08 and 10-10 were refused.
    expect(text.stdout).toMatch(/ACME +bars .* 3 of 5 +file\n/);
    expect(text.stdout).toContain('2 sessions untold, 0 told in part:');
    expect(text.stdout).toContain('2013-10-08 09:30:00 to 2013-10-08 16:00:00');
    expect(text.stdout).not.toContain('MPD');
  });

  it('verifies, names damage, and repairs it', async () => {
    const well = await runPapertape(['data', 'verify'], { cwd });
    expect(well).toMatchObject({ code: 0, stderr: '' });
    expect(well.stdout).toContain('everything is as it was written');
    const path = join(cwd, '.papertape/history/kind=bar/timeframe=1d/symbol=MPD/2013.parquet');
    writeFileSync(path, 'damaged');
    const damaged = await runPapertape(['data', 'verify', '--json'], { cwd });
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.stdout)).toMatchObject({ ok: false, problems: [{ kind: 'checksumWrong' }] });
    const repaired = await runPapertape(['data', 'repair'], { cwd });
    expect(repaired.code).toBe(0);
    expect(repaired.stdout).toContain('MPD 1d bar: rows from 2013-10-07 to 2013-10-07 have to come again');
    expect(repaired.stdout).toContain('✔ The cache is well.');
    expect((await runPapertape(['data', 'verify'], { cwd })).code).toBe(0);
  });

  it('fetches only with a key, and says which', async () => {
    const fetching = ['data', 'fetch', '--symbols', 'SPY', '--from', '2024-01-02', '--source'];
    const run = await runPapertape([...fetching, 'alpaca'], { cwd });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('No key for Alpaca is set.');
    expect(run.stderr).toContain('PAPERTAPE_ALPACA_KEY_ID');
    expect((await runPapertape([...fetching, 'yahoo'], { cwd })).code).toBe(2);
  });

  it('waits for a source that is not there, then says so', async () => {
    const env = {
      PAPERTAPE_ALPACA_KEY_ID: 'PKTEST0000000000000',
      PAPERTAPE_ALPACA_SECRET_KEY: 'a-secret-of-the-test',
      // The discard port: nobody listens there.
      PAPERTAPE_ALPACA_DATA_URL: 'http://127.0.0.1:9',
    };
    const args = ['data', 'fetch', '--source', 'alpaca', '--symbols', 'SPY', '--from', '2013-10-07'];
    const { code, stderr } = await runPapertape([...args, '--to', '2013-10-07'], { cwd, env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('SOURCE_UNAVAILABLE')]);
  });

  it('fetches from a source over HTTP, and asks for nothing the second time', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      asked.push(pathname);
      response.setHeader('content-type', 'application/json');
      // 09:30 and 09:31 New York.
      const bar = { o: 10, h: 11, l: 9.5, c: 10.5, v: 100, n: 3, vw: 10.2 };
      const bars = ['30', '31'].map((minute) => ({ t: `2024-01-02T14:${minute}:00Z`, ...bar }));
      const isBars = pathname === '/v2/stocks/SPY/bars';
      const actions = { corporate_actions: {}, next_page_token: null };
      response.end(JSON.stringify(isBars ? { bars, symbol: 'SPY', next_page_token: null } : actions));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const env = {
        PAPERTAPE_ALPACA_KEY_ID: 'PKTESTTESTTESTTEST01',
        PAPERTAPE_ALPACA_SECRET_KEY: 'secretsecretsecretsecretsecretsecretsecr',
        PAPERTAPE_ALPACA_FEED: 'sip',
        PAPERTAPE_ALPACA_DATA_URL: `http://127.0.0.1:${port}`,
      };
      const args = [
        'data',
        'fetch',
        '--source',
        'alpaca',
        '--symbols',
        'SPY',
        '--from',
        '2024-01-02',
        '--to',
        '2024-01-02',
      ];
      const first = await runPapertape([...args, '--json'], { cwd, env });
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(first.stdout)).toMatchObject({
        feed: { source: 'alpaca/sip', coverage: 'consolidated' },
        symbols: [{ symbol: 'SPY', requests: 1, rowsBefore: 0, rowsAfter: 2, actions: 0 }],
      });
      const before = asked.length;
      const second = await runPapertape(args, { cwd, env });
      expect(second.stdout).toContain('✔ 0 new rows of alpaca/sip in .papertape.');
      expect(asked.length).toBe(before);
      const gaps = await runPapertape(['data', 'ls', '--gaps', '--symbols', 'SPY'], { cwd });
      expect(gaps.stdout).toMatch(/SPY +bars +1m +2024-01-02 +2024-01-02 +2 .* 1 of 1 +alpaca\/sip\n/);
      expect(gaps.stdout).toContain('388 of 390 bars of told hours are absent');
      // A backtest asks for the days that are not there yet.
      const backtest = ['backtest', 'sma-cross', '--symbols', 'SPY', '--timeframe', '1m', '--from', '2024-01-02'];
      const dates = ['--to', '2024-01-03', '--adjust', 'raw', '--source', 'alpaca', '--json'];
      expect(await runPapertape([...backtest, ...dates], { cwd, env })).toMatchObject({ code: 0, stderr: '' });
      expect(asked.length).toBeGreaterThan(before);
    } finally {
      server.close();
    }
  });

  it('refuses what is no mapping', async () => {
    const run = await runPapertape(['data', 'import', 'ACME.csv', '--map', 'time'], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--map time is not of the form meaning=column');
  });
});
