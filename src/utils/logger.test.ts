import { expect, test } from 'vitest';
import { createLogger, SECRET_FIELDS } from './logger.js';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ level: 'debug', stream: { write: (line: string) => void lines.push(line) } }));
  return lines.join('');
}

test('S52 secrets are redacted down to the third level, in children too', () => {
  for (const field of SECRET_FIELDS) {
    const text = logged((log) => {
      log.info({ [field]: 'canary' }, 'first');
      log.info({ body: { [field]: 'canary' } }, 'second');
      log.child({ part: 'api' }).info({ req: { headers: { [field]: 'canary' } } }, 'third');
    });
    expect(text, field).not.toContain('canary');
    expect(text.match(/\[redacted\]/g), field).toHaveLength(3);
  }
});

test('lines are JSON with level and time, one line each', () => {
  const text = logged((log) => {
    log.warn({ symbol: 'A\r\nforged' }, 'hello');
  });
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({ level: 'warn', msg: 'hello', symbol: 'A\r\nforged' });
});
