/** Health: of the process for programs that watch it, and of each dependency for people. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readinessSchema } from '../contracts/index.js';
import type { Dependency, Health } from '../contracts/index.js';
import type { Micros } from '../domain/units.js';

/** Collects the states of the dependencies. */
export class HealthMonitor {
  readonly #options: {
    readonly version: string;
    readonly startedAt: Micros;
    readonly dependencies: () => readonly Dependency[];
  };

  constructor(options: {
    readonly version: string;
    readonly startedAt: Micros;
    readonly dependencies: () => readonly Dependency[];
  }) {
    this.#options = options;
  }

  /** Health now; its state is the worst of the dependencies'. */
  read(): Health {
    const dependencies = [...this.#options.dependencies()];
    const has = (state: Dependency['state']): boolean => dependencies.some((one) => one.state === state);
    return {
      state: has('down') ? 'down' : has('degraded') ? 'degraded' : 'up',
      version: this.#options.version,
      startedAt: this.#options.startedAt,
      dependencies,
    };
  }
}

/** Registers the two open routes: alive at all, and ready (503 when something needed is down). */
export function registerHealthRoutes(app: FastifyInstance, monitor: HealthMonitor): void {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { access: 'open' },
    schema: { tags: ['system'], response: { 200: z.object({ state: z.literal('up') }) } },
    handler: () => ({ state: 'up' }),
  });
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { access: 'open' },
    schema: { tags: ['system'], response: { 200: readinessSchema, 503: readinessSchema } },
    handler: (_request, reply) => {
      const { state, dependencies } = monitor.read();
      const readiness = { state, dependencies: dependencies.map((one) => ({ name: one.name, state: one.state })) };
      return reply.code(state === 'down' ? 503 : 200).send(readiness);
    },
  });
}
