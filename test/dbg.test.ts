import { it } from 'vitest';
import { Strategy } from '../src/index.js';
import type { Bar, Context } from '../src/index.js';
import { backtest, bars, goldenTrades } from '../src/testing.js';
const wave = Array.from({length: 391*2}, (_, i) => 100 + 3*Math.sin(i/25) + (i%7)*0.05);
const seen: any = {};
class All extends Strategy.with({}) {
  static override subscribe = { symbols: ['AAA'], timeframe: '1m' };
  private slow = this.on('15m').rsi(5);
  private fast = this.sma(3);
  private a = this.atr(5);
  private kept: Bar | undefined;
  n = 0;
  override onStart(ctx: Context) { seen.start = true; ctx.setTimer('t', ctx.now + 40*60*1e6); }
  override onTimer(name: string, ctx: Context) { seen.timer = (seen.timer ?? 0) + 1; seen.timerNow = ctx.now; if (seen.timer < 3) ctx.setTimer(name, ctx.now + 5*60*1e6); }
  override onSession(phase: string) { (seen.phases ??= []).push(phase); }
  override onFill(f: any) { (seen.fills ??= []).push(f.side + f.quantity + f.symbol); }
  override onOrder(o: any) { (seen.orders ??= []).push(o.status); }
  override onStop() { seen.stop = true; }
  override onBar(bar: Bar, ctx: Context) {
    this.n += 1;
    if (this.n === 1) seen.first = [bar.time, this.slow.value, this.slow.ago(1), this.fast.value];
    if (this.n === 5) ctx.target('AAA', { weight: 0.5 }, { reason: 'w' });
    if (this.n === 60) ctx.target('AAA', { shares: -100 }, { reason: 's' });
    if (this.n === 100) ctx.target('AAA', { notional: 5000 }, { reason: 'n' });
    if (this.n === 120) ctx.exit('AAA', { reason: 'x' });
    if (this.n === 130) ctx.enterLong('AAA', { reason: 'trail', trail: { atr: 2 } });
    if (this.n === 200) ctx.exit('AAA', { reason: 'x' });
    if (this.n === 220) ctx.enterLong('AAA', { reason: 'br', stop: { percent: 1 }, target: { percent: 0.2 } });
    if (this.n === 300) ctx.enterShort('AAA', { reason: 'time', timeStop: { minutes: 10 }, size: { shares: 10 } });
    if (this.n === 350) this.kept = bar;
    if (this.n === 352) { try { seen.kept = this.kept?.close; } catch (e) { seen.kept = String(e); } }
    if (this.n === 360) ctx.enterLong('AAA', { reason: 'stoplimit', enterAt: bar.close + 0.2, limit: bar.close + 0.5, size: { notional: 1000 } });
  }
}
it('x', async () => {
  const run = await backtest(All as any, { data: bars({ AAA: wave }) });
  console.log(seen, goldenTrades(run), run.orders.map((o) => [o.side, o.type, o.quantity, o.status, o.reason, o.statusReason].join(' ')).join('\n'));
});
