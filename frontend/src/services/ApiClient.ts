/**
 * The typed HTTP client: one method per route of the contracts' table. It keeps the access token in memory,
 * renews it silently with the refresh cookie, and turns every problem document into an {@link ApiError}.
 */
import { API_PREFIX, ROUTES, accessSchema, problemSchema } from '../../../src/contracts/index.js';
import type { Access, Problem, RouteName } from '../../../src/contracts/index.js';
import type { z } from 'zod';

type Table = typeof ROUTES;
type Part<Name extends RouteName, Key extends string> =
  Table[Name] extends Readonly<Record<Key, infer Schema extends z.ZodType>> ? Schema : undefined;
type InputPart<Name extends RouteName, Key extends string> =
  Part<Name, Key> extends z.ZodType ? { readonly [K in Key]: z.input<Part<Name, Key>> } : unknown;

/** What a route takes: `params`, `query` and `body`, as its schemas say. */
export type RouteInput<Name extends RouteName> = InputPart<Name, 'params'> &
  InputPart<Name, 'query'> &
  InputPart<Name, 'body'>;
/** What a route answers; undefined for a route without a body. */
export type RouteOutput<Name extends RouteName> =
  Part<Name, 'response'> extends z.ZodType ? z.output<Part<Name, 'response'>> : undefined;

/** An answer other than success, in words for the user. `message` says what happened, `remedy` what to do. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, message: string, problem?: Problem) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }

  /** What the user can do about it; empty if unknown. */
  get remedy(): string {
    return this.problem?.remedy ?? '';
  }
}

/** What the client needs from outside, so that tests can give their own. */
export interface ApiClientOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Runs `task` while no other tab of this browser runs one: two refreshes at once would look like theft. */
  readonly exclusively: <T>(task: () => Promise<T>) => Promise<T>;
  /** Called with every new sign-in, and with undefined when it has ended. */
  readonly onAccess: (access: Access | undefined) => void;
}

interface LooseInput {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
}

/** Renew this long before the token ends, so that no request meets an ended one. */
const RENEW_EARLY_MS = 30_000;
const TIMEOUT_MS = 15_000;

/** The typed HTTP client. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  #access: Access | undefined;
  #renewal: Promise<Access> | undefined;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** Calls a route; throws {@link ApiError}. A token that has ended is renewed once, unseen. */
  async call<Name extends RouteName>(name: Name, input: RouteInput<Name> & LooseInput): Promise<RouteOutput<Name>> {
    const route = ROUTES[name];
    const needsToken = route.access !== 'open' && route.access !== 'cookie';
    if (needsToken && this.#endsSoon()) await this.renew();
    let response = await this.#send(name, input);
    if (response.status === 401 && needsToken) {
      await this.renew();
      response = await this.#send(name, input);
    }
    if (!response.ok) throw await errorOf(response);
    if (!('response' in route)) return undefined as RouteOutput<Name>;
    const parsed = route.response.safeParse(await readJson(response));
    if (!parsed.success) {
      throw new ApiError(response.status, 'The server’s answer has an unknown shape. Reload the page.');
    }
    // The schema is the route's own; the compiler cannot follow it through the table.
    return parsed.data as RouteOutput<Name>;
  }

  /** Takes over a sign-in. */
  adopt(access: Access): void {
    this.#access = access;
    this.#options.onAccess(access);
  }

  /** Forgets the sign-in. */
  forget(): void {
    this.#access = undefined;
    this.#options.onAccess(undefined);
  }

  /** Gets a new access token with the refresh cookie; simultaneous calls share one request. */
  renew(): Promise<Access> {
    this.#renewal ??= this.#options
      .exclusively(() => this.#requestRenewal())
      .finally(() => {
        this.#renewal = undefined;
      });
    return this.#renewal;
  }

  async #requestRenewal(): Promise<Access> {
    const response = await this.#send('refresh', {});
    if (response.status === 401) {
      this.forget();
      throw new ApiError(401, 'Your sign-in has ended. Sign in again.');
    }
    if (!response.ok) throw await errorOf(response);
    const access = accessSchema.parse(await readJson(response));
    this.adopt(access);
    return access;
  }

  #endsSoon(): boolean {
    const access = this.#access;
    return access === undefined || access.expiresAt / 1000 - this.#options.now() < RENEW_EARLY_MS;
  }

  async #send(name: RouteName, input: LooseInput): Promise<Response> {
    const route = ROUTES[name];
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.#access !== undefined) headers['authorization'] = `Bearer ${this.#access.accessToken}`;
    const hasBody = input.body !== undefined;
    if (hasBody) headers['content-type'] = 'application/json';
    try {
      return await this.#options.fetch(urlOf(route.path, input), {
        method: route.method,
        headers,
        ...(hasBody ? { body: JSON.stringify(input.body) } : {}),
        credentials: 'same-origin',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
      throw new ApiError(
        0,
        timedOut
          ? `Papertape did not answer within ${TIMEOUT_MS / 1000} seconds.`
          : 'Papertape cannot be reached. Check that it is running.',
      );
    }
  }
}

/** The address of a route with its parameters filled in; absent query values are left out. */
export function urlOf(path: string, input: LooseInput): string {
  const parameters = new Map<string, unknown>(Object.entries(input.params ?? {}));
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(parameters.get(name))));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const suffix = query.size === 0 ? '' : `?${query.toString()}`;
  return `${API_PREFIX}${filled}${suffix}`;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await readJson(response));
  if (!parsed.success) return new ApiError(response.status, `The server answered with status ${response.status}.`);
  const problem = parsed.data;
  const fields = (problem.errors ?? []).map(({ path, message }) => `${path.replace(/^body\./, '')}: ${message}`);
  return new ApiError(response.status, [problem.detail, ...fields].join(' '), problem);
}
