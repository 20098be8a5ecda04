/**
 * Reads the values of flags. Every reader takes text and gives a domain value, or throws a `PapertapeError`
 * that names the flag, the value and what is allowed.
 */
import { formatDate, parseDate } from '../calendar/tradingDate.js';
import { PapertapeError } from '../domain/errors.js';
import { HOUR, isTimeframe, MINUTE, SECOND, TIMEFRAMES } from '../domain/timeframe.js';
import type { Timeframe } from '../domain/timeframe.js';
import { DOLLAR, parseDecimal } from '../domain/units.js';
import type { DurationMicros, Money } from '../domain/units.js';
import { nearestName } from '../utils/nearestName.js';

const SYMBOL = /^[A-Z][A-Z0-9.-]{0,11}$/;
const MAX_PORT = 65_535;

/** Symbols separated by commas or blanks, made upper case, doubles removed. */
export function readSymbols(text: string): readonly string[] {
  const symbols = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => part.toUpperCase());
  for (const symbol of symbols) {
    if (SYMBOL.test(symbol)) continue;
    throw new PapertapeError('SYMBOL_INVALID', `"${symbol}" is not a symbol.`, {
      remedy: 'Give tickers such as SPY or BRK.B: capitals, digits, "." and "-", at most 12, separated by commas.',
    });
  }
  if (symbols.length === 0) {
    throw new PapertapeError('USAGE', '--symbols is empty.', { remedy: 'Give at least one: --symbols SPY,IBM.' });
  }
  return [...new Set(symbols)];
}

/** Exactly one symbol. */
export function readSymbol(text: string): string {
  const [symbol, ...more] = readSymbols(text);
  if (symbol !== undefined && more.length === 0) return symbol;
  throw new PapertapeError('USAGE', `--symbol ${text} names more than one symbol.`, {
    remedy: 'Import the files of each symbol by themselves, or let the files name their symbols.',
  });
}

/** A New York trading date, normalised to `YYYY-MM-DD`. */
export function readDate(flag: string): (text: string) => string {
  return (text) => formatDate(parseDate(text, flag));
}

/** Throws `DATE_RANGE_INVALID` if `to` lies before `from`; both inclusive. */
export function checkRange(from: string, to: string): void {
  if (from <= to) return;
  throw new PapertapeError('DATE_RANGE_INVALID', `The range ends before it starts: --from ${from}, --to ${to}.`, {
    remedy: `Swap them: --from ${to} --to ${from}.`,
  });
}

/** A timeframe such as 1m or 1d. */
export function readTimeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  throw new PapertapeError('USAGE', `--timeframe ${text} is not a length of bars.`, {
    remedy: `Use one of ${TIMEFRAMES.join(', ')}.`,
  });
}

/** Dollars, more than zero, as micro-dollars. */
export function readCash(text: string): Money {
  const money = parseDecimal(text.replaceAll(/[,_]/g, ''), DOLLAR);
  if (money !== undefined && money > 0) return money;
  throw new PapertapeError('USAGE', `--cash ${text} is not an amount of dollars.`, {
    remedy: 'Give a positive amount such as 100000 or 2500.50.',
  });
}

/** Collects repeated `--param key=value`; the strategy checks the values. */
export function readParam(
  text: string,
  earlier: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const split = /^([\p{ID_Start}_$][\p{ID_Continue}$]*)=(.*)$/u.exec(text);
  if (split === null) {
    throw new PapertapeError('USAGE', `--param ${text} is not of the form name=value.`, {
      remedy: 'Write for example --param fast=10 --param slow=30.',
    });
  }
  return { ...earlier, [split[1] ?? '']: split[2] ?? '' };
}

/** A port, 0 for any free one. */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= MAX_PORT) return port;
  throw new PapertapeError('USAGE', `--port ${text} is not a port.`, {
    remedy: `Give a whole number from 1 to ${MAX_PORT}, or 0 for any free one.`,
  });
}

/** Market seconds per real second; 0 for `max`, as fast as possible. */
export function readSpeed(text: string): number {
  if (text === 'max') return 0;
  const speed = /^\d{1,6}(\.\d{1,3})?x?$/.test(text) ? Number(text.replace('x', '')) : 0;
  if (speed > 0) return speed;
  throw new PapertapeError('USAGE', `--speed ${text} is not a speed.`, {
    remedy: 'Give how many times as fast as the market, such as 1, 60 or 300, or max.',
  });
}

/** A seed: a whole number from 0 to 2^32 − 1. */
export function readSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seed < 2 ** 32) return seed;
  throw new PapertapeError('USAGE', `--seed ${text} is not a seed.`, {
    remedy: 'Give a whole number from 0 to 4294967295.',
  });
}

/** A length of time such as 90s, 10m or 2h, in microseconds. */
export function readDuration(flag: string): (text: string) => DurationMicros {
  return (text) => {
    const [, number = '', unit = ''] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
    const length = Number(number) * ({ s: SECOND, m: MINUTE, h: HOUR }[unit] ?? 0);
    if (length > 0) return length;
    throw new PapertapeError('USAGE', `${flag} ${text} is not a length of time.`, {
      remedy: `Write for example ${flag} 90s, ${flag} 10m or ${flag} 2h.`,
    });
  };
}

/** A New York time of day, `HH:MM` or `HH:MM:SS`, in microseconds since midnight. */
export function readTimeOfDay(flag: string): (text: string) => DurationMicros {
  return (text) => {
    const [, hours = '', minutes = '', seconds = '0'] = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? [];
    if (hours !== '') return Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
    throw new PapertapeError('USAGE', `${flag} ${text} is not a time of day.`, {
      remedy: `Write New York time, for example ${flag} 09:30 or ${flag} 15:59:30.`,
    });
  };
}

/** A whole number within bounds. */
export function readWhole(flag: string, lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= lowest && value <= highest) return value;
    throw new PapertapeError('USAGE', `${flag} ${text} is not possible.`, {
      remedy: `Give a whole number from ${lowest} to ${highest}.`,
    });
  };
}

/** One of a list of words. */
export function readChoice<C extends string>(flag: string, choices: readonly C[]): (text: string) => C {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    const near = nearestName(text, choices);
    throw new PapertapeError('USAGE', `${flag} ${text} is not possible: it is one of ${choices.join(', ')}.`, {
      remedy: near === undefined ? `Choose one of ${choices.join(', ')}.` : `Did you mean ${near}?`,
    });
  };
}

/** A share such as 20% or 0.2, above 0 and below 1. */
export function readShare(flag: string): (text: string) => number {
  return (text) => {
    const [, number, percent] = /^(\d{1,3}(?:\.\d{1,4})?|\.\d{1,4})(%?)$/.exec(text) ?? [];
    const share = Number(number ?? Number.NaN) / (percent === '%' ? 100 : 1);
    if (share > 0 && share < 1) return share;
    throw new PapertapeError('USAGE', `${flag} ${text} is not a share.`, {
      remedy: `Give a share above 0 and below all of it, such as ${flag} 20% or ${flag} 0.2.`,
    });
  };
}

/** A number of trading days such as 250d. */
export function readDays(flag: string): (text: string) => number {
  return (text) => {
    const days = Number(/^(\d{1,5})d?$/.exec(text)?.[1] ?? 0);
    if (days > 0) return days;
    throw new PapertapeError('USAGE', `${flag} ${text} is not a number of trading days.`, {
      remedy: `Write for example ${flag} 250d.`,
    });
  };
}
