/**
 * The settings of the process. This file alone reads the environment: it checks every `PAPERTAPE_…` variable
 * at once, names each fault by its variable, refuses unknown names, and gives a frozen object.
 */
import { z } from 'zod';
import { PapertapeError } from '../domain/errors.js';

/** Longest port number. */
const MAX_PORT = 65_535;
/** Shortest secret in characters; 32 random bytes in base64url are 43. */
const MIN_SECRET_LENGTH = 32;
/** Secrets that documentation shows; a process that uses one is not protected. */
const SAMPLE_SECRETS = ['replace-this-with-your-own-random-secret', 'changemechangemechangemechangeme'];

const integerText = (lowest: number, highest: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, `must be a whole number from ${lowest} to ${highest}`)
    .transform(Number)
    .refine((value) => value >= lowest && value <= highest, `must be a whole number from ${lowest} to ${highest}`);

const streamUrl = z.url({ protocol: /^wss?$/, error: 'must be a ws or wss address' });

const variables = z.object({
  PAPERTAPE_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,255}$/, 'must be an address or host name to listen on')
    .default('127.0.0.1'),
  PAPERTAPE_PORT: integerText(0, MAX_PORT).default(8080),
  PAPERTAPE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address such as https://paper.example.org' })
    .optional(),
  PAPERTAPE_DATA_DIR: z.string().min(1, 'must be a path').default('.papertape'),
  PAPERTAPE_AUTH_SECRET: z
    .string()
    .min(MIN_SECRET_LENGTH, `must have at least ${MIN_SECRET_LENGTH} characters`)
    .refine((value) => !SAMPLE_SECRETS.includes(value), 'must not be the secret of an example')
    .optional(),
  PAPERTAPE_REQUESTS_PER_MINUTE: integerText(0, 10_000_000).default(1200),
  PAPERTAPE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PAPERTAPE_LOG_FILE: z.string().min(1, 'must be a path').optional(),
  PAPERTAPE_REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis or rediss address such as redis://:password@10.0.0.5:6379' })
    .optional(),
  PAPERTAPE_TWELVEDATA_KEY: z.string().min(1, 'must be a key').optional(),
  PAPERTAPE_TWELVEDATA_PLAN: z.enum(['basic', 'grow', 'pro', 'ultra']).default('basic'),
  PAPERTAPE_TWELVEDATA_STREAM_URL: streamUrl.optional(),
  PAPERTAPE_TWELVEDATA_REST_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  PAPERTAPE_ALPACA_KEY_ID: z.string().min(1, 'must be a key id').optional(),
  PAPERTAPE_ALPACA_SECRET_KEY: z.string().min(1, 'must be a secret key').optional(),
  PAPERTAPE_ALPACA_FEED: z.enum(['iex', 'sip', 'delayed_sip']).default('iex'),
  PAPERTAPE_ALPACA_STREAM_URL: streamUrl.optional(),
  PAPERTAPE_ALPACA_DATA_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  PAPERTAPE_ALPACA_TRADING_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  PAPERTAPE_ALPACA_TRADING_STREAM_URL: streamUrl.optional(),
  PAPERTAPE_REFERENCE_DATA: z.string().min(1, 'must be a path').optional(),
  PAPERTAPE_SOAK: z.enum(['0', '1']).default('0'),
});

/** Keys and addresses of the vendors of market data; a key is absent if none is set. */
export interface DataSourceSettings {
  readonly twelvedata: {
    readonly key: string | undefined;
    readonly plan: z.output<typeof variables>['PAPERTAPE_TWELVEDATA_PLAN'];
    /** The stream's address; the vendor's if absent. */
    readonly streamUrl: string | undefined;
    /** The address before `/time_series`; the vendor's if absent. */
    readonly restUrl: string | undefined;
  };
  readonly alpaca: {
    readonly keyId: string | undefined;
    readonly secretKey: string | undefined;
    readonly feed: z.output<typeof variables>['PAPERTAPE_ALPACA_FEED'];
    /** The address before `/v2/{feed}`; the vendor's if absent. */
    readonly streamUrl: string | undefined;
    /** The address before `/v2/stocks`; the vendor's if absent. */
    readonly dataUrl: string | undefined;
  };
}

/** Addresses of the broker's paper service; the broker's own if absent. The keys are those of its market data. */
export interface BrokerSettings {
  /** Before `/v2/account`. */
  readonly tradingUrl: string | undefined;
  /** Of the trading stream, complete. */
  readonly tradingStreamUrl: string | undefined;
}

