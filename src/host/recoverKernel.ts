/** The start of a kernel that has a tape: its inputs again, with the recorded decisions applied and none made (K1). */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { PapertapeError } from '../domain/errors.js';
import type { Micros } from '../domain/units.js';
import { RecordedTape } from './RecordedTape.js';
import { lastWorking } from './readTape.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';

/**
 * Brings the kernel to `position`, the last of `records`; `reread` feeds it the market's rows up to a time. Throws
 * `VERIFY_MISMATCH` if that does not come out.
 */
export function recoverKernel(
  { kernel, execution }: ComposedKernel,
  records: readonly PlacedRecord[],
  position: Extract<TapeRecord, { type: 'position' }>,
  reread: (time: Micros) => void,
): void {
  kernel.beginRecovery(new RecordedTape(records));
  kernel.start();
  for (const { record } of records) {
    if (record.type !== 'command') continue;
    reread(record.time);
    kernel.command(record.command, record.time);
  }
  reread(position.time);
  const result = kernel.endRecovery();
  const message = !result.ok
    ? result.message
    : kernel.inputSequence !== position.at
      ? `the market data give ${kernel.inputSequence} inputs where the tape has ${position.at}`
      : undefined;
  if (message !== undefined) {
    throw new PapertapeError('VERIFY_MISMATCH', `The session cannot go on where its tape ends: ${message}.`, {
      remedy: 'Start a new session with --fresh; the tape is kept as it is.',
    });
  }
  execution.restoreWorking(lastWorking(records));
}
