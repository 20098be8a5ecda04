/**
 * A trial whose equity was 0 or below is a trial all the same. What luck makes of the best is reckoned from all that
 * were made, whatever became of them: the matrix of Bailey, Borwein, López de Prado and Zhu (2017) has every
 * configuration, White's reality check (2000) every model, and the deflated Sharpe ratio (Bailey and López de Prado,
 * 2014) the number and variance of all; leaving losers out makes the choice look better than it is. But of equity at 0
 * or below no later return has a meaning: a fall from −10 to −30 would be a gain of 200 %.
 */

/**
 * Daily returns as somebody has them who holds on until nothing is left: −1 on the day on which everything was lost, 0
 * after it. The same array where no close was 0 or below; a curve that only fell so low within a day has all its
 * returns.
 */
export function untilRuin(returns: Float64Array): Float64Array {
  const day = returns.findIndex((value) => !(value > -1));
  if (day < 0) return returns;
  const held = new Float64Array(returns.length);
  held.set(returns.subarray(0, day));
  held[day] = -1;
  return held;
}
