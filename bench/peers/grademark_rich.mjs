/**
 * grademark: entries with a stop and a target by the average true range, hours of its own and flat at the close.
 * Columns seven and eight of DATA are when the session of a bar opens and closes (microseconds). Indicators are worked
 * out beforehand by hand. It has no slippage and no fees, cannot enter again with the bar of an exit, and looks at stop
 * and target from the bar after the entry's on.
 */
import dataForge from 'data-forge';
import grademark from 'grademark';
import { CASH, SHARES, columns, measure, settings } from './peer.mjs';

const MINUTE = 60_000_000;
const [EMA, RSI, BAND, LOWEST, OVERSOLD] = [200, 14, 20, 60, 30];
const { bars } = settings;
const [time, open, high, low, close, volume, sessionOpen, sessionClose] = columns(8, bars);

function prepared() {
  let [ema, gains, losses, atr, turnover, shares] = [0, 0, 0, 0, 0, 0];
  let rsi = Number.NaN;
  let atrBefore = 0;
  const smooth = (average, value, row) => (row <= RSI ? average + value / RSI : (average * (RSI - 1) + value) / RSI);
  return Array.from({ length: bars }, (_, row) => {
    const [top, bottom, last] = [high[row] / 100, low[row] / 100, close[row] / 100];
    ema += row < EMA ? last / EMA : ((last - ema) * 2) / (EMA + 1);
    const rsiBefore = rsi;
    if (row > 0) {
      const before = close[row - 1] / 100;
      gains = smooth(gains, Math.max(0, last - before), row);
      losses = smooth(losses, Math.max(0, before - last), row);
      atr = smooth(atr, Math.max(top, before) - Math.min(bottom, before), row);
      if (row >= RSI) rsi = gains + losses === 0 ? 50 : (100 * gains) / (gains + losses);
    }
    if (row === 0 || sessionOpen[row] !== sessionOpen[row - 1]) [turnover, shares] = [0, 0];
    turnover += ((top + bottom + last) / 3) * volume[row];
    shares += volume[row];
    const end = time[row] + MINUTE;
    const enters =
      end >= sessionOpen[row] + 30 * MINUTE &&
      end <= sessionClose[row] - 30 * MINUTE &&
      row >= EMA - 1 &&
      rsiBefore >= OVERSOLD &&
      rsi < OVERSOLD &&
      last < lowerBand(row) &&
      last > ema * 0.99 &&
      last > lowestBefore(row) &&
      last < turnover / shares &&
      atr > 0;
    const bar = {
      time: time[row],
      open: open[row] / 100,
      high: top,
      low: bottom,
      close: last,
      volume: volume[row],
      enters,
      leaves: end >= sessionClose[row] - 5 * MINUTE,
      atrBefore,
    };
    atrBefore = atr;
    return bar;
  });
}

function lowerBand(row) {
  let sum = 0;
  let squares = 0;
  for (let index = row - BAND + 1; index <= row; index += 1) sum += close[index] / 100;
  const mean = sum / BAND;
  for (let index = row - BAND + 1; index <= row; index += 1) squares += (close[index] / 100 - mean) ** 2;
  return mean - 2 * Math.sqrt(squares / BAND);
}

function lowestBefore(row) {
  let lowest = Infinity;
  for (let index = row - LOWEST; index < row; index += 1) lowest = Math.min(lowest, low[index] / 100);
  return lowest;
}

function run() {
  const strategy = {
    entryRule: (enter, { bar }) => {
      if (bar.enters) enter({ direction: 'long' });
    },
    exitRule: (exit, { bar }) => {
      if (bar.leaves) exit();
    },
    stopLoss: ({ bar }) => 3 * bar.atrBefore,
    profitTarget: ({ bar }) => 4 * bar.atrBefore,
  };
  const trades = grademark.backtest(strategy, new dataForge.DataFrame(prepared()));
  const profit = trades.reduce((sum, { profit: each }) => sum + each * SHARES, 0);
  return [{ trades: trades.length, finalEquity: CASH + profit }];
}

measure(run);
