/**
 * Opens a session in its thread: goes on with the latest one of the same market if it has not ended, or starts a
 * new one, which carries on the account of the latest.
 */
import { nextSession } from '../calendar/sessions.js';
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { presetOf } from '../exchange/presets.js';
import { closingOf, resume, startNew, type OpenedSession, type SessionTools } from './assembleSession.js';
import { leftStrategies } from './leftStrategies.js';
import { openLiveSession } from './openLiveSession.js';
import { openMarket, openNewMarket } from './marketSource.js';
import { readTape, type SessionRecord } from './readTape.js';
import { retellSession } from './retellSession.js';
import type { DayPlan, SessionPlan } from './sessionPlan.js';
import { isBrokerName, isLiveName, numberIn, sessionNames, tapeDirectory } from './tapeNames.js';
import type { PlacedRecord } from './tapeRecords.js';

/** Opens it. Throws the errors of the tape, the market and the strategies. */
export async function openSession(plan: SessionPlan, tools: SessionTools): Promise<OpenedSession> {
  const names = sessionNames(tools.fs, plan.dataDir);
  const number = numberIn(names[names.length - 1] ?? '') + 1;
  const { market } = plan;
  const reading = presetOf(plan.preset).factorActions;
  // A live account is one of its own, and so is one at a broker: no other days go on with it or change it.
  if (market.kind === 'live') {
    const isOfLine = plan.broker === undefined ? isLiveName : isBrokerName;
    return openLiveSession(plan, market, tools, names.filter(isOfLine), number);
  }
  const latest = names.findLast((name) => !isLiveName(name) && !isBrokerName(name));
  if (latest === undefined || plan.fresh) {
    if (latest !== undefined) retellSession(plan, tools, latest);
    return startNew(plan, tools, await openNewMarket(market, tools.history, reading), { number });
  }
  const tape = readTape(tools.fs, tapeDirectory(plan.dataDir, latest));
  if (goesOn(tape.session, tape.records, market)) {
    return resume(latest, plan, tools, (header) => openMarket(header.market, tools.history));
  }
  retellSession(plan, tools, latest);
  const closing = market.kind === 'simulated' ? closingOf(tape.records) : undefined;
  if (closing === undefined || market.kind !== 'simulated') {
    // A later day goes on with what happened before; an earlier one cannot know it yet.
    const isLater = tape.session.market.date < market.date;
    const succession = { number, ...(isLater ? { follows: latest } : {}) };
    return startNew(plan, tools, await openNewMarket(market, tools.history, reading), succession);
  }
  const date = formatDate(nextSession(parseDate(tape.session.market.date)).date);
  const next = await openNewMarket({ ...market, date }, tools.history, reading, closing.prices);
  const left = leftStrategies(tape, closing);
  return startNew(plan, tools, next, { number, closing, follows: latest, left });
}

function goesOn(session: SessionRecord, records: readonly PlacedRecord[], market: DayPlan): boolean {
  const last = records[records.length - 1]?.record;
  if (last?.type === 'position' && last.ended) return false;
  if (market.kind === 'simulated') return session.market.kind === 'simulated';
  if (market.kind === 'tape') return session.market.kind === 'tape' && session.market.directory === market.directory;
  return session.market.kind === 'history' && session.market.date === market.date;
}
