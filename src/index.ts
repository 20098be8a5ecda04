/** What `import … from 'papertape'` gives: the language of strategies. Importing it starts nothing. */
export { Strategy } from './strategies/Strategy.js';
export type { Subscription, StrategyBase, StrategyClass, StrategySetup } from './strategies/Strategy.js';
export { param } from './strategies/param.js';
export type { Param, ParamSchema, ParamValue, ParamValues } from './strategies/param.js';
export type { Bar, BarSnapshot, PrintSnapshot, QuoteSnapshot, QuoteTick, TradePrint } from './strategies/Bar.js';
export type {
  Context,
  EntryOptions,
  EntrySize,
  OrderDesk,
  OrderOptions,
  SignalOptions,
  StrategyFill,
  StrategyOrder,
  StrategyPosition,
} from './strategies/Context.js';
export type { IndicatorLine } from './indicators/IndicatorLine.js';
export type { IndicatorScope } from './strategies/IndicatorScope.js';
export type { SessionPhase } from './calendar/TradingCalendar.js';
export { PrintFlag } from './domain/marketTables.js';
export { builtInStrategy } from './strategies/registry.js';
export { Backtester, runBacktest } from './analytics/Backtester.js';
export type { BacktestProgress, BacktestSetup, BacktestStrategy } from './analytics/Backtester.js';
export type { BacktestRun } from './analytics/BacktestRun.js';