/** The settings of the process; frozen. */
export interface SystemConfig {
  readonly sources: DataSourceSettings;
  readonly broker: BrokerSettings;
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Where people reach the page, without a path; absent on loopback. */
  readonly publicUrl: string | undefined;
  /** Where databases, tapes and keys live; may be relative to the working directory. */
  readonly dataDir: string;
  /** Secret for refresh tokens and one-time links; absent: one is generated in the data directory. */
  readonly authSecret: string | undefined;
  /** Requests that one address may make in a minute; 0 is without limit. */
  readonly requestsPerMinute: number;
  /** The Redis server through which jobs go to workers on other machines; absent: threads of this machine do them. */
  readonly redisUrl: string | undefined;
  readonly logLevel: z.output<typeof variables>['PAPERTAPE_LOG_LEVEL'];
  readonly logFile: string | undefined;
}

/** Whether `host` is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Reads the settings. An empty variable counts as absent. Throws `CONFIG_INVALID` with every fault, each with
 * its variable's name and never with a value. `overrides` are the command line's flags; they win. What serves
 * `programs` alone has neither sign-in nor page, and needs no settings of theirs.
 */
export function readSystemConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  overrides: Partial<Pick<SystemConfig, 'host' | 'port' | 'dataDir'>> = {},
  serves: 'page' | 'programs' = 'page',
): SystemConfig {
  const given = new Map<string, string>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('PAPERTAPE_') || value === undefined || value === '') continue;
    if (!(name in variables.shape)) faults.push(`${name} is not a setting of Papertape`);
    else given.set(name, value);
  }
  if (overrides.host !== undefined) given.set('PAPERTAPE_HOST', overrides.host);
  if (overrides.port !== undefined) given.set('PAPERTAPE_PORT', String(overrides.port));
  if (overrides.dataDir !== undefined) given.set('PAPERTAPE_DATA_DIR', overrides.dataDir);

  const parsed = variables.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join('.')} ${issue.message}`);
  } else if (serves === 'page' && !isLoopback(parsed.data.PAPERTAPE_HOST)) {
    // Beyond this machine a generated secret and an unknown address are not enough to be safe.
    const why = 'is required when PAPERTAPE_HOST is not a loopback address';
    if (parsed.data.PAPERTAPE_AUTH_SECRET === undefined) faults.push(`PAPERTAPE_AUTH_SECRET ${why}`);
    if (parsed.data.PAPERTAPE_PUBLIC_URL === undefined) faults.push(`PAPERTAPE_PUBLIC_URL ${why}`);
  }
  if (faults.length > 0 || !parsed.success) throw invalid(faults);
  const { data } = parsed;
  return Object.freeze({
    sources: {
      twelvedata: {
        key: data.PAPERTAPE_TWELVEDATA_KEY,
        plan: data.PAPERTAPE_TWELVEDATA_PLAN,
        streamUrl: data.PAPERTAPE_TWELVEDATA_STREAM_URL,
        restUrl: data.PAPERTAPE_TWELVEDATA_REST_URL,
      },
      alpaca: {
        keyId: data.PAPERTAPE_ALPACA_KEY_ID,
        secretKey: data.PAPERTAPE_ALPACA_SECRET_KEY,
        feed: data.PAPERTAPE_ALPACA_FEED,
        streamUrl: data.PAPERTAPE_ALPACA_STREAM_URL,
        dataUrl: data.PAPERTAPE_ALPACA_DATA_URL,
      },
    },
    broker: {
      tradingUrl: data.PAPERTAPE_ALPACA_TRADING_URL,
      tradingStreamUrl: data.PAPERTAPE_ALPACA_TRADING_STREAM_URL,
    },
    host: data.PAPERTAPE_HOST,
    port: data.PAPERTAPE_PORT,
    publicUrl: data.PAPERTAPE_PUBLIC_URL,
    dataDir: data.PAPERTAPE_DATA_DIR,
    authSecret: data.PAPERTAPE_AUTH_SECRET,
    requestsPerMinute: data.PAPERTAPE_REQUESTS_PER_MINUTE,
    redisUrl: data.PAPERTAPE_REDIS_URL,
    logLevel: data.PAPERTAPE_LOG_LEVEL,
    logFile: data.PAPERTAPE_LOG_FILE,
  });
}

function invalid(faults: readonly string[]): PapertapeError {
  const count = faults.length === 1 ? 'One setting is wrong' : `${faults.length} settings are wrong`;
  return new PapertapeError('CONFIG_INVALID', `${count}: ${faults.join('; ')}.`, {
    remedy: 'Correct the environment variables named; env.example lists every setting.',
  });
}
