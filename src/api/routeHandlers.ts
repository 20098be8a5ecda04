/** How a route of the contracts' table meets its code: typed input, typed output, and the registration. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { API_PREFIX, problemSchema, ROUTES } from '../contracts/index.js';
import type { RouteName, RouteSpec } from '../contracts/index.js';
import type { Principal } from './microservices/AuthService.js';

type Given<Spec, Key extends string> = Spec extends Record<Key, z.ZodType> ? z.output<Spec[Key]> : undefined;

/** What a handler gets. `principal` is there wherever the table demands a sign-in. */
export interface RouteInput<Spec extends RouteSpec> {
  readonly params: Given<Spec, 'params'>;
  readonly query: Given<Spec, 'query'>;
  readonly body: Given<Spec, 'body'>;
  readonly principal: Spec['access'] extends 'open' | 'cookie' ? undefined : Principal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Answer<Spec> = Spec extends { readonly response: z.ZodType } ? z.input<Spec['response']> : void;

/** One handler per route of the table. */
export type RouteHandlers = {
  readonly [Name in RouteName]: (
    input: RouteInput<(typeof ROUTES)[Name]>,
  ) => Answer<(typeof ROUTES)[Name]> | Promise<Answer<(typeof ROUTES)[Name]>>;
};

/** Who may call a route: a role, `open`, `cookie` (refresh cookie), or `document` (token or cookie, for browsers). */
export type RouteAccess = RouteSpec['access'];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent means that nobody may call the route. */
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** Set once the request has passed the sign-in. */
    principal: Principal | undefined;
  }
}

/** Requests per minute and address of routes that check secrets; others have the gateway's general limit. */
const AUTH_ROUTE_LIMIT = { max: 60, timeWindow: 60_000 };

/** Any one of these is enough. */
function securityOf(access: RouteAccess): readonly Readonly<Record<string, readonly string[]>>[] {
  if (access === 'cookie') return [{ cookie: [] }];
  return access === 'document' ? [{ bearer: [] }, { cookie: [] }] : [{ bearer: [] }];
}

/** Registers every route of the table with its handler. */
export function registerRoutes(app: FastifyInstance, handlers: RouteHandlers): void {
  for (const [name, spec] of Object.entries<RouteSpec>(ROUTES)) {
    // The mapped type ties each handler to its own route; a loop over all of them cannot say which one it holds.
    const handler = handlers[name as RouteName] as unknown as (input: RouteInput<RouteSpec>) => unknown;
    app.route({
      method: spec.method,
      url: `${API_PREFIX}${spec.path}`,
      config: {
        access: spec.access,
        ...(spec.access === 'open' || spec.access === 'cookie' ? { rateLimit: AUTH_ROUTE_LIMIT } : {}),
      },
      schema: {
        operationId: name,
        summary: spec.summary,
        tags: [spec.tag],
        ...(spec.access === 'open' ? {} : { security: securityOf(spec.access) }),
        ...(spec.params === undefined ? {} : { params: spec.params }),
        // A route without a query or a body refuses one: nothing is ever ignored silently (S25).
        querystring: spec.query ?? z.strictObject({}),
        ...(spec.body === undefined ? {} : { body: spec.body }),
        response: {
          ...(spec.response === undefined
            ? { 204: z.undefined().meta({ description: 'Done' }) }
            : { 200: spec.response }),
          '4xx': problemSchema,
          '5xx': problemSchema,
        },
      },
      handler: async (request, reply) => {
        const answer = await handler({
          params: request.params as undefined,
          query: request.query as undefined,
          body: request.body as undefined,
          principal: request.principal as Principal,
          request,
          reply,
        });
        if (spec.response === undefined) return reply.code(204).send();
        return answer;
      },
    });
  }
}
