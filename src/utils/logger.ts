/**
 * Structured logs (pino, one JSON object per line) to standard error or a file. Names of fields that can carry
 * secrets are redacted wherever they stand in the first three levels, so that no log line ever holds one.
 */
import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

/** Levels of log lines, least important first; `silent` writes nothing. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** A level of log lines. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger; `child` adds fields to every line. */
export type Logger = PinoLogger;

/** Field names whose values never reach a log. */
export const SECRET_FIELDS = [
  'accessToken',
  'apiKey',
  'authorization',
  'Authorization',
  'cookie',
  'currentPassword',
  'link',
  'newPassword',
  'password',
  'passwordHash',
  'refreshToken',
  'secret',
  'set-cookie',
  'ticket',
  'token',
] as const;

const REDACTED_PATHS = SECRET_FIELDS.flatMap((field) => {
  const key = `["${field}"]`;
  return [key, `*${key}`, `*.*${key}`];
});

/** Makes the process's logger. `filePath` absent: standard error. `stream` is for tests. */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly filePath?: string;
  readonly stream?: DestinationStream;
}): Logger {
  const destination =
    options.stream ??
    (options.filePath === undefined
      ? pino.destination({ fd: 2, sync: true })
      : pino.destination({ dest: options.filePath, mkdir: true, sync: false }));
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    destination,
  );
}
