/** Texts that repeat, kept once each: columns hold their numbers. */

/** See the module header. */
export class TextTable {
  readonly #texts: string[] = [];
  readonly #codes = new Map<string, number>();

  /** The number of a text; the same one every time. */
  codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    this.#codes.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** The text of a number that `codeOf` gave. */
  textOf(code: number): string {
    return this.#texts[code] ?? '';
  }
}

/** A column of texts of a table, in most rows one of the two texts that the rows before had. */
export class TextColumn {
  readonly #table: TextTable;
  // Always texts: two texts are compared faster than what may be none.
  #last = '';
  #code: number;
  #other = '';
  #otherCode: number;

  constructor(table: TextTable) {
    this.#table = table;
    this.#code = table.codeOf('');
    this.#otherCode = this.#code;
  }

  /** The number of a text in the table. */
  codeOf(text: string): number {
    if (text === this.#last) return this.#code;
    if (text === this.#other) return this.#otherCode;
    this.#other = this.#last;
    this.#otherCode = this.#code;
    this.#last = text;
    this.#code = this.#table.codeOf(text);
    return this.#code;
  }
}
