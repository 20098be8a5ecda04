/** The flags that several commands share to say how the Twelve Data protocols are served. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { PLANS } from '../api/twelvedata/plans.js';
import type { PlanName } from '../api/twelvedata/plans.js';
import type { TwelvedataOptions } from '../host/twelvedataServer.js';
import { readChoice, readPort } from './options.js';

/** Values of the flags. */
export interface TwelvedataFlags {
  readonly twelvedataPort?: number;
  readonly twelvedataPlan?: PlanName;
  readonly twelvedataAnyKey?: true;
}

const PLAN_NAMES = Object.keys(PLANS).filter((name): name is PlanName => name in PLANS);

/** Adds the flags to a command. */
export function addTwelvedataFlags(command: Command): Command {
  const port = 'also serve the Twelve Data protocols at exactly their paths on this port';
  return command
    .option('--twelvedata-port <number>', port, readPort)
    .addOption(
      new Option('--twelvedata-plan <name>', `plan of Twelve Data keys: ${PLAN_NAMES.join(', ')}`).argParser(
        readChoice('--twelvedata-plan', PLAN_NAMES),
      ),
    )
    .option('--twelvedata-any-key', 'take any text as a Twelve Data key, for test runs on this machine');
}

/** What the flags ask for. */
export function twelvedataOf(flags: TwelvedataFlags): TwelvedataOptions {
  const { twelvedataPort: port, twelvedataPlan: plan, twelvedataAnyKey: anyKey } = flags;
  return {
    ...(port === undefined ? {} : { port }),
    ...(plan === undefined ? {} : { plan }),
    ...(anyKey === undefined ? {} : { anyKey }),
  };
}
