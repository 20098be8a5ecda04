/**
 * What `import … from 'papertape'` gives a strategy file at run time: the very classes of the running program, so
 * that a strategy is an instance of the `Strategy` that the engine knows, in whichever thread it is loaded.
 * Only what a strategy can use in its hooks is here; it is handed over through the global symbol registry.
 */
import { PrintFlag } from '../domain/marketTables.js';
import { param } from '../strategies/param.js';
import { builtInStrategy } from '../strategies/registry.js';
import { Strategy } from '../strategies/Strategy.js';

/** The values by name; a part of what src/index.ts exports. */
export const LIBRARY = Object.freeze({ PrintFlag, Strategy, builtInStrategy, param });

/** Key of the library in the global symbol registry. */
const KEY = 'papertape.strategyLibrary';

/** Makes the library reachable for bundles of {@link librarySource}; repeating it changes nothing. */
export function publishLibrary(): void {
  Reflect.set(globalThis, Symbol.for(KEY), LIBRARY);
}

/** Source of the module that stands for `papertape` in a bundle. It names no path: a bundle is the same anywhere. */
export function librarySource(): string {
  const exports = Object.keys(LIBRARY).map((name) => `export const ${name} = library.${name};`);
  return [`const library = globalThis[Symbol.for('${KEY}')];`, ...exports].join('\n');
}
