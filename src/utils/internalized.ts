/**
 * Texts that are compared for every order. V8 keeps names of properties once each and compares two such texts by their
 * addresses; a text that was put together is compared letter by letter, and so is every text where one such came by.
 */

/** The same text, as it is kept as the name of a property. */
export function internalized(text: string): string {
  const [name = text] = Object.keys({ [text]: true });
  return name;
}
