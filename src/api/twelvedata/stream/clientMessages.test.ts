import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClientMessage } from './clientMessages.js';

test('whatever a client says is a message with symbols, or is not understood', () => {
  const symbols = fc.oneof(fc.string(), fc.array(fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))));
  const near = fc.record({
    action: fc.constantFrom('subscribe', 'unsubscribe', 'reset', 'heartbeat', 'other'),
    params: fc.oneof(fc.jsonValue(), fc.record({ symbols: fc.oneof(symbols, fc.jsonValue()) })),
  });
  const said = fc.oneof(
    fc.string(),
    fc.json(),
    near.map((message) => JSON.stringify(message)),
  );
  fc.assert(
    fc.property(said, (text) => {
      const message = readClientMessage(Buffer.from(text));
      if (message === undefined || !('symbols' in message)) return;
      expect(message.symbols.length).toBeGreaterThan(0);
      for (const { reference, echo } of message.symbols) {
        expect(reference).not.toBe('');
        expect(echo['symbol']).toBe(reference);
      }
    }),
    { numRuns: 2_000 },
  );
});
