/** The paper boundary of the whole program: no live host in it, and one place alone from which it can reach any. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { liveHostsIn } from '../src/broker/alpaca/liveHosts.js';
import { checkPaperOnly } from '../src/cli/doctor.js';
import { isTestPath, listPaths, projectRoot, readSource } from './sourceFiles.js';

const sources = ['src', 'frontend', 'bin']
  .flatMap((folder) => listPaths(folder, /\.(ts|tsx|mjs)$/))
  .filter((path) => !isTestPath(path));

/** Files that may open a connection, or take one, each with what for. */
const NETWORK: Readonly<Record<string, string>> = {
  'src/broker/AlpacaClient.ts': 'hands `fetch` to the REST of a paper account',
  'src/broker/alpaca/TradeUpdates.ts': 'stream of a paper account',
  'src/data/alpacaClient/StreamSocket.ts': 'stream of market data',
  'src/data/twelvedataClient/StreamConnection.ts': 'stream of market data',
  'src/data/twelvedataClient/twelvedata.ts': 'hands `fetch` to the REST of market data',
  'src/api/alpaca/alpacaSockets.ts': 'takes connections',
  'src/api/stream/streamServer.ts': 'takes connections',
  'src/api/twelvedata/twelvedataSockets.ts': 'takes connections',
  'src/cli/doctor.ts': 'tries whether a port is free',
};
const NETWORK_MODULES = /^(node:)?(http|https|http2|net|tls|dgram|undici|ws|axios)$/;

/** Whether a file imports a value of a network module or uses the global `fetch`. */
function reachesNetwork(path: string): boolean {
  const { syntax, imports } = readSource(path);
  if (imports.some(({ specifier, typeOnly }) => !typeOnly && NETWORK_MODULES.test(specifier))) return true;
  let usesFetch = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === 'fetch' && isValue(node) && !isDeclaredAround(node)) usesFetch = true;
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return usesFetch;
}

/** Whether a name stands for a value, not for a property, a declaration or a type. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const isDeclaration = ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent);
  return !isDeclaration && !ts.isPropertySignature(parent) && !ts.isTypeQueryNode(parent);
}

/** Whether a parameter or constant of the same name hides the global one. */
function isDeclaredAround(node: ts.Identifier): boolean {
  let isHidden = false;
  for (let scope: ts.Node = node; !ts.isSourceFile(scope); scope = scope.parent) {
    if (!ts.isFunctionLike(scope) && !ts.isBlock(scope)) continue;
    ts.forEachChild(scope, (child) => {
      const declarations = ts.isVariableStatement(child) ? child.declarationList.declarations : [child];
      for (const one of declarations) {
        if ((ts.isParameter(one) || ts.isVariableDeclaration(one)) && one.name.getText() === node.text) isHidden = true;
      }
    });
  }
  return isHidden;
}

describe('the paper boundary', () => {
  it('knows a live host when it sees one', () => {
    const live = ['api.alpaca.markets', 'broker-api.alpaca.markets', 'x.paper-api.alpaca.markets', 'alpaca.markets'];
    expect(liveHostsIn(`${live.join(' ')} paper-api.alpaca.markets https://API.Alpaca.Markets/v2`)).toEqual([
      ...live,
      'api.alpaca.markets',
    ]);
  });

  it('knows the services that take no live order', () => {
    expect(liveHostsIn('paper-api.alpaca.markets data.alpaca.markets wss://stream.data.alpaca.markets/v2/iex')).toEqual(
      [],
    );
  });

  it('no source file names a live host', () => {
    expect(sources.length).toBeGreaterThan(100);
    const found = sources.flatMap((path) =>
      liveHostsIn(readFileSync(join(projectRoot, path), 'utf8')).map((host) => `${path}: ${host}`),
    );
    expect(found).toEqual([]);
  });

  it('only the files that are listed here reach the network', () => {
    const found = sources.filter((path) => path.startsWith('src/') && reachesNetwork(path));
    expect(found.sort()).toEqual(Object.keys(NETWORK).sort());
  });

  it('only the client, behind its checks, makes what talks to a broker', () => {
    // Clients of market data have classes of these names too, and may not import the broker's.
    const others = sources.filter((path) => !path.startsWith('src/data/'));
    const makers = others.filter((path) => /new (RestClient|TradeUpdates)\(/.test(readSource(path).text));
    const common = ['assertPaperKey(', 'assertSecret('];
    const expected: Readonly<Record<string, readonly string[]>> = {
      'src/broker/AlpacaClient.ts': [...common, 'paperAddress(options.restUrl', 'paperAddress(options.streamUrl'],
      'src/broker/alpaca/paperAccount.ts': [...common, 'paperAddress(restUrl'],
    };
    expect(makers.sort()).toEqual(Object.keys(expected));
    for (const [path, checks] of Object.entries(expected)) {
      const { text } = readSource(path);
      for (const check of checks) {
        expect(text).toContain(check);
        expect(text.lastIndexOf(check)).toBeLessThan(text.indexOf('new RestClient('));
      }
    }
  });

  it('only the sources, behind their checks, make what asks Alpaca for data', () => {
    const made = /new (DataRestClient|StreamSocket)\(/;
    const makers = sources.filter((path) => made.test(readSource(path).text));
    expect(makers.sort()).toEqual([
      'src/data/alpacaClient/AlpacaHistory.ts',
      'src/data/alpacaClient/AlpacaMarketStream.ts',
    ]);
    for (const path of makers) {
      const { text } = readSource(path);
      for (const check of [
        'assertPaperKey(options.keyId',
        'assertSecret(options.secretKey',
        'dataAddress(options.url',
      ]) {
        expect(text).toContain(check);
        expect(text.lastIndexOf(check)).toBeLessThan(text.search(made));
      }
    }
  });

  it('no bundle of the program names a live host', async () => {
    const entries = [
      'src/main.ts',
      'src/index.ts',
      'src/kernelWorker.ts',
      'src/projectionWorker.ts',
      'src/broker/AlpacaClient.ts',
    ];
    const { outputFiles } = await build({
      entryPoints: entries.map((path) => join(projectRoot, path)),
      bundle: true,
      write: false,
      outdir: 'out',
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent',
    });
    expect(outputFiles).toHaveLength(entries.length);
    expect(outputFiles.flatMap(({ text }) => liveHostsIn(text))).toEqual([]);
    expect(outputFiles.at(-1)?.text).toContain('paper-api.alpaca.markets');
  });

  it('`papertape doctor` reads the installed program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'papertape-'));
    try {
      writeFileSync(join(folder, 'main.js'), 'const host = "paper-api.alpaca.markets";');
      expect(checkPaperOnly(folder)).toMatchObject({ state: 'ok' });
      writeFileSync(join(folder, 'other.js'), 'const host = "api.alpaca.markets";');
      expect(checkPaperOnly(folder)).toMatchObject({
        state: 'failed',
        finding: expect.stringContaining('other.js') as string,
      });
      expect(checkPaperOnly(join(folder, 'none'))).toMatchObject({ state: 'warning' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
