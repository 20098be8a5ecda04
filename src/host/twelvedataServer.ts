/** Makes the Twelve Data server of a running session, as the commands that serve it ask for. */
import { PLANS } from '../api/twelvedata/plans.js';
import type { PlanName } from '../api/twelvedata/plans.js';
import { TwelvedataServer } from '../api/twelvedata/TwelvedataServer.js';
import type { TwelvedataServerOptions } from '../api/twelvedata/TwelvedataServer.js';
import { isLoopback } from '../config/systemConfig.js';
import type { SystemConfig } from '../config/systemConfig.js';
import { PapertapeError } from '../domain/errors.js';

/** How the Twelve Data protocols are served. */
export interface TwelvedataOptions {
  /** A port of their own, at exactly the vendor's paths. */
  readonly port?: number;
  /** The plan of every key; `local`, which is as good as unlimited, where none is named. */
  readonly plan?: PlanName;
  /** Any text is a key. Only where nobody else can reach the server. */
  readonly anyKey?: boolean;
}

/** Throws `CONFIG_INVALID` if any key were taken from other machines. */
export function checkTwelvedata(
  { host, publicUrl }: Pick<SystemConfig, 'host' | 'publicUrl'>,
  { anyKey = false }: TwelvedataOptions,
): void {
  if (!anyKey || (isLoopback(host) && publicUrl === undefined)) return;
  throw new PapertapeError('CONFIG_INVALID', `Any Twelve Data key would do for whoever reaches ${publicUrl ?? host}.`, {
    remedy: 'Leave --twelvedata-any-key out, or listen on 127.0.0.1 without a public address.',
  });
}

/** Makes it, not listening yet. Throws like {@link checkTwelvedata}. */
export async function createTwelvedata(
  config: Pick<SystemConfig, 'host' | 'publicUrl'>,
  options: TwelvedataOptions,
  parts: Pick<TwelvedataServerOptions, 'reads' | 'store' | 'clock' | 'ids' | 'log'>,
): Promise<TwelvedataServer> {
  checkTwelvedata(config, options);
  const { plan = 'local', anyKey = false } = options;
  return TwelvedataServer.create({ ...parts, anyKey, plan: PLANS[plan] });
}
