import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../data/import/importReport.js';
import type { MergeOutcome } from '../domain/history.js';
import { renderImport } from './importReportText.js';

const textOf = (outcome: MergeOutcome): string => {
  const report: ImportReport = {
    path: 'GOOG.csv',
    layout: 'bars',
    kind: 'bar',
    timeframe: '1d',
    rowsRead: 12,
    rowsKept: 12,
    refused: [],
    symbols: [{ symbol: 'GOOG', rows: 12, outcome }],
  };
  return renderImport([report], pc.createColors(false));
};

describe('the report of an import', () => {
  it('tells rows that replaced others from new ones, and says so', () => {
    const text = textOf({ added: 2, replaced: 3, unchanged: 7 });
    expect(text.replaceAll(/ {2,}/g, ' | ')).toContain('| 12 | 12 | 0 | 2 | 3 | 7');
    expect(text).toContain('! GOOG.csv: 3 rows of GOOG took the place of others of the same times.');
  });

  it('is silent where nothing was replaced', () => {
    expect(textOf({ added: 2, replaced: 0, unchanged: 10 })).not.toContain('!');
  });
});
