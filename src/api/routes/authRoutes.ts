/** Handlers of signing in and out. The refresh token travels in an HttpOnly cookie and nowhere else. */
// Declares the cookie members of requests and replies.
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, User } from '../../contracts/index.js';
import { PapertapeError } from '../../domain/errors.js';
import type { Clock } from '../../utils/clock.js';
import type { AuthService, IssuedTokens, Principal, SignInOrigin } from '../microservices/AuthService.js';
import type { RouteHandlers } from '../routeHandlers.js';
import type { StreamTickets } from '../stream/StreamTickets.js';

/** Name and scope of the refresh cookie. Over TLS the `__Host-` prefix ties it to this very host. */
export interface RefreshCookie {
  readonly name: string;
  readonly secure: boolean;
  readonly path: string;
}

/** The refresh cookie for an address with or without TLS. */
export function refreshCookie(secure: boolean): RefreshCookie {
  return secure
    ? { name: '__Host-papertape-refresh', secure: true, path: '/' }
    : { name: 'papertape-refresh', secure: false, path: '/api' };
}

/** The refresh token of a request, if its cookie is there. */
export function refreshTokenOf(request: FastifyRequest, cookie: RefreshCookie): string | undefined {
  const token = request.cookies[cookie.name];
  return token === undefined || token.length > 200 ? undefined : token;
}

type AuthRouteName =
  | 'signInWithLink'
  | 'signInWithPassword'
  | 'refresh'
  | 'signOut'
  | 'signOutEverywhere'
  | 'me'
  | 'setPassword'
  | 'userSessions'
  | 'streamTicket';

/** Handlers of the `auth` routes. */
export function authRoutes(options: {
  readonly auth: AuthService;
  readonly tickets: StreamTickets;
  readonly cookie: RefreshCookie;
  readonly clock: Clock;
}): Pick<RouteHandlers, AuthRouteName> {
  const { auth, tickets, cookie, clock } = options;

  const grant = (tokens: IssuedTokens, reply: FastifyReply): Access => {
    reply.setCookie(cookie.name, tokens.refreshToken, {
      path: cookie.path,
      secure: cookie.secure,
      httpOnly: true,
      sameSite: 'strict',
      maxAge: Math.floor((tokens.refreshExpiresAt - clock.now()) / 1_000_000),
    });
    return { accessToken: tokens.accessToken, expiresAt: tokens.expiresAt, user: userOf(tokens.principal) };
  };
  const dropCookie = (reply: FastifyReply): void => {
    reply.clearCookie(cookie.name, {
      path: cookie.path,
      secure: cookie.secure,
      httpOnly: true,
      sameSite: 'strict',
    });
  };

  return {
    signInWithLink: async ({ body, request, reply }) =>
      grant(await auth.signInWithLink(body.token, originOf(request)), reply),
    signInWithPassword: async ({ body, request, reply }) =>
      grant(await auth.signInWithPassword(body.name, body.password, originOf(request)), reply),
    refresh: async ({ request, reply }) => {
      const token = refreshTokenOf(request, cookie);
      if (token === undefined) throw new PapertapeError('UNAUTHENTICATED', 'Nobody is signed in here.');
      return grant(await auth.refresh(token), reply);
    },
    signOut: async ({ request, reply }) => {
      const token = refreshTokenOf(request, cookie);
      if (token !== undefined) await auth.signOut(token);
      dropCookie(reply);
    },
    signOutEverywhere: async ({ principal, reply }) => {
      await auth.signOutEverywhere(principal);
      dropCookie(reply);
    },
    me: ({ principal }) => userOf(principal),
    setPassword: async ({ principal, body }) => {
      await auth.setPassword(principal, body.currentPassword, body.newPassword);
    },
    userSessions: async ({ principal }) => {
      const signIns = await auth.signInsOf(principal);
      return {
        sessions: signIns.map(({ id, createdAt, lastUsedAt, userAgent }) => ({
          id,
          createdAt,
          lastUsedAt,
          userAgent,
          current: id === principal.signInId,
        })),
      };
    },
    streamTicket: ({ principal }) => tickets.issue(principal),
  };
}

function userOf(principal: Principal): User {
  const { userId, name, role, hasPassword } = principal;
  return { userId, name, role, hasPassword };
}

function originOf(request: FastifyRequest): SignInOrigin {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '' };
}
