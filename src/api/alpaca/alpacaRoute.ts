/** What a route of the Alpaca server is: method, path, who may call it, and its handler; all routes are data. */
import type { ApiKeyRecord } from '../../domain/identity.js';
import type { Fields } from './requestFields.js';

/** Who asks. */
export type AlpacaPrincipal = Pick<ApiKeyRecord, 'keyId' | 'accountId' | 'role'>;

/** A request that has passed authentication. */
export interface AlpacaRequest {
  readonly principal: AlpacaPrincipal;
  /** Parts of the path by name; `*` is the rest of it, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Fields;
  readonly body: unknown;
}

/** Where server-sent events go. */
export interface EventSink {
  send(data: unknown): void;
  /** Nothing follows. */
  end(): void;
}
/** Tells events from now on; the result is called once nobody hears them any more. */
export type EventSource = (sink: EventSink) => () => void;

/** Status and JSON body, or a stream of events; neither with 204. */
export interface AlpacaAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly events?: EventSource;
}

/** See the module header. `api` decides the form of errors: 401s, unknown parameters, limits. */
export interface AlpacaRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly access: 'read' | 'trade';
  readonly api: 'trading' | 'data' | 'control';
  readonly handle: (request: AlpacaRequest) => Promise<AlpacaAnswer> | AlpacaAnswer;
}

/** 200 with a body. */
export function ok(body: unknown): AlpacaAnswer {
  return { status: 200, body };
}
