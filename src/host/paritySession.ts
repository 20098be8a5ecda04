/**
 * Parity of a session by name: opens its tape, finds out which of its inputs can be had as they were recorded and which
 * are others now, and has it run again.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { openRecordedDay } from '../data/recordedDay.js';
import { PapertapeError } from '../domain/errors.js';
import type { MarketStream } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import { presetOf } from '../exchange/presets.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { importStrategy } from './importStrategy.js';
import { INSTALLATION } from './installation.js';
import { openNewMarket } from './marketSource.js';
import { parityOf } from './parity.js';
import type { ChangedInputs, ParityReport } from './parity.js';
import type { Tape } from './readTape.js';
import { loadStrategy } from './strategyLoader.js';
import type { StrategyWatch } from './StrategyWatch.js';
import { importingOf, instanceAt, marketOf, namedTape, strategiesOf } from './verifySession.js';

/** What is to be another one than recorded; absent fields are as recorded. */
export interface ParityOverrides {
  readonly preset?: string;
  readonly feePlan?: string;
  /** Parameters of every strategy that declares them. */
  readonly params?: Readonly<Record<string, string>>;
  /** Run on the history of the cache instead of the session's own market data. */
  readonly onHistory?: boolean;
}

/** What to compare. */
export interface ParityOptions {
  readonly dataDir: string;
  /** Where relative strategy files are meant from. */
  readonly cwd: string;
  /** Undefined: the latest session. */
  readonly sessionId: string | undefined;
  readonly history: () => HistoricalCache;
  readonly overrides: ParityOverrides;
  readonly onProgress?: (fraction: number) => void;
  /** Watches the strategies while they are loaded and run; absent: nothing does. */
  readonly watch?: StrategyWatch;
}

/** A report with the tape that it is about. */
export interface SessionParity {
  readonly report: ParityReport;
  readonly tape: Tape;
}

/** Does it. Throws `TAPE_NOT_FOUND`, and the errors of a damaged tape, a missing market or strategy. */
export async function paritySession(options: ParityOptions): Promise<SessionParity> {
  const { overrides } = options;
  const tape = namedTape(options.dataDir, options.sessionId);
  const { config } = tape.session;
  const markets = await marketsOf(tape, options);
  const code = await codeOf(tape, options);
  const changedConfig = configWith(config, overrides, code.classes);
  const changed: ChangedInputs = {
    ...(markets.change === undefined ? {} : { data: [markets.change] }),
    ...(changedConfig.changes.length === 0 ? {} : { configuration: changedConfig.changes }),
    ...(code.changes.length === 0 ? {} : { code: code.changes }),
  };
  const { recordedClasses } = code;
  const compare = (hookProbe?: Int32Array): Promise<ParityReport> =>
    parityOf({
      tape,
      recorded: {
        config,
        ...(markets.recorded === undefined ? {} : { market: markets.recorded }),
        ...(recordedClasses === undefined ? {} : { resolveStrategy: (name: string) => recordedClasses.get(name) }),
      },
      again: {
        config: changedConfig.config,
        market: markets.again,
        resolveStrategy: (name) => code.classes.get(name),
      },
      changed,
      createHash: () => createHash('sha256'),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(hookProbe === undefined ? {} : { hookProbe }),
    });
  const { watch } = options;
  const report = await (watch === undefined ? compare() : watch.running((place) => instanceAt(tape, place), compare));
  return { report, tape };
}

interface Markets {
  readonly recorded: (() => Promise<MarketStream>) | undefined;
  readonly again: () => Promise<MarketStream>;
  readonly change: string | undefined;
}

async function marketsOf(tape: Tape, options: ParityOptions): Promise<Markets> {
  const recorded = (): Promise<MarketStream> => marketOf(tape, options);
  const { date } = tape.session.market;
  if (options.overrides.onHistory === true) {
    const change = `the history of ${date} in the cache instead of the session's own market data`;
    return { recorded, again: () => historyOf(tape, options), change };
  }
  try {
    await recorded();
    return { recorded, again: recorded, change: undefined };
  } catch (error) {
    // A replay refers to history, which may have been imported or revised since.
    if (!(error instanceof PapertapeError && error.code === 'DATA_MISSING' && tape.session.market.kind === 'history')) {
      throw error;
    }
    const change = `the history of ${date} in the cache is not what the session was recorded on`;
    return { recorded: undefined, again: () => historyOf(tape, options), change };
  }
}

