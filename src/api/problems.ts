/** Turns every error of a request into a problem document (RFC 9457) that says what is wrong and nothing more. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { PROBLEM_STATUS } from '../contracts/index.js';
import type { Problem } from '../contracts/index.js';
import type { CommandResult } from '../domain/commands.js';
import { ERRORS, PapertapeError } from '../domain/errors.js';
import type { ErrorCode } from '../domain/errors.js';
import type { OutageLog } from './OutageLog.js';

/** Media type of problem documents. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** A refusal of the kernel on its way to an answer; `reason` is the code of the risk checks or the venue. */
export class RefusedError extends PapertapeError {
  readonly reason: string;
  readonly orderId: string | undefined;

  constructor(code: ErrorCode, message: string, reason: string, orderId: string | undefined) {
    super(code, message);
    this.reason = reason;
    this.orderId = orderId;
  }
}

/** The accepted command's order id, or throws the problem that a refusal stands for. */
export function acceptedOrderId(result: CommandResult): string | undefined {
  if (result.ok) return result.orderId;
  if (result.reason === 'NOT_FOUND') throw new PapertapeError('NOT_FOUND', result.message);
  if (result.reason === 'STRATEGY_INVALID') throw new PapertapeError('STRATEGY_INVALID', result.message);
  throw new RefusedError('ORDER_REFUSED', result.message, result.reason, result.orderId);
}

/** The problem document of an error. Faults of our own give no detail away: the log has it under the request id. */
export function problemOf(error: unknown, request: FastifyRequest): Problem {
  const known = toPapertapeError(error);
  const code = known?.code ?? 'INTERNAL';
  const status = PROBLEM_STATUS[code];
  const hidden = known === undefined || status === 500;
  const problem: Problem = {
    type: `urn:papertape:error:${code}`,
    title: ERRORS[code].meaning,
    status,
    detail: hidden ? 'Papertape could not answer this request; its log says why under the request id.' : known.message,
    instance: request.url.split('?')[0] ?? '/',
    code,
    requestId: request.id,
    retryable: ERRORS[code].retryable,
  };
  if (!hidden && known.remedy !== undefined) problem.remedy = known.remedy;
  if (known instanceof RefusedError) {
    problem.reason = known.reason;
    if (known.orderId !== undefined) problem.orderId = known.orderId;
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    problem.errors = error.validation.map((issue) => ({
      path: [error.validationContext ?? 'request', ...issue.instancePath.split('/').filter(Boolean)].join('.'),
      message: issue.message ?? 'is not valid',
    }));
  }
  return problem;
}

/** Answers with the problem document of `error`; logs what is our own fault, and an outage once. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  outages: OutageLog,
): FastifyReply {
  const problem = problemOf(error, request);
  if (problem.status >= 500 && !outages.takes(error, request.id, request.log)) {
    request.log.error({ reqId: request.id, err: error, code: problem.code }, 'request failed');
  }
  return reply
    .code(problem.status)
    .type(PROBLEM_MEDIA_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** The error of the registry that stands for any error of a request; undefined for a fault of our own. */
export function toPapertapeError(error: unknown): PapertapeError | undefined {
  if (error instanceof PapertapeError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map((issue) => issue.instancePath.slice(1).replaceAll('/', '.') || 'request');
    return new PapertapeError('REQUEST_INVALID', `The request does not fit: ${[...new Set(fields)].join(', ')}.`, {
      remedy: 'Correct the fields listed under errors.',
    });
  }
  const { code, statusCode } = isFastifyError(error) ? error : { code: undefined, statusCode: undefined };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedMediaType();
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new PapertapeError('PAYLOAD_TOO_LARGE', 'The request body is larger than 64 KiB.');
  }
  if (statusCode === 429) return new PapertapeError('RATE_LIMITED', 'There were too many requests in a short time.');
  if (statusCode === 404) return new PapertapeError('NOT_FOUND', 'There is nothing at this address.');
  if (statusCode === 503) return new PapertapeError('SHUTTING_DOWN', 'Papertape is stopping.');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new PapertapeError('REQUEST_INVALID', 'The request cannot be read.', {
      remedy: 'Send well-formed JSON and a well-formed address.',
    });
  }
  return undefined;
}

/** The refusal of a body that is not sent as JSON (S56). */
export function unsupportedMediaType(): PapertapeError {
  return new PapertapeError('MEDIA_TYPE_UNSUPPORTED', 'The request body must be sent as application/json.');
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && 'statusCode' in error;
}
