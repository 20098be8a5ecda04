/**
 * What the Twelve Data service has been seen or said to do wrong, as changes of what the server says: messages of the
 * stream for {@link TwelvedataStreamFaults}, and answers of REST for {@link FaultProxy}.
 */
import type { HttpFault } from './FaultProxy.js';
import type { HandshakeAnswer, StreamEdit } from './TwelvedataStreamFaults.js';

type Message = Record<string, unknown>;

/** The answer that refuses a key. */
export const KEY_REFUSED = JSON.stringify({
  code: 401,
  message: '**apikey** parameter is incorrect or not specified. You can get your free API key instantly.',
  status: 'error',
});

/** Answers in place of a connection. */
export const HANDSHAKES = {
  'the key refused': { status: 401, body: KEY_REFUSED },
  'the key refused with the status 200': { status: 200, body: KEY_REFUSED },
  'the plan refused': { status: 403, body: KEY_REFUSED.replace('401', '403') },
  'out of service': { status: 503 },
  'a page of a proxy': { status: 502, contentType: 'text/html', body: '<html><h1>502 Bad Gateway</h1></html>' },
} as const satisfies Readonly<Record<string, HandshakeAnswer>>;

const messages = (event: string, change: (message: Message) => Message): StreamEdit => {
  return (text) => {
    const message: Message = JSON.parse(text);
    return [message['event'] === event ? JSON.stringify(change(message)) : text];
  };
};
const without = (message: Message, name: string): Message => {
  const { [name]: _, ...rest } = message;
  return rest;
};
const prices = (change: (message: Message) => Message): StreamEdit => messages('price', change);
const later = (seconds: number): StreamEdit =>
  prices((message) => ({ ...message, timestamp: Number(message['timestamp']) + seconds }));
const volumes = (change: (volume: number, count: number) => number): StreamEdit => {
  let count = 0;
  return prices((message) => {
    count += 1;
    return { ...message, day_volume: change(Number(message['day_volume']), count) };
  });
};

/** Changes of the stream by what they do; made anew for each use, as some remember what came before. */
export const STREAM_FAULTS: Readonly<Record<string, () => StreamEdit>> = {
  'a warning with some fails': () =>
    messages('subscribe-status', (message) => ({
      ...message,
      status: 'warning',
      fails: [{ symbol: '1211', message: 'You are not authorized to access XHKG data.' }],
    })),
  'no list of successes': () => messages('subscribe-status', (message) => without(message, 'success')),
  'null for fails': () => messages('subscribe-status', (message) => ({ ...message, fails: null })),
  'messages in place of lists': () =>
    messages('subscribe-status', () => ({
      event: 'subscribe-status',
      status: 'error',
      messages: ['Cant parse message'],
    })),
  'a message without an event': () => prices((message) => without(message, 'event')),
  'a frame that is no JSON': () => (text) => ['Internal Server Error', text],
  'a price as text': () => prices((message) => ({ ...message, price: String(message['price']) })),
  'fields that nobody knows': () => prices((message) => ({ ...message, exchange_v2: { x: 1 }, flags: [1, 2] })),
  'each message twice': () => (text) => [text, text],
  'two by two in the wrong order': () => {
    let held: string | undefined;
    return (text) => {
      if (!text.startsWith('{"event":"price"')) return [text];
      const before = held;
      held = before === undefined ? text : undefined;
      return before === undefined ? [] : [text, before];
    };
  },
  'two minutes ahead': () => later(120),
  'two days old': () => later(-172_800),
  'no volume': () => prices((message) => without(message, 'day_volume')),
  'a volume that falls': () => volumes((volume, count) => (count % 2 === 0 ? Math.floor(volume / 2) : volume)),
  'a volume that jumps': () => volumes((volume, count) => volume + (count > 2 ? 1_000_000 : 0)),
  'several prices of one second': () => {
    let first: unknown;
    return prices((message) => ({ ...message, timestamp: (first ??= message['timestamp']) }));
  },
  'an old price on subscribing': () => (text) => {
    const { event, success }: { event?: string; success?: readonly Message[] } = JSON.parse(text);
    if (event !== 'subscribe-status') return [text];
    const old = (success ?? []).map(({ symbol }) => ({ event: 'price', symbol, timestamp: 1_600_000_000, price: 1 }));
    return [text, ...old.map((one) => JSON.stringify(one))];
  },
};

const error = (code: number, message: string): string => JSON.stringify({ code, message, status: 'error' });
const JSON_HEADERS = { 'content-type': 'application/json' };
const outOf = (window: string): string =>
  error(429, `You have run out of API credits ${window}. 9 API credits were used, with the current limit being 8.`);
const rows = (change: (values: Message[]) => Message[]): HttpFault => ({
  kind: 'rewrite',
  change: (text) => {
    const body: { values: Message[] } = JSON.parse(text);
    return JSON.stringify({ ...body, values: change(body.values) });
  },
});
const cents = (text: unknown, units: number): string => (Number(text) + units * 1e-5).toFixed(5);

/** Faults of REST by what they do. */
export const REST_FAULTS = {
  'no answer': { kind: 'dropRequest', silent: true },
  'the connection closed': { kind: 'dropRequest' },
  'an answer that ends in its middle': { kind: 'cut', bytes: 250 },
  'a fault of the server': { kind: 'answer', status: 500, headers: JSON_HEADERS, body: error(500, 'Server error') },
  'a page of a proxy': {
    kind: 'answer',
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: HANDSHAKES['a page of a proxy'].body,
  },
  'a compressed answer': { kind: 'gzip' },
  'no credits in this minute': {
    kind: 'answer',
    status: 429,
    headers: JSON_HEADERS,
    body: outOf('for the current minute'),
  },
  'no credits today': { kind: 'answer', status: 429, headers: JSON_HEADERS, body: outOf('for the day') },
  'no credits in this minute, with the status 200': {
    kind: 'answer',
    status: 200,
    headers: JSON_HEADERS,
    body: outOf('for the current minute'),
  },
  'no credits today, with the status 200': {
    kind: 'answer',
    status: 200,
    headers: JSON_HEADERS,
    body: outOf('for the day'),
  },
  'no headers of credits': { kind: 'rewrite', change: (text) => text },
  'an empty range': {
    kind: 'answer',
    status: 400,
    headers: JSON_HEADERS,
    body: error(400, 'No data is available on the specified dates. Try setting different start/end dates.'),
  },
  'a symbol that the plan lacks': {
    kind: 'answer',
    status: 404,
    headers: JSON_HEADERS,
    body: error(404, 'This symbol is available starting with the Grow or Venture plan.'),
  },
  'rows without a volume': rows((values) => values.map((row) => without(row, 'volume'))),
  'fields that are null': rows((values) => values.map((row) => ({ ...row, volume: null, open: null }))),
  'a quote that is a shell': {
    kind: 'rewrite',
    change: () => JSON.stringify({ extended_timestamp: 0, is_market_open: false, timestamp: 0 }),
  },
  'rows that come twice': rows((values) => values.flatMap((row) => [row, row])),
  'a high below the close': rows((values) => values.map((row) => ({ ...row, high: cents(row['close'], -1) }))),
  'bars that were restated': rows((values) => values.map((row) => ({ ...row, close: cents(row['close'], 7) }))),
} as const satisfies Readonly<Record<string, HttpFault>>;
