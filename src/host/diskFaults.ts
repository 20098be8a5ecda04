/** What a full or failing disk means for a session, and what is taken all the same. */
import type { Command } from '../domain/commands.js';
import { PapertapeError } from '../domain/errors.js';

/** Faults after which nothing may be decided any more. */
export function isFinal(error: unknown): boolean {
  return (
    error instanceof PapertapeError && (error.code === 'JOURNAL_SYNC_FAILED' || error.code === 'STORAGE_READ_ONLY')
  );
}

/** The refusal of what must wait until the disk has room. */
export function diskFull(): PapertapeError {
  return new PapertapeError('STORAGE_FULL', 'The disk is full; only cancels and the kill switch are taken.', {
    remedy: 'Free some space; trading goes on by itself.',
  });
}

/** Taken even while the disk is full: what reduces risk must always be possible. */
export function isEssential(command: Command): boolean {
  return (
    command.type === 'cancelOrder' ||
    command.type === 'cancelAllOrders' ||
    (command.type === 'killSwitch' && command.on && !command.flatten) ||
    (command.type === 'venue' && (command.request.type === 'cancel' || command.request.type === 'cancelAll'))
  );
}
