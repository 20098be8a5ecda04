/**
 * Signing in. The refresh token lives only in an HttpOnly cookie; the page keeps the access token in memory
 * and sends it as `Authorization: Bearer`.
 */
import { z } from 'zod';
import { ROLES } from '../domain/identity.js';
import { microsSchema } from './scalars.js';

/** A user's role. */
export const roleSchema = z.enum(ROLES);

/** The signed-in user. */
export const userSchema = z.object({
  userId: z.string(),
  name: z.string(),
  role: roleSchema,
  /** False until the owner has set a password and signs in by one-time links only. */
  hasPassword: z.boolean(),
});
/** The signed-in user. */
export type User = z.infer<typeof userSchema>;

/** Answer of a sign-in or a refresh. */
export const accessSchema = z.object({
  accessToken: z.string(),
  /** When the access token ends; refresh before that. */
  expiresAt: microsSchema,
  user: userSchema,
});
/** Answer of a sign-in or a refresh. */
export type Access = z.infer<typeof accessSchema>;

/** Body of `POST /auth/link`: the token of a one-time sign-in link. */
export const linkSignInSchema = z.strictObject({ token: z.string().min(20).max(200) });

/** Body of `POST /auth/password`. */
export const passwordSignInSchema = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(256),
});

/** Body of `PUT /auth/password`; `currentPassword` is required once a password is set. */
export const setPasswordSchema = z.strictObject({
  currentPassword: z.string().max(256).optional(),
  newPassword: z.string().min(12, 'at least 12 characters').max(256),
});

/** Answer of `POST /auth/stream-ticket`: lets one WebSocket connection in, once, within 30 seconds. */
export const streamTicketSchema = z.object({ ticket: z.string(), expiresAt: microsSchema });
/** A ticket for one WebSocket connection. */
export type StreamTicket = z.infer<typeof streamTicketSchema>;

/** One signed-in device. */
export const userSessionSchema = z.object({
  id: z.string(),
  createdAt: microsSchema,
  lastUsedAt: microsSchema,
  userAgent: z.string(),
  current: z.boolean(),
});
/** The user's signed-in devices, newest first. */
export const userSessionsSchema = z.object({ sessions: z.array(userSessionSchema) });
/** The user's signed-in devices. */
export type UserSessions = z.infer<typeof userSessionsSchema>;
