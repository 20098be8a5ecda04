/**
 * The market of `ingest`: a hundred symbols over ten minutes of a morning, from a seed, as wire messages and as the
 * bars that must come of them: trades and quotes in turn as Alpaca tells them, prices with the volume of the day as
 * Twelve Data does.
 */
import { MINUTE } from '../src/domain/timeframe.js';
import { SeededRandom } from '../src/utils/random.js';

/** Symbols of the market. */
export const SYMBOLS: readonly string[] = Array.from({ length: 100 }, (_, at) => `S${at.toString(36).toUpperCase()}X`);
/** Events of one run, and those of a frame in the batched form. */
export const EVENTS = 300_000;
export const BATCH = 20;
/** 10:30 New York on a Monday. */
export const START = Date.UTC(2026, 7, 3, 14, 30) * 1000;
/** Time between two events. */
export const STEP = (10 * MINUTE) / EVENTS;

/** First prices in cents, by symbol. */
export const FIRST_CENTS: readonly number[] = SYMBOLS.map((_, at) => 2_000 + at * 150);

/** How many bars there are, and the sum of their volumes and closes in cents. */
export interface IngestTruth {
  readonly bars: number;
  readonly volume: number;
  readonly closes: number;
}

/** Every message in order, and what comes of them; `onMessage` gets each as JSON without its list. */
export function eachMessage(onMessage: (text: string, at: number) => void): IngestTruth {
  const random = new SeededRandom(7);
  const cents = [...FIRST_CENTS];
  const last = new Map<number, number>();
  let bars = 0;
  let volume = 0;
  let closes = 0;
  let minute = START;
  const closeMinute = (): void => {
    bars += last.size;
    for (const close of last.values()) closes += close;
    last.clear();
  };
  for (let at = 0; at < EVENTS; at += 1) {
    const time = START + at * STEP;
    if (time >= minute + MINUTE) {
      closeMinute();
      minute += MINUTE;
    }
    const symbol = random.below(SYMBOLS.length);
    const price = Math.max(500, (cents[symbol] ?? 0) + random.below(3) - 1);
    cents[symbol] = price;
    const millis = new Date(Math.floor(time / 1000)).toISOString().slice(0, 23);
    const t = `${millis}${String(time % 1000).padStart(3, '0')}518Z`;
    const name = SYMBOLS[symbol] ?? '';
    const size = 100 * (1 + random.below(9));
    if (at % 2 === 0) {
      last.set(symbol, price);
      volume += size;
      onMessage(
        `{"T":"t","S":"${name}","i":${52_983_525_000_000 + at},"x":"Q","p":${price / 100},"s":${size},` +
          `"c":["@","F"],"z":"C","t":"${t}"}`,
        at,
      );
    } else {
      onMessage(
        `{"T":"q","S":"${name}","bx":"Q","bp":${(price - 1) / 100},"bs":${size},"ax":"N","ap":${(price + 1) / 100},` +
          `"as":${size},"c":["R"],"z":"C","t":"${t}"}`,
        at,
      );
    }
  }
  closeMinute();
  return { bars, volume, closes };
}

/** The frames of the market, with so many events in each. */
export function framesOf(batch: number): { readonly frames: readonly Buffer[]; readonly truth: IngestTruth } {
  const frames: Buffer[] = [];
  let waiting: string[] = [];
  const truth = eachMessage((text) => {
    waiting.push(text);
    if (waiting.length < batch) return;
    frames.push(Buffer.from(`[${waiting.join(',')}]`));
    waiting = [];
  });
  return { frames, truth };
}

/** The same for Twelve Data: one price a frame. A first price tells no volume, because none is known before it. */
export function priceFrames(): { readonly frames: readonly Buffer[]; readonly truth: IngestTruth } {
  const random = new SeededRandom(8);
  const cents = [...FIRST_CENTS];
  const dayVolume = SYMBOLS.map(() => 0);
  const last = new Map<number, number>();
  const frames: Buffer[] = [];
  let bars = 0;
  let volume = 0;
  let closes = 0;
  let minute = START;
  const closeMinute = (): void => {
    bars += last.size;
    for (const close of last.values()) closes += close;
    last.clear();
  };
  for (let at = 0; at < EVENTS; at += 1) {
    const time = START + at * STEP;
    if (time >= minute + MINUTE) {
      closeMinute();
      minute += MINUTE;
    }
    const symbol = random.below(SYMBOLS.length);
    const price = Math.max(500, (cents[symbol] ?? 0) + random.below(3) - 1);
    cents[symbol] = price;
    const before = dayVolume[symbol] ?? 0;
    // No two events of a symbol say the same.
    const size = 100 + (at % 4_000);
    dayVolume[symbol] = before + size;
    if (before > 0) volume += size;
    last.set(symbol, price);
    const name = SYMBOLS[symbol] ?? '';
    frames.push(
      Buffer.from(
        `{"event":"price","symbol":"${name}","currency":"USD","exchange":"NASDAQ","mic_code":"XNAS",` +
          `"type":"Common Stock","timestamp":${Math.floor(time / 1_000_000)},"price":${price / 100},` +
          `"day_volume":${before + size}}`,
      ),
    );
  }
  closeMinute();
  return { frames, truth: { bars, volume, closes } };
}
