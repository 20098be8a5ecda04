/** The API's description (OpenAPI 3.1), made from the route table, and a page that shows it; for signed-in users. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** Where the documentation lives. */
export const DOCS_PATH = '/api/docs';

/** Registers the documentation; call it before the routes. */
export async function registerApiDocs(app: FastifyInstance, version: string, cookieName: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Papertape',
        version,
        description:
          'Paper trading of US equities. Money, prices and quantities are decimal strings, times are integer ' +
          'microseconds since the Unix epoch (UTC), errors are problem documents (RFC 9457).',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          cookie: { type: 'apiKey', in: 'cookie', name: cookieName },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'document' };
    });
    await scope.register(swaggerUi, {
      routePrefix: DOCS_PATH,
      staticCSP: false,
      theme: {
        title: 'Papertape API',
        css: [{ filename: 'papertape.css', content: '.swagger-ui .topbar { display: none; }' }],
      },
    });
  });
}
