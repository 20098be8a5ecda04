/**
 * Holds the rulebook together: every row has a source and a start, what is not verified says why, the version is that
 * of the data, and docs/rulebook.md shows exactly the rows that the program uses.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from '../src/calendar/tradingDate.js';
import type { RuleTable } from '../src/exchange/rulebook/rulebook.js';
import { NOT_MODELLED, RULEBOOK, RULEBOOK_VERSION } from '../src/exchange/rulebook/rulebook.js';
import { CALENDAR_START, knownRuleOn, noteOf, ruleOn } from '../src/exchange/rulebook/RuleRow.js';
import { projectRoot } from './sourceFiles.js';

/** The cells of a table's rows as the page has them: from, until, rule, source, verified. */
function cellsOf({ order, rows }: RuleTable): readonly (readonly string[])[] {
  return rows.map((row, index) => {
    const next = order === 'replace' ? rows[index + 1] : undefined;
    const from = row.from === CALENDAR_START ? 'before 1990' : formatDate(row.from);
    const until = next === undefined ? '' : formatDate(next.from - 1);
    const note = row.note === '' ? '' : `${row.verified ? '; ' : ': '}${row.note}`;
    return [from, until, row.rule, row.source, `${row.verified ? 'yes' : 'no'}${note}`];
  });
}

/** The tables of the page by heading: ids and cells. */
function pageTables(): ReadonlyMap<string, { ids: string; cells: readonly (readonly string[])[] }> {
  const sections = readFileSync(join(projectRoot, 'docs/rulebook.md'), 'utf8').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [title = '', ...lines] = section.split('\n');
      const cells = lines
        .filter((line) => line.startsWith('| '))
        .slice(2)
        .map((line) =>
          line
            .slice(1, -1)
            .split('|')
            .map((cell) => cell.trim()),
        );
      return [title, { ids: lines.find((line) => line.startsWith('Rules: ')) ?? '', cells }];
    }),
  );
}

it('the page says what is not modelled', () => {
  const [intro = ''] = readFileSync(join(projectRoot, 'docs/rulebook.md'), 'utf8').split(/^## /m);
  const bullets = intro
    .split('\n- ')
    .slice(1)
    .map((bullet) => bullet.replaceAll(/\s+/g, ' ').trim());
  expect(bullets).toEqual(NOT_MODELLED);
});

describe('docs/rulebook.md', () => {
  const page = pageTables();

  it('has a section for each table, in order, and no other', () => {
    expect([...page.keys()]).toEqual(RULEBOOK.map(({ title }) => title));
  });

  it.each(RULEBOOK.map((table) => [table.title, table] as const))('shows %s as the data has it', (title, table) => {
    const shown = page.get(title);
    expect(shown?.ids).toBe(`Rules: ${table.ids.join(', ')}`);
    expect(shown?.cells).toEqual(cellsOf(table));
  });
});

describe('the rulebook', () => {
  const rows = RULEBOOK.flatMap((table) => table.rows.map((row) => ({ table: table.title, ...row })));

  it('gives every row a start, a rule, a source, and a note where it is not verified', () => {
    const faulty = rows.filter(
      ({ from, rule, source, verified, note }) =>
        !Number.isSafeInteger(from) || rule === '' || source === '' || (!verified && note === ''),
    );
    expect(faulty).toEqual([]);
  });

  it('has rows that ascend by date where one replaces the other, and finds each on its first and last day', () => {
    for (const { order, rows: table } of RULEBOOK) {
      if (order === 'together') continue;
      table.forEach((row, index) => {
        const next = table[index + 1];
        expect(ruleOn(table, row.from)).toBe(row);
        if (next !== undefined) expect(ruleOn(table, next.from - 1)).toBe(row);
      });
    }
  });

  it('knows nothing before the first row of a table', () => {
    const table = RULEBOOK.find(({ title }) => title === 'LULD hours')?.rows ?? [];
    const day = parseDate('2013-04-05');
    expect(ruleOn(table, day)).toBeUndefined();
    expect(() => knownRuleOn(table, day, 'band hours')).toThrow(expect.objectContaining({ code: 'CALENDAR_RANGE' }));
  });

  it('marks notes of rows that are not verified', () => {
    const [tick] = RULEBOOK.find(({ title }) => title === 'Tick sizes')?.rows ?? [];
    expect(tick === undefined ? '' : noteOf(tick)).toMatch(/^not verified: /);
  });

  it('carries the version of its data; a change of meaning raises the number in front', () => {
    const text = JSON.stringify(RULEBOOK, (_, value: unknown) => (value === Infinity ? 'Infinity' : value));
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
    expect(RULEBOOK_VERSION).toBe(`1-${hash}`);
  });
});