/** The finest history of the session's symbols on its day, with the session's symbol ids. */
async function historyOf(tape: Tape, { history }: ParityOptions): Promise<MarketStream> {
  const { symbols } = tape.session.config;
  const { date } = tape.session.market;
  const { reference } = await openNewMarket({ kind: 'replay', date, symbols }, history);
  if (reference.kind !== 'history') throw new TypeError('a replay refers to history');
  return openRecordedDay(history(), { symbols, from: date, to: date, feeds: reference.feeds });
}

interface SessionCode {
  readonly classes: ReadonlyMap<string, StrategyClass>;
  /** As recorded; undefined where a bundle is gone, or nothing has changed. */
  readonly recordedClasses: ReadonlyMap<string, StrategyClass> | undefined;
  readonly changes: readonly string[];
}

async function codeOf(tape: Tape, options: ParityOptions): Promise<SessionCode> {
  const { identity } = tape.session;
  const classes = new Map<string, StrategyClass>();
  const recordedClasses = new Map<string, StrategyClass>();
  const changes: string[] = [];
  let isComplete = true;
  const importing = importingOf(options);
  for (const name of strategiesOf(tape)) {
    const loaded = await loadStrategy(name, { ...options, ...importing });
    classes.set(name, loaded.strategyClass);
    recordedClasses.set(name, loaded.strategyClass);
    const hash = identity.strategies[name];
    if (hash === undefined || hash === loaded.hash) continue;
    changes.push(`${name} was edited since`);
    // Bundles are kept by their hash.
    const bundle = join(options.dataDir, 'cache', 'strategies', `${hash}.mjs`);
    const asRecorded = (): Promise<StrategyClass> => importStrategy(bundle, name);
    if (!existsSync(bundle)) isComplete = false;
    else recordedClasses.set(name, await (importing.importing?.(asRecorded, name) ?? asRecorded()));
  }
  if (identity.engineVersion !== INSTALLATION.version) {
    changes.push(`recorded by Papertape ${identity.engineVersion}, this is ${INSTALLATION.version}`);
    isComplete = false;
  }
  return { classes, recordedClasses: isComplete && changes.length > 0 ? recordedClasses : undefined, changes };
}

function configWith(
  config: SessionConfig,
  { preset, feePlan, params }: ParityOverrides,
  classes: ReadonlyMap<string, StrategyClass>,
): { readonly config: SessionConfig; readonly changes: readonly string[] } {
  const changes: string[] = [];
  const isOther = (what: string, recorded: string, now: string | undefined): now is string => {
    if (now === undefined || now === recorded) return false;
    changes.push(`${what} ${now} instead of ${recorded}`);
    return true;
  };
  let changed = config;
  if (isOther('preset', config.preset, preset)) changed = { ...changed, preset: presetOf(preset).name };
  if (isOther('fee plan', config.feePlan, feePlan)) changed = { ...changed, feePlan };
  const strategies = config.strategies.map((instance) => {
    const declared = classes.get(instance.strategy)?.params ?? {};
    const own: Record<string, string> = {};
    for (const [name, value] of Object.entries(params ?? {})) {
      if (!Object.hasOwn(declared, name)) continue;
      const recorded = String(instance.params[name] ?? declared[name]?.default ?? '');
      if (isOther(`${instance.instanceId} ${name}`, recorded, value)) own[name] = value;
    }
    return { ...instance, params: { ...instance.params, ...own } };
  });
  const unknown = Object.keys(params ?? {}).filter(
    (name) => ![...classes.values()].some((strategyClass) => Object.hasOwn(strategyClass.params, name)),
  );
  if (unknown.length > 0) {
    throw new PapertapeError(
      'STRATEGY_PARAMETER_INVALID',
      `No strategy of the session declares ${unknown.join(', ')}.`,
      {
        remedy: 'Leave the parameter out, or name one that a strategy of the session declares.',
      },
    );
  }
  return { config: { ...changed, strategies }, changes };
}
