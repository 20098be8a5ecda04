/** Writes a new strategy and its test, and says what to do next. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import { systemErrorCode } from '../storage/fileSystem.js';
import { makeFolder } from '../utils/makeFolder.js';
import type { CommandContext } from './CommandContext.js';
import { strategySource, strategyTestSource, workflowSource } from './strategyTemplates.js';

/** Flags of `new strategy`. */
export interface NewStrategyFlags {
  /** Where the strategy goes. */
  readonly dir: string;
  /** Write a workflow of continuous integration too. */
  readonly ci?: true;
}

/**
 * Writes `NAME.ts` and `NAME.test.ts`, and a workflow if asked. Throws `USAGE` for a name that cannot be a class,
 * `FILE_EXISTS` if one of the files is there; then none is written.
 */
export function writeStrategy(name: string, { dir, ci }: NewStrategyFlags, context: CommandContext): void {
  const className = classNameOf(name);
  const target = resolve(context.cwd, dir);
  const shown = (path: string): string => relative(context.cwd, path) || path;
  const strategyFile = join(target, `${className}.ts`);
  const workflow = join(context.cwd, '.github', 'workflows', 'strategies.yml');
  const files = [
    { path: strategyFile, text: strategySource(className) },
    { path: join(target, `${className}.test.ts`), text: strategyTestSource(className) },
    ...(ci === true ? [{ path: workflow, text: workflowSource(`./${posix(shown(strategyFile))}`) }] : []),
  ];
  for (const { path } of files) if (existsSync(path)) throw fileExists(shown(path));
  for (const { path, text } of files) writeNew(path, text, shown(path));

  const c = context.terminal.colours;
  const [source, test] = files.map(({ path }) => shown(path));
  // A strategy is told from a built-in name by its dot or slash.
  const named = /^\.*\//.test(source ?? '') ? source : `./${source ?? ''}`;
  const written = ci === true ? `, and ${c.bold(shown(workflow))}` : '';
  const lines = [
    `${c.green('✔')} Wrote ${c.bold(source ?? '')} and ${c.bold(test ?? '')}${written}.`,
    '',
    '  Next:',
    `    ${c.cyan(`papertape backtest ${named} --symbols SPY --from 2013-10-07 --to 2013-10-11`)}`,
    `    ${c.cyan(`npx vitest run ${test ?? ''}`)}`,
    `    ${c.cyan(`papertape check ${named} --symbols SPY --from 2013-10-07 --to 2013-10-11`)}`,
    ...(ci === true
      ? [
          '',
          '  Commit the strategy, its test, __snapshots__ and the workflow; edit its days to those of your fixtures.',
        ]
      : []),
    '',
    '  onBar is called at the end of every bar; ctx.enterLong and ctx.exit say what you want.',
    '',
  ];
  context.terminal.out(lines.join('\n'));
}

/** `my-idea`, `my_idea` and `MyIdea` are all the class `MyIdea`. */
export function classNameOf(name: string): string {
  const words = name.replace(/\.ts$/, '').split(/[-_\s]+/);
  const className = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  if (/^[A-Z][A-Za-z0-9]{0,59}$/.test(className) && className !== 'Strategy') return className;
  throw new PapertapeError('USAGE', `"${name}" cannot be the name of a strategy.`, {
    remedy: 'Start with a letter and use letters, digits and "-": MyIdea or my-idea.',
  });
}

/** With slashes, as shells of runners want it. */
function posix(path: string): string {
  return path.replaceAll('\\', '/');
}

function writeNew(path: string, text: string, shown: string): void {
  try {
    makeFolder(dirname(path));
    // Never over a file that appeared in the meantime.
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw fileExists(shown);
    throw new PapertapeError('USAGE', `${shown} cannot be written.`, {
      remedy: 'Choose a folder that you may write with --dir.',
      cause: error,
    });
  }
}

function fileExists(shown: string): PapertapeError {
  return new PapertapeError('FILE_EXISTS', `${shown} is already there and is not overwritten.`, {
    remedy: 'Choose another name, or remove the file first.',
  });
}
