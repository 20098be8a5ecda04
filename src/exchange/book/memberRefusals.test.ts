import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MemberRefusal, memberRefusalText } from './memberRefusals.js';

describe('the refusals of a matching engine', () => {
  it('are those of docs/matching-engine.md, in the same order', () => {
    const text = readFileSync(new URL('../../../docs/matching-engine.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| (-\d+)\s*\| `(\w+)`\s*\| (.*?)\s*\|$/gm)].map(([, code, name, says]) => [
      name,
      Number(code),
      says,
    ]);
    expect(rows).toEqual(Object.entries(MemberRefusal).map(([name, code]) => [name, code, memberRefusalText(code)]));
    expect(new Set(Object.values(MemberRefusal)).size).toBe(rows.length);
    expect(memberRefusalText(0)).toBeUndefined();
  });
});
