/** Verifies a recorded session by name: opens its tape, market and strategies, and runs it again. */
import { createHash } from 'node:crypto';
import { PapertapeError } from '../domain/errors.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import type { MarketStream } from '../domain/ports.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import type { StrategyClass } from '../strategies/Strategy.js';
import { openMarket } from './marketSource.js';
import { sessionNames, tapeDirectory } from './tapeNames.js';
import { readTape, readTapeMarket, type Tape } from './readTape.js';
import { streamOfBatches } from './tapeStream.js';
import { loadStrategy } from './strategyLoader.js';
import type { StrategyLoaderOptions } from './strategyLoader.js';
import type { StrategyWatch } from './StrategyWatch.js';
import { verifyTape, type VerifyReport } from './verifyTape.js';

/** What to verify. */
export interface VerifyOptions {
  readonly dataDir: string;
  /** Where relative strategy files are meant from. */
  readonly cwd: string;
  /** Undefined: the latest session. */
  readonly sessionId: string | undefined;
  readonly history: () => HistoricalCache;
  readonly onProgress?: (fraction: number) => void;
  /** Watches the strategies while they are loaded and run; absent: nothing does. */
  readonly watch?: StrategyWatch;
}

/** Does it. Throws `TAPE_NOT_FOUND`, and the errors of a damaged tape, a missing market or strategy. */
export async function verifySession(options: VerifyOptions): Promise<VerifyReport> {
  const tape = namedTape(options.dataDir, options.sessionId);
  const market = await marketOf(tape, options);
  const strategies = new Map<string, StrategyClass>();
  let sameStrategies = true;
  for (const name of strategiesOf(tape)) {
    const loaded = await loadStrategy(name, { ...options, ...importingOf(options) });
    strategies.set(name, loaded.strategyClass);
    const recorded = tape.session.identity.strategies[name];
    if (recorded !== undefined && recorded !== loaded.hash) sameStrategies = false;
  }
  const verify = (hookProbe?: Int32Array): VerifyReport =>
    verifyTape({
      tape,
      market,
      resolveStrategy: (name) => strategies.get(name),
      sameStrategies,
      digest: () => {
        const hash = createHash('sha256');
        return {
          update: (text) => {
            hash.update(text);
          },
          finish: () => hash.digest('hex'),
        };
      },
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(hookProbe === undefined ? {} : { hookProbe }),
    });
  return options.watch === undefined
    ? verify()
    : options.watch.running(
        (place) => instanceAt(tape, place),
        async (hookProbe) => verify(hookProbe),
      );
}

/** How a watch goes around the import of files; nothing without one. */
export function importingOf({ watch }: Pick<VerifyOptions, 'watch'>): Pick<StrategyLoaderOptions, 'importing'> {
  return watch === undefined ? {} : { importing: watch.importing };
}

/** The strategy instance that a re-run registers at a place: those that the session began with, then those started. */
export function instanceAt({ session, records }: Tape, place: number): string | undefined {
  const ids = session.config.strategies.map(({ instanceId }) => instanceId);
  const asked = new Set<string>();
  for (const { record } of records) {
    if (record.type === 'command' && record.command.type === 'startStrategy') {
      asked.add(record.command.config.instanceId);
    } else if (record.type === 'strategy' && asked.delete(record.instanceId)) {
      // What the kernel refused has no state.
      ids.push(record.instanceId);
    }
  }
  return ids[place];
}

/** The tape of a session, the latest if none is named. Throws `TAPE_NOT_FOUND`, and the errors of a damaged tape. */
export function namedTape(dataDir: string, wanted: string | undefined): Tape {
  const names = sessionNames(nodeFileSystem, dataDir);
  const sessionId = wanted ?? names[names.length - 1];
  if (sessionId !== undefined && names.includes(sessionId)) {
    return readTape(nodeFileSystem, tapeDirectory(dataDir, sessionId));
  }
  const there = names.length === 0 ? 'No session was recorded here.' : `There are ${names.slice(-5).join(', ')}.`;
  const session = sessionId === undefined ? 'no session' : `no session ${sessionId}`;
  throw new PapertapeError('TAPE_NOT_FOUND', `There is ${session} in ${dataDir}.`, {
    remedy: `${there} Start one with \`papertape up\`, or name another folder with --data-dir.`,
  });
}

/** Names of the strategies that a session ran: those that it began with, and those that were started later. */
export function strategiesOf({ session, records }: Tape): ReadonlySet<string> {
  const names = new Set(session.config.strategies.map((config) => config.strategy));
  for (const { record } of records) {
    if (record.type === 'command' && record.command.type === 'startStrategy') names.add(record.command.config.strategy);
  }
  return names;
}

/** The market data that were recorded, or those of the history cache that the tape refers to. */
export async function marketOf(tape: Tape, options: Pick<VerifyOptions, 'history'>): Promise<MarketStream> {
  const { config, market } = tape.session;
  if (market.kind !== 'history') {
    return streamOfBatches(config.symbols, readTapeMarket(nodeFileSystem, tape.directory));
  }
  return (await openMarket(market, options.history)).stream;
}
