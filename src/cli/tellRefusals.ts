/** Tells a person at the terminal which symbols a live source refuses, each once, as soon as it is known. */
import type { SessionInfo } from '../contracts/session.js';
import type { TradingSession } from '../api/tradingSession.js';
import { refusalText } from '../host/liveViews.js';
import type { Terminal } from './terminal.js';

/** Tells what is known, and what comes until the returned function is called. */
export function tellRefusals(session: Pick<TradingSession, 'info' | 'onUpdate'>, terminal: Terminal): () => void {
  const told = new Set<string>();
  const tell = ({ sources }: SessionInfo): void => {
    for (const { feed, refused } of sources) {
      for (const one of refused) {
        const text = refusalText(feed, one);
        if (told.has(text)) continue;
        told.add(text);
        terminal.err(`  ${terminal.errColours.yellow('!')} ${text}\n`);
      }
    }
  };
  tell(session.info());
  return session.onUpdate((update) => {
    if (update.topic === 'session') tell(update.data);
  });
}
