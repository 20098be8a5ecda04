/**
 * Server-sent events: `/v2/events/trades`, the updates of orders as on the trading stream, and
 * `/v2beta1/events/activities`. Both tell the past from a time or an id on, if asked to, and then what happens, until a
 * time or an id is reached.
 */
import type { Micros } from '../../../domain/units.js';
import type { Clock } from '../../../utils/clock.js';
import { activityEventJson, isShown } from '../activityList.js';
import { invalid } from '../alpacaError.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute, EventSink } from '../alpacaRoute.js';
import { textField, timeField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** How often a stream that ends at a time looks whether the market is there. */
const LOOK_EVERY_MS = 250;

/** Something with a place in the order of events. */
interface Placed {
  readonly eventId: string;
  readonly time: Micros;
}

/** Which events: those from `since` (exclusive for an id) to `until`, both inclusive for times; absent is open. */
interface EventRange {
  readonly since?: Micros;
  readonly sinceId?: string;
  readonly until?: Micros;
  readonly untilId?: string;
}

/** The routes. */
export function eventRoutes(desk: AlpacaDesk, clock: Clock): readonly AlpacaRoute[] {
  const read = { api: 'trading', method: 'GET', access: 'read' } as const;
  return [
    { ...read, path: '/v2/events/trades', handle: (request) => trades(desk, clock, request) },
    { ...read, path: '/v2beta1/events/activities', handle: (request) => activities(desk, clock, request) },
  ];
}

function trades(desk: AlpacaDesk, clock: Clock, { principal, query }: AlpacaRequest): AlpacaAnswer {
  const range = readRange(query);
  const { accountId } = principal;
  return stream(desk, clock, range, (tell) => {
    const past = asksForPast(range) ? desk.history(accountId, (update) => !isBefore(update, range)) : [];
    for (const update of past) tell(update, update.payload);
    return desk.onUpdate((update) => {
      if (update.accountId === accountId) tell(update, update.payload);
    });
  });
}

function activities(desk: AlpacaDesk, clock: Clock, { principal, query }: AlpacaRequest): AlpacaAnswer {
  const range = readRange(query);
  const { accountId } = principal;
  return stream(desk, clock, range, (tell) => {
    const past = asksForPast(range) ? (desk.model.account(accountId)?.activities ?? []) : [];
    for (const activity of past) {
      if (isShown(activity) && !isBefore(activity, range)) tell(activity, activityEventJson(activity, desk));
    }
    return desk.onActivity((activity, owner) => {
      if (owner === accountId && isShown(activity)) tell(activity, activityEventJson(activity, desk));
    });
  });
}

/** Tells what `watch` tells until the end of the range is reached. */
function stream(
  desk: AlpacaDesk,
  clock: Clock,
  range: EventRange,
  watch: (tell: (event: Placed, data: unknown) => void) => () => void,
): AlpacaAnswer {
  const { until, untilId } = range;
  const events = (sink: EventSink): (() => void) => {
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      sink.end();
    };
    const stop = watch((event, data) => {
      if (over) return;
      const { time, eventId } = event;
      if ((until !== undefined && time > until) || (untilId !== undefined && eventId > untilId)) return end();
      sink.send(data);
      if (untilId === event.eventId) end();
    });
    let cancel = (): void => undefined;
    const look = (): void => {
      if (until === undefined || over) return;
      if (desk.venue.clock().time > until) end();
      else cancel = clock.setTimer(LOOK_EVERY_MS, look);
    };
    look();
    return () => {
      over = true;
      cancel();
      stop();
    };
  };
  return { status: 200, events };
}

function readRange(query: Fields): EventRange {
  const since = timeField(query, 'since');
  const until = timeField(query, 'until', true);
  const sinceId = ulidField(query, 'since_id');
  const untilId = ulidField(query, 'until_id');
  if (since !== undefined && sinceId !== undefined) throw invalid('since and since_id cannot be used together');
  if (until !== undefined && since === undefined) throw invalid('since is required if until is specified');
  if (untilId !== undefined && sinceId === undefined) throw invalid('since_id is required if until_id is specified');
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(sinceId === undefined ? {} : { sinceId }),
    ...(untilId === undefined ? {} : { untilId }),
  };
}

function ulidField(query: Fields, name: string): string | undefined {
  const text = textField(query, name)?.toUpperCase();
  if (text !== undefined && !ULID.test(text)) throw invalid(`invalid ${name}: ${text}`);
  return text;
}

function asksForPast({ since, sinceId }: EventRange): boolean {
  return since !== undefined || sinceId !== undefined;
}

function isBefore({ time, eventId }: Placed, { since, sinceId }: EventRange): boolean {
  return (since !== undefined && time < since) || (sinceId !== undefined && eventId <= sinceId);
}
