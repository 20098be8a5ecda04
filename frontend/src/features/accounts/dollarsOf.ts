/** Dollars as a person writes them, as the decimal of the wire. */

/** Without a dollar sign, blanks and thousands separators; what is no amount stays so, for the schema to say. */
export function dollarsOf(text: string): string {
  return text.replaceAll(/[\s,_]|^\$/g, '').replace(/^\./, '0.');
}
