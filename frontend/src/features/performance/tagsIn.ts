/** Reads the tags that somebody types. */

/** The tags in a text: words parted by spaces or commas, each once, without a leading `#`. */
export function tagsIn(text: string): string[] {
  const words = text.split(/[\s,]+/).map((word) => word.replace(/^#/, ''));
  return [...new Set(words.filter((word) => word !== ''))];
}
