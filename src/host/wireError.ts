/** Errors across threads: a clone loses the class, so code, sentence and remedy travel as values. */
import { PapertapeError } from '../domain/errors.js';
import type { WireError } from './protocol.js';

/** The error as values; anything that is not a {@link PapertapeError} becomes `INTERNAL`. */
export function toWireError(error: unknown): WireError {
  const stack = error instanceof Error ? error.stack : undefined;
  if (error instanceof PapertapeError) return { code: error.code, message: error.message, remedy: error.remedy, stack };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, remedy: undefined, stack };
}

/** The error on the other side; its cause carries the original stack. */
export function fromWireError(wire: WireError): PapertapeError {
  return new PapertapeError(wire.code, wire.message, {
    ...(wire.remedy === undefined ? {} : { remedy: wire.remedy }),
    cause: wire.stack,
  });
}
