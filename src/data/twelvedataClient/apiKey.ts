/** The key of Twelve Data: checked once, and taken out of every text that leaves the client. */
import { PapertapeError } from '../../domain/errors.js';

/** Throws `SOURCE_KEY_REFUSED` for a key that no request could carry; the key is not repeated. */
export function assertApiKey(apiKey: string): void {
  if (/^[\x21-\x7e]{1,200}$/.test(apiKey)) return;
  const problem = apiKey === '' ? 'No key for Twelve Data is set' : 'The key for Twelve Data is no plain text';
  throw new PapertapeError(
    'SOURCE_KEY_REFUSED',
    `${problem}; a key has 1 to 200 letters, digits and marks, without blanks.`,
    {
      remedy: 'Copy the key from the account page of Twelve Data.',
    },
  );
}

/** A text without the key, however it was written into it, and with at most `most` characters. */
export function withoutKey(text: string, apiKey: string, most = 300): string {
  const clean = text
    .replaceAll(apiKey, '[key]')
    .replaceAll(encodeURIComponent(apiKey), '[key]')
    .replace(/(apikey[=:\s"']+)[^&\s"'<>]+/gi, (match: string, name: string) =>
      match.endsWith('[key]') || /\*\*/.test(match) ? match : `${name}[key]`,
    );
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
}
