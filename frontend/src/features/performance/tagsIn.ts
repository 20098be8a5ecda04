/** The tags in what somebody typed: words parted by spaces or commas, each once, without a leading `#`. */
export function tagsIn(text: string): string[] {
  const words = text.split(/[\s,]+/).map((word) => word.replace(/^#/, ''));
  return [...new Set(words.filter((word) => word !== ''))];
}
