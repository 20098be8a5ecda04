/**
 * The layer table of ARCHITECTURE.md as data: for every unit of the source tree, which units and which outside
 * packages it may import. A unit is a folder of `src/` or a file directly in it; `frontend` is the page. An
 * import goes down the table, never up and never sideways. A unit that is not listed fails the test.
 */

/** What one unit may import. */
export interface LayerRule {
  /** Units it may import at run time and as types; its own files are always allowed. */
  readonly may: readonly string[];
  /** Units of which only types may be imported. */
  readonly typesOnly?: readonly string[];
  /** Outside packages; a trailing `/*` stands for a scope. */
  readonly packages?: readonly string[];
  /** `node:` modules: all, none, or only these files (paths relative to `src/`). */
  readonly node: 'all' | 'none' | readonly string[];
  /** Part of the kernel: also no clock, timer, randomness, environment or inexact Math function. */
  readonly kernel?: boolean;
  /** Files (relative to `src/`) that may additionally import these units, each with the reason beside it. */
  readonly exceptions?: Readonly<Record<string, readonly string[]>>;
}

const LANGUAGE = ['calendar', 'domain', 'utils'];
const KERNEL = ['engine', 'exchange', 'strategies', 'indicators', 'book'];
const ADAPTERS = ['data', 'cache', 'broker', 'storage'];
const BELOW_SHELLS = [
  ...LANGUAGE,
  ...KERNEL,
  ...ADAPTERS,
  'config',
  'contracts',
  'analytics',
  'api',
  'scheduler',
  'host',
];

/** A file that re-exports what a library user may see; it starts nothing. */
const LIBRARY_ENTRY: LayerRule = { may: [...BELOW_SHELLS, 'compose.ts'], node: 'none' };

/** The table. */
export const LAYERS: Readonly<Record<string, LayerRule>> = {
  // Language. Files of utils that wrap a system facility (log, clock, folders) are the only ones that may use node:*.
  utils: {
    may: [],
    packages: ['pino'],
    node: ['utils/logger.ts', 'utils/clock.ts', 'utils/idGenerator.ts', 'utils/makeFolder.ts'],
  },
  domain: { may: ['utils'], node: 'none' },
  calendar: { may: ['domain', 'utils'], node: 'none' },
  config: { may: LANGUAGE, packages: ['zod'], node: 'all' },
  // Wire
  // Values too: the closed lists of codes and states are declared once, in domain, and the schemas are made of them.
  contracts: { may: ['domain'], packages: ['zod'], node: 'none' },
  // Kernel
  indicators: { may: LANGUAGE, typesOnly: ['config'], node: 'none', kernel: true },
  strategies: { may: [...LANGUAGE, 'indicators'], typesOnly: ['config'], node: 'none', kernel: true },
  engine: { may: [...LANGUAGE, 'strategies', 'indicators'], typesOnly: ['config'], node: 'none', kernel: true },
  // The limit order book alone: of the exchange's own market, and of the simulated one (ADR 0008).
  book: { may: ['domain', 'utils'], node: 'none', kernel: true },
  exchange: { may: [...LANGUAGE, 'book'], typesOnly: ['config'], node: 'none', kernel: true },
  // Adapters
  data: {
    // The pure bar and router code of the kernel serves the live sources too.
    // The simulated market matches its agents' orders in the limit order book.
    may: [...LANGUAGE, 'config', 'engine', 'book'],
    packages: ['@duckdb/node-api', '@msgpack/msgpack', 'ws'],
    node: 'all',
  },
  cache: { may: [...LANGUAGE, 'config'], packages: ['@duckdb/node-api'], node: 'all' },
  broker: { may: [...LANGUAGE, 'config'], packages: ['ws'], node: 'all' },
  storage: { may: [...LANGUAGE, 'config'], packages: ['bullmq', 'ioredis', 'kysely', 'libsql'], node: 'all' },
  // Results
  analytics: { may: [...LANGUAGE, ...KERNEL, 'config'], node: 'none' },
  // Services
  api: {
    may: [...LANGUAGE, 'contracts', 'analytics', 'engine', 'strategies', 'config'],
    packages: [
      '@fastify/*',
      '@msgpack/msgpack',
      '@node-rs/argon2',
      'fastify',
      'fastify-type-provider-zod',
      'jose',
      'pino',
      'ws',
      'zod',
    ],
    node: 'all',
  },
  scheduler: { may: [...LANGUAGE, 'contracts', 'analytics', 'engine', 'strategies', 'config'], node: 'all' },
  // Shells. `host` joins kernel, tape, market stream and projections for sessions that last (ADR 0003).
  host: { may: BELOW_SHELLS.filter((unit) => unit !== 'host'), packages: ['esbuild', 'typescript'], node: 'all' },
  'compose.ts': { may: BELOW_SHELLS, packages: ['pino'], node: 'all' },
  cli: {
    may: [...BELOW_SHELLS, 'compose.ts'],
    packages: ['cli-progress', 'cli-table3', 'commander', 'esbuild', 'picocolors', 'typescript'],
    node: 'all',
  },
  'main.ts': { may: [...BELOW_SHELLS, 'compose.ts', 'cli'], packages: ['commander', 'picocolors'], node: 'all' },
  'hookWatch.ts': { may: BELOW_SHELLS, node: 'all' },
  'jobThread.ts': { may: BELOW_SHELLS, node: 'all' },
  'kernelWorker.ts': { may: [...BELOW_SHELLS, 'compose.ts'], node: 'all' },
  'projectionWorker.ts': { may: BELOW_SHELLS, node: 'all' },
  'index.ts': LIBRARY_ENTRY,
  // Strategies in the user's own tests: opens what the program opens, and adds a matcher to the Vitest that runs it.
  harness: { may: [...BELOW_SHELLS, 'compose.ts'], packages: ['vitest'], node: 'all' },
  'testing.ts': { ...LIBRARY_ENTRY, may: [...LIBRARY_ENTRY.may, 'harness'] },
  // The page sees the wire and nothing else of the server.
  frontend: {
    may: ['contracts'],
    packages: [
      '@fontsource-variable/inter',
      '@tanstack/*',
      '@vitejs/*',
      '@tailwindcss/*',
      'clsx',
      'lightweight-charts',
      'lucide-react',
      'radix-ui',
      'react',
      'react-dom',
      'sonner',
      'tailwindcss',
      'zod',
      'zustand',
    ],
    node: 'none',
  },
};
