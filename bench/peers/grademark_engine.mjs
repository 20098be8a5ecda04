/**
 * grademark: averages worked out beforehand by hand, which is many times faster than its documented way through data
 * frames. It has no commission, which is taken off afterwards, and cannot enter again with the bar of an exit. Called
 * and answering as peer.py says.
 */
import dataForge from 'data-forge';
import grademark from 'grademark';
import { CASH, SHARES, columns, measure, settings } from './peer.mjs';

const FAST = 10;
const SLOW = 50;
const { bars } = settings;
const [time, open, high, low, close, volume] = columns(6, bars);

function prepared() {
  let fast = 0;
  let slow = 0;
  let before = Number.NaN;
  return Array.from({ length: bars }, (_, row) => {
    fast += close[row] - (row >= FAST ? close[row - FAST] : 0);
    slow += close[row] - (row >= SLOW ? close[row - SLOW] : 0);
    const now = row >= SLOW - 1 ? fast * SLOW - slow * FAST : Number.NaN;
    const bar = {
      time: time[row],
      open: open[row] / 100,
      high: high[row] / 100,
      low: low[row] / 100,
      close: close[row] / 100,
      volume: volume[row],
      rises: before <= 0 && now > 0,
      falls: before >= 0 && now < 0,
    };
    before = now;
    return bar;
  });
}

function run() {
  const strategy = {
    entryRule: (enter, { bar }) => {
      if (bar.rises) enter({ direction: 'long' });
    },
    exitRule: (exit, { bar }) => {
      if (bar.falls) exit();
    },
  };
  const trades = grademark.backtest(strategy, new dataForge.DataFrame(prepared()));
  const closed = trades.filter(({ exitReason }) => exitReason === 'exit-rule');
  const profit = trades.reduce((sum, { profit: each }) => sum + each * SHARES, 0);
  return [{ trades: closed.length, finalEquity: CASH + profit - closed.length * 2 - (trades.length - closed.length) }];
}

measure(run);
