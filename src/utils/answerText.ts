/** Reads answers of other people's servers, which may send anything of any length. */

/** The text of an answer; throws a plain `Error` when it is longer than `mostBytes`. */
export async function answerText(answer: Response, mostBytes: number): Promise<string> {
  if (answer.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const part of answer.body) {
    const chunk = part as Uint8Array;
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('the answer is too large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** What a failed connection says, with the cause that `fetch` puts behind its own words. */
export function transportFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
