/**
 * HTML as text with every value escaped: what a template holds is markup, what is put into it is text, and there is
 * no way to forget it. It does not know attributes without quotes, URLs or scripts; templates use none.
 */

/** Markup that is safe to put into a template as it is. Made by {@link html}, or of constants. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text and numbers are escaped, markup is kept, lists are joined. */
export type HtmlValue = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Nothing. */
export const NO_HTML = new Html('');

/** A template whose values are escaped, inside elements and inside quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) text += textOf(value) + (strings[index + 1] ?? '');
  return new Html(text);
}

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map((part) => part.text).join('');
  // Characters that XML and HTML forbid would end up as replacement marks that differ by browser.
  return String(value)
    .replaceAll(/[^\t\n\r\x20-\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
