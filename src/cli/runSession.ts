/** `up` and `replay`: start the system, say where it is, and keep it until it is told to stop. */
import { join } from 'node:path';
import { openHistory } from '../compose.js';
import type { SystemConfig } from '../config/systemConfig.js';
import { INSTALLATION } from '../host/installation.js';
import type { SessionPlan } from '../host/sessionPlan.js';
import { startSystem } from '../host/startSystem.js';
import type { AlpacaOptions, RunningSystem } from '../host/startSystem.js';
import { createLogger } from '../utils/logger.js';
import type { CommandContext } from './CommandContext.js';
import { settingsOf } from './CommandContext.js';
import type { ReplayFlags } from './commands/replay.js';
import type { UpFlags } from './commands/up.js';
import { planOfReplay, planOfUp } from './sessionSetup.js';
import { stopSignal } from './stopSignal.js';
import { tellRefusals } from './tellRefusals.js';
import { tellUnstarted } from './tellUnstarted.js';
import { twelvedataOf } from './twelvedataFlags.js';
import type { TwelvedataFlags } from './twelvedataFlags.js';
import { renderWelcome } from './welcome.js';

const LOG_FILE = 'papertape.log';

/** Runs `up` until a signal ends it. */
export async function runUp(flags: UpFlags, context: CommandContext): Promise<void> {
  const config = settingsOf(context, flags);
  await run(config, await planOfUp(flags, config, context), context, flags, alpacaOf(flags));
}

/** Runs `replay` until a signal ends it. */
export async function runReplay(date: string | undefined, flags: ReplayFlags, context: CommandContext): Promise<void> {
  const config = settingsOf(context, flags);
  await run(config, await planOfReplay(date, flags, config, context), context, flags);
}

function alpacaOf({ alpacaPort, alpacaRateLimit }: UpFlags): AlpacaOptions {
  return {
    ...(alpacaPort === undefined ? {} : { port: alpacaPort }),
    ...(alpacaRateLimit === false ? { unlimited: true } : {}),
  };
}

async function run(
  config: SystemConfig,
  plan: SessionPlan,
  { terminal }: CommandContext,
  twelvedata: TwelvedataFlags,
  alpaca: AlpacaOptions = {},
): Promise<void> {
  // A person at a terminal reads the welcome, not the log; everywhere else the log goes where logs are collected.
  const logFile = config.logFile ?? (terminal.interactive ? join(config.dataDir, LOG_FILE) : undefined);
  const log = createLogger({ level: config.logLevel, ...(logFile === undefined ? {} : { filePath: logFile }) });
  const system = await startSystem(config, plan, openHistory(config.dataDir), log, alpaca, twelvedataOf(twelvedata));
  const stopped = stopSignal();
  const c = terminal.colours;
  try {
    terminal.out(renderWelcome(welcomeOf(system, config.dataDir, logFile), c));
    tellUnstarted(plan.strategies, system.session.strategies(), terminal);
    // Told here too: a symbol without prices looks like one that hardly trades.
    const endTelling = tellRefusals(system.session, terminal);
    await Promise.race([stopped, system.failed]).finally(endTelling);
    terminal.err(c.dim('\n  Stopping…\n'));
  } finally {
    await system.stop();
  }
  const { sessionId } = system.session.info();
  terminal.out(`  Stopped. Everything of ${sessionId} is on its tape; ${c.cyan('papertape verify')} proves it.\n`);
}

function welcomeOf(system: RunningSystem, dataDir: string, logFile: string | undefined) {
  const { session } = system;
  return {
    version: INSTALLATION.version,
    address: system.address,
    alpacaAddress: system.alpacaAddress,
    twelvedataAddress: system.twelvedataAddress,
    signInLink: system.signInLink,
    session: session.info(),
    strategies: session.strategies().strategies.map(({ title }) => title),
    dataDir,
    logFile,
    recoveredRecords: session.recoveredRecords,
  };
}
