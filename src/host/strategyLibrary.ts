/**
 * What `import … from 'papertape'` gives a strategy file at run time: the very classes of the running program, so
 * that a strategy is an instance of the `Strategy` that the engine knows, in whichever thread it is loaded.
 * Only what a strategy can use in its hooks is here; it is handed over through the global symbol registry.
 */
import { PrintFlag } from '../domain/marketTables.js';
import { DAY, HOUR, MINUTE, SECOND, TIMEFRAMES } from '../domain/timeframe.js';
import { param } from '../strategies/param.js';
import { Strategy } from '../strategies/Strategy.js';

/** The values by name. */
const LIBRARY = Object.freeze({ DAY, HOUR, MINUTE, PrintFlag, SECOND, Strategy, TIMEFRAMES, param });

/** Key of the library in the global symbol registry. */
const KEY = 'papertape.strategyLibrary';

/** Names that strategy files may import from `papertape`, types aside. */
export const LIBRARY_NAMES: readonly string[] = Object.keys(LIBRARY);

/** Makes the library reachable for bundles of {@link librarySource}; repeating it changes nothing. */
export function publishLibrary(): void {
  Reflect.set(globalThis, Symbol.for(KEY), LIBRARY);
}

/** Source of the module that stands for `papertape` in a bundle. It names no path: a bundle is the same anywhere. */
export function librarySource(): string {
  const exports = LIBRARY_NAMES.map((name) => `export const ${name} = library.${name};`);
  return [`const library = globalThis[Symbol.for('${KEY}')];`, ...exports].join('\n');
}
