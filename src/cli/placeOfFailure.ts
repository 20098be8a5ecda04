/** Where in a user's file a strategy failed, read from the stack of what it threw. Pure. */

const FRAME = /^\s+at (?:(.+?) \()?(?:file:\/\/)?([^()]*?)\)?$/;
const PLACE = /([^/\\]+\.[cm]?[jt]s:\d+:\d+)$/;

/**
 * The innermost place of a stack that is not the program's own, such as ` in MyIdea.onBar at MyIdea.ts:12:9`; empty
 * where there is none. What a strategy gives to the library is refused inside of that, but wrong where the strategy
 * calls it.
 *
 * @param stack Its lines, without the message.
 * @param root The folder that the program is installed in; its own files lie in `dist` or `src` there.
 */
export function placeOfFailure(stack: readonly string[], root: string): string {
  const own = ['dist', 'src'].map((folder) => `${root.replaceAll('\\', '/')}/${folder}/`);
  for (const line of stack) {
    const [, name, path = ''] = FRAME.exec(line) ?? [];
    const place = PLACE.exec(path)?.[1];
    if (place === undefined || own.some((folder) => path.replaceAll('\\', '/').includes(folder))) continue;
    return name === undefined ? ` at ${place}` : ` in ${name} at ${place}`;
  }
  return '';
}
