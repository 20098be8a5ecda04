/**
 * Makes one ES module of a strategy file and the files it imports (esbuild). `papertape` becomes the running
 * program's own classes; other packages are refused. The text depends on the sources alone, not on where they lie,
 * so that its hash identifies the strategy on every machine.
 *
 * Class fields are defined, as ECMAScript has it: TypeScript takes them so by default from ES2022 on, with which types
 * are checked (strategyTypes.ts), and so do the user's editor, tests and Node. The program's own classes assign theirs
 * for speed (ADR 0016), which differs only where a field is declared without a value or hides what a base class has.
 */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Message, Plugin } from 'esbuild';
import { librarySource } from './strategyLibrary.js';
import { refusedImport } from './strategyRules.js';
import type { StrategyFault } from './strategyRules.js';

/** A bundled strategy, or why it cannot be one. */
export type BundleOutcome =
  | {
      readonly ok: true;
      /** The module's text. */
      readonly code: string;
      /** A comment to write behind it, which leads stacks back to the user's files; it names their folder. */
      readonly sourceMap: string;
      /** SHA-256 of the text, hexadecimal. */
      readonly hash: string;
      /** The user's files that are in it, relative to the folder of the main one; the main file included. */
      readonly inputs: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly StrategyFault[] };

/** Bundles the strategy in `file` (an absolute path). */
export async function bundleStrategy(file: string): Promise<BundleOutcome> {
  try {
    const result = await build({
      absWorkingDir: dirname(file),
      entryPoints: [basename(file)],
      bundle: true,
      write: false,
      outdir: dirname(file),
      sourcemap: 'external',
      sourcesContent: false,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      charset: 'utf8',
      metafile: true,
      logLevel: 'silent',
      tsconfigRaw: { compilerOptions: { target: 'ES2022', useDefineForClassFields: true } },
      plugins: [onlyOwnFiles],
    });
    const code = result.outputFiles.find(({ path }) => path.endsWith('.js'))?.text ?? '';
    const map = result.outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '{}';
    const hash = createHash('sha256').update(code).digest('hex');
    const inputs = Object.keys(result.metafile.inputs).filter((input) => !input.startsWith(`${LIBRARY_NAMESPACE}:`));
    return { ok: true, code, sourceMap: mapComment(map, dirname(file)), hash, inputs };
  } catch (error) {
    const messages = messagesOf(error);
    if (messages === undefined) throw error;
    return { ok: false, faults: messages.map((message) => asFault(file, message)) };
  }
}

const LIBRARY_NAMESPACE = 'papertape';

const onlyOwnFiles: Plugin = {
  name: 'only-own-files',
  setup(builder) {
    builder.onResolve({ filter: /^papertape$/ }, () => ({
      path: 'papertape',
      namespace: LIBRARY_NAMESPACE,
      sideEffects: false,
    }));
    builder.onLoad({ filter: /.*/, namespace: LIBRARY_NAMESPACE }, () => ({ contents: librarySource(), loader: 'js' }));
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      return { errors: [{ text: refusedImport(path) ?? `${path} cannot be imported.` }] };
    });
  },
};

/** The map as an inline comment. Its sources are relative to the file's folder, but the module lies elsewhere. */
function mapComment(map: string, folder: string): string {
  const parsed: unknown = JSON.parse(map);
  const rooted = { ...(typeof parsed === 'object' ? parsed : {}), sourceRoot: `${pathToFileURL(folder).href}/` };
  const base64 = Buffer.from(JSON.stringify(rooted)).toString('base64');
  return `//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}

function asFault(file: string, { text, location }: Message): StrategyFault {
  return {
    file: location === null || location.file === '' ? basename(file) : location.file,
    line: location?.line ?? 1,
    column: (location?.column ?? 0) + 1,
    length: Math.max(1, location?.length ?? 1),
    message: /[.?!]$/.test(text) ? text : `${text}.`,
    source: location?.lineText ?? '',
  };
}

/** The messages of esbuild's `BuildFailure`; undefined for other errors. */
function messagesOf(error: unknown): readonly Message[] | undefined {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return undefined;
  return error.errors;
}
