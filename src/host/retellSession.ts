/** Tells an earlier session's groups once more, for whoever keeps tables of what tapes say. */
import { PapertapeError } from '../domain/errors.js';
import { readLog } from '../storage/logReader.js';
import type { SessionTools } from './assembleSession.js';
import type { SessionPlan } from './sessionPlan.js';
import { tapeDirectory } from './tapeNames.js';

/**
 * Gives the groups of the session before to {@link SessionTools.onGroup} once more, before those of a new tape: what
 * became durable shortly before a kill may not have reached whoever takes them. A damaged tape ends at the damage.
 */
export function retellSession(
  { dataDir, follows }: SessionPlan,
  { fs, onGroup, onNotice }: SessionTools,
  sessionId: string,
): void {
  if (onGroup === undefined || follows === sessionId) return;
  try {
    for (const { bytes } of readLog(fs, tapeDirectory(dataDir, sessionId))) onGroup(bytes);
  } catch (error) {
    if (!(error instanceof PapertapeError)) throw error;
    onNotice({ code: error.code, message: `The tables may lack the end of ${sessionId}: ${error.message}` });
  }
}
