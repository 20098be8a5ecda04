import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerRecord } from '../domain/trialLedger.js';
import { listSearches, loadSearch, saveSearch } from './searchStore.js';
import { LEDGER_FILE, openTrialLedger } from './trialLedger.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-ledger-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const record = (run: string): LedgerRecord => ({
  kind: 'trials',
  time: 1,
  run,
  command: 'backtest',
  strategy: 'µ "x"',
  data: { symbols: ['SPY'], from: '2013-10-07', to: '2013-10-11' },
  dataHash: 'd',
  runs: 1,
  trials: [{ key: run, sharpe: null }],
});

describe('trial ledger', () => {
  it('begins empty, in a folder that need not be there, and keeps what is appended', () => {
    const ledger = openTrialLedger(join(folder, 'data'));
    expect(ledger.read()).toEqual({ records: [], damaged: 0 });
    ledger.append(record('a'));
    openTrialLedger(join(folder, 'data')).append(record('b'));
    expect(ledger.read()).toEqual({ records: [record('a'), record('b')], damaged: 0 });
  });

  it('loses the last record alone to a crash at any byte, and goes on after it', () => {
    const ledger = openTrialLedger(folder);
    ledger.append(record('a'));
    const path = join(folder, LEDGER_FILE);
    const first = readFileSync(path).length;
    ledger.append(record('b'));
    const whole = readFileSync(path);
    for (const kept of [first + 1, first + 9, whole.length - 2, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, kept);
      // Without its line break the record is all there.
      const survives = kept === whole.length - 1;
      expect(ledger.read()).toEqual({
        records: survives ? [record('a'), record('b')] : [record('a')],
        damaged: survives ? 0 : 1,
      });
      ledger.append(record('c'));
      expect(ledger.read().records.map(({ run }) => run)).toEqual(survives ? ['a', 'b', 'c'] : ['a', 'c']);
    }
  });

  it('leaves out and counts what somebody changed', () => {
    const ledger = openTrialLedger(folder);
    ledger.append(record('a'));
    ledger.append(record('b'));
    const path = join(folder, LEDGER_FILE);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"runs":1', '"runs":0'));
    appendFileSync(path, 'nonsense\n');
    expect(ledger.read()).toEqual({ records: [record('b')], damaged: 2 });
  });

  it('says what is wrong where the data directory is a file', () => {
    writeFileSync(join(folder, 'file'), '');
    const ledger = openTrialLedger(join(folder, 'file'));
    expect(() => {
      ledger.append(record('a'));
    }).toThrow(expect.objectContaining({ code: 'DATA_DIR_UNUSABLE' }));
  });
});

describe('search store', () => {
  const search = { version: 1, numbers: new Float64Array([1, NaN, -0]), dates: new Int32Array([4]), score: -Infinity };

  it('gives back what it was given, by id, by its beginning, or as the latest', () => {
    saveSearch(folder, '2026-01-02-a', search);
    saveSearch(folder, '2026-01-03-b', { ...search, version: 2 });
    expect(listSearches(folder)).toEqual(['2026-01-02-a', '2026-01-03-b']);
    expect(loadSearch(folder, '2026-01-02-a')).toEqual(search);
    expect(loadSearch(folder, '2026-01-02')).toEqual(search);
    expect(loadSearch(folder, 'latest')).toMatchObject({ version: 2 });
  });

  it.each([
    ['nothing', 'zebra', 'No search that is kept'],
    ['several', '2026', '2 searches begin with'],
  ])('says that %s fits a name', (_what, name, message) => {
    expect(() => loadSearch(folder, name)).toThrow('No search is kept');
    saveSearch(folder, '2026-01-02-a', search);
    saveSearch(folder, '2026-01-03-b', search);
    expect(() => loadSearch(folder, name)).toThrow(message);
  });

  it('refuses a damaged file by name', () => {
    saveSearch(folder, '2026-01-02-a', search);
    appendFileSync(join(folder, 'searches', '2026-01-02-a.search'), ' ');
    expect(() => loadSearch(folder, 'latest')).toThrow(expect.objectContaining({ code: 'SEARCH_CORRUPT' }));
  });
});
