/**
 * Answers requests, one by one or in a batch. The order of checks is fixed: endpoint, key (401), plan (403), parameters
 * (400), length (414), credits (429), symbol (404), data (400).
 */
import { csvText } from './csv.js';
import type { Endpoint, EndpointParts } from './endpoint.js';
import { readFilter } from './Listings.js';
import { planIncludes } from './plans.js';
import { Query } from './Query.js';
import type { Principal, TwelvedataAccess } from './TwelvedataAccess.js';
import {
  badRequest,
  endpointUnknown,
  planTooLow,
  symbolNotInPlan,
  symbolUnknown,
  tooLong,
  TwelvedataError,
} from './twelvedataError.js';

/** Requests of one batch. */
const MOST_BATCHED = 120;

/** An answer as it goes out. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly text: string;
}
/** An answer before it is written. */
interface Outcome {
  readonly body: unknown;
  readonly keyed: boolean;
  readonly csv: string | undefined;
}

/** What it works on. */
export interface ResponderParts extends EndpointParts {
  readonly access: TwelvedataAccess;
  readonly endpoints: readonly Endpoint[];
  /** Hears of faults of the server itself, which clients see as 500. */
  readonly onFault: (error: unknown) => void;
}

/** See the module header. */
export class Responder {
  readonly #parts: ResponderParts;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(parts: ResponderParts) {
    this.#parts = parts;
    this.#endpoints = new Map(parts.endpoints.map((endpoint) => [endpoint.path, endpoint]));
  }

  /** Answers a GET; `apikey` is the key of the headers, which the query's goes before. */
  async get(path: string, query: Query, apikey: string | undefined): Promise<Reply> {
    let principal: Principal | undefined;
    try {
      const endpoint = this.#endpoint(path);
      principal = await this.#parts.access.admit(query.text('apikey') ?? apikey);
      const { body, keyed, csv } = await this.#answer(endpoint, query, principal);
      const headers = { ...this.#creditHeaders(principal), ...(keyed ? { Is_batch: 'true' } : {}) };
      return csv === undefined
        ? { status: 200, headers, contentType: JSON_TYPE, text: JSON.stringify(body) }
        : { status: 200, headers, contentType: 'text/csv', text: csvText(body, csv, keyed) };
    } catch (error) {
      return this.fail(error, principal);
    }
  }

  /** Answers `POST /batch`: an item that fails does not touch the others. */
  async batch(body: unknown, query: Query, apikey: string | undefined): Promise<Reply> {
    let principal: Principal | undefined;
    try {
      const common = query.text('apikey') ?? apikey;
      const items = batchItems(body);
      // Items may bring keys of their own; whoever brings none at all is not even told what is wrong with the body.
      if (common !== undefined || items === undefined || !items.every(({ query: own }) => own.text('apikey'))) {
        principal = await this.#parts.access.admit(common);
      }
      if (items === undefined) {
        throw badRequest('The body must be an object of requests such as {"req_1": {"url": "/price?symbol=AAPL"}}.');
      }
      if (items.length > MOST_BATCHED) {
        throw tooLong(`The batch has ${items.length} requests; at most ${MOST_BATCHED} are allowed.`);
      }
      const data: [string, { response: unknown; status: 'success' | 'error' }][] = [];
      for (const item of items) {
        const { response, ok } = await this.#item(item, common);
        data.push([item.name, { response, status: ok ? 'success' : 'error' }]);
      }
      const text = JSON.stringify({ code: 200, status: 'success', data: Object.fromEntries(data) });
      return { status: 200, headers: this.#creditHeaders(principal), contentType: JSON_TYPE, text };
    } catch (error) {
      return this.fail(error, principal);
    }
  }

  /** The answer that an error becomes. */
  fail(error: unknown, principal?: Principal): Reply {
    const { code, body } = this.#errorOf(error);
    return {
      status: this.#parts.behaviour.errors === 'real' ? code : 200,
      headers: this.#creditHeaders(principal),
      contentType: JSON_TYPE,
      text: JSON.stringify(body),
    };
  }

  async #item(item: BatchItem, common: string | undefined): Promise<{ response: unknown; ok: boolean }> {
    try {
      const endpoint = this.#endpoint(item.path);
      const principal = await this.#parts.access.admit(item.query.text('apikey') ?? common);
      const { body } = await this.#answer(endpoint, item.query, principal);
      return { response: body, ok: true };
    } catch (error) {
      return { response: this.#errorOf(error).body, ok: false };
    }
  }

  #endpoint(path: string): Endpoint {
    const endpoint = this.#endpoints.get(path);
    if (endpoint === undefined) throw endpointUnknown(path);
    return endpoint;
  }

  async #answer(endpoint: Endpoint, query: Query, principal: Principal): Promise<Outcome> {
    const { path, level, weight, selects } = endpoint;
    if (!planIncludes(principal.plan, level)) throw planTooLow(path, level);
    const csv = query.choice('format', ['JSON', 'CSV'], 'JSON') === 'CSV' ? readDelimiter(query) : undefined;
    const answer = this.#read(endpoint, query, principal);
    query.checkLengths();
    const symbols = query.symbols();
    const keyed = selects === 'many' && symbols?.keyed === true;
    const cost = weight * (keyed ? Math.max(1, symbols.list.length) : 1);
    const refusal = this.#parts.credits.take(principal.owner, principal.plan, cost);
    if (refusal !== undefined) throw refusal;
    if (!keyed) return { body: await answer(symbols?.list[0]), keyed, csv };
    const names = [...new Set(symbols.list)];
    const bodies = await Promise.all(
      names.map(async (name): Promise<[string, unknown]> => {
        try {
          return [name, await answer(name)];
        } catch (error) {
          return [name, this.#errorOf(error).body];
        }
      }),
    );
    return { body: Object.fromEntries(bodies), keyed, csv };
  }

  /** Reads the parameters, and gives what answers for a symbol as it was written. */
  #read(endpoint: Endpoint, query: Query, principal: Principal): (name: string | undefined) => unknown {
    if (endpoint.selects === 'none') {
      const answer = endpoint.read(query);
      return () => answer(principal);
    }
    const answer = endpoint.read(query);
    const filter = readFilter(query);
    return (name) => {
      const listing = this.#parts.desk.listings.find(name ?? '', filter);
      if (listing === undefined) throw symbolUnknown();
      if (principal.plan.symbols?.has(listing.symbol) === false) throw symbolNotInPlan();
      return answer(listing, principal);
    };
  }

  #creditHeaders(principal: Principal | undefined): Record<string, string> {
    if (principal === undefined) return {};
    const used = this.#parts.credits.usage(principal.owner).minute;
    const left = Math.max(0, principal.plan.creditsPerMinute - used);
    return { 'api-credits-used': String(used), 'api-credits-left': String(left) };
  }

  #errorOf(error: unknown): { readonly code: number; readonly body: object } {
    if (error instanceof TwelvedataError) return { code: error.code, body: error.body() };
    this.#parts.onFault(error);
    const fault = new TwelvedataError(500, 'The server could not answer. Its log says why.');
    return { code: 500, body: fault.body() };
  }
}

const JSON_TYPE = 'application/json';
function readDelimiter(query: Query): string {
  const delimiter = query.text('delimiter') ?? ';';
  if (delimiter.length === 1 && !/["\n\r]/.test(delimiter)) return delimiter;
  throw badRequest(`Invalid **delimiter** provided: ${delimiter}. Supported values: one character such as ; or ,`);
}

interface BatchItem {
  readonly name: string;
  readonly path: string;
  readonly query: Query;
}

/** The requests of a batch; undefined if the body is none. */
function batchItems(body: unknown): readonly BatchItem[] | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const items: BatchItem[] = [];
  for (const [name, value] of Object.entries(body)) {
    const url = typeof value === 'object' && value !== null && 'url' in value ? value.url : undefined;
    if (typeof url !== 'string') return undefined;
    // Only path and query count, whatever address is written before them.
    const [path = '', search = ''] = url.replace(/^https?:\/\/[^/]*/, '').split('?');
    items.push({ name, path: path.startsWith('/') ? path : `/${path}`, query: new Query(new URLSearchParams(search)) });
  }
  return items.length === 0 ? undefined : items;
}
