/** Keys of stream messages as scanners compare them: one character, or two with the second in the higher byte. */

const key = (text: string): number => text.charCodeAt(0) | ((text.length > 1 ? text.charCodeAt(1) : 0) << 8);

/** Key of a message's kind, which comes first. */
export const KIND = key('T');
export const SYMBOL = key('S');
export const TIME = key('t');
/** Of trades. */
export const PRICE = key('p');
export const SIZE = key('s');
export const ID = key('i');
export const EXCHANGE = key('x');
export const TAPE = key('z');
/** Of trades and quotes; of bars it is the close. */
export const CODES = key('c');
/** Of quotes. */
export const BID = key('bp');
export const BID_SIZE = key('bs');
export const ASK = key('ap');
export const ASK_SIZE = key('as');
/** Of bars. */
export const OPEN = key('o');
export const HIGH = key('h');
export const LOW = key('l');
export const VOLUME = key('v');

/** Kinds of messages that scanners read. */
export const Kind = { TRADE: key('t'), QUOTE: key('q'), BAR: key('b'), REVISED_BAR: key('u') } as const;

/** Bits of the fields that a message has to have: symbol and time, then those of its kind in any fixed order. */
export const Seen = { SYMBOL: 1, TIME: 2, A: 4, B: 8, C: 16, D: 32, E: 64 } as const;
/** What a trade, a quote and a bar have to have. */
export const TRADE_SEEN = Seen.SYMBOL | Seen.TIME | Seen.A | Seen.B;
export const QUOTE_SEEN = TRADE_SEEN | Seen.C | Seen.D;
export const BAR_SEEN = QUOTE_SEEN | Seen.E;
