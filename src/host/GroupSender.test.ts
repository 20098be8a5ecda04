import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import { GroupSender } from './GroupSender.js';

function rig() {
  const clock = new ManualClock();
  const sent: number[][] = [];
  const port = { postMessage: (groups: readonly Uint8Array[]) => void sent.push(groups.map(([first = 0]) => first)) };
  return { clock, sent, sender: new GroupSender(port, clock) };
}

describe('GroupSender', () => {
  it('sends what comes within a moment at once, in order, and copies what the log uses again', () => {
    const { clock, sent, sender } = rig();
    const bytes = new Uint8Array(100);
    for (const first of [1, 2, 3]) {
      bytes[0] = first;
      sender.take(bytes);
    }
    expect(sent).toEqual([]);
    clock.advance(50);
    expect(sent).toEqual([[1, 2, 3]]);
    clock.advance(1_000);
    expect(sent).toHaveLength(1);
  });

  it('does not wait when it is told to flush, or when much has come', () => {
    const { clock, sent, sender } = rig();
    sender.take(new Uint8Array(100));
    sender.flush();
    sender.take(new Uint8Array(300_000));
    expect(sent).toEqual([[0], [0]]);
    clock.advance(1_000);
    expect([sent.length, clock.pending]).toEqual([2, 0]);
  });
});
