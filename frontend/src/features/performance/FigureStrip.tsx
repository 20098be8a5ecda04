/** The figures of the whole account in a grid: what it made, what it risked, how good the trades were. */
import { clsx } from 'clsx';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Performance } from '../../../../src/contracts/index.js';
import { Segments } from '../../components/Segments.js';
import { FigureText } from './FigureText.js';

/** The grid; `all` adds what takes many days. Its rows are whole in two, four and eight columns. */
export function FigureStrip({ performance, all }: { readonly performance: Performance; readonly all: boolean }) {
  const { figures } = performance;
  const { trades } = figures;
  return (
    <section
      aria-label="Figures"
      className="grid grid-cols-2 gap-px bg-line sm:grid-cols-4 xl:grid-cols-8 [&>div]:bg-surface"
    >
      <Cell name="Closed P&L" large>
        <FigureText figure={{ value: trades.netProfit }} kind="money" signed />
      </Cell>
      <Cell name="Return" large>
        <FigureText figure={figures.totalReturn} kind="percent" signed />
      </Cell>
      <Cell name="Hit rate" note={`${trades.wins} of ${trades.trades}`} large>
        <FigureText figure={trades.hitRate} kind="percent" />
      </Cell>
      <Cell name="Profit factor" large>
        <FigureText figure={trades.profitFactor} kind="ratio" />
      </Cell>
      <Cell name="Expectancy" note="a trade" large>
        <FigureText figure={trades.expectancy} kind="money" signed />
      </Cell>
      <Cell name="Payoff" large>
        <FigureText figure={trades.payoff} kind="ratio" />
      </Cell>
      <Cell name="Max drawdown" large>
        <FigureText figure={figures.maxDrawdown} kind="percent" />
      </Cell>
      <Cell name="Drawdown now" large>
        <FigureText figure={figures.currentDrawdown} kind="percent" />
      </Cell>
      <Cell name="SQN">
        <FigureText figure={trades.sqn} kind="ratio" />
      </Cell>
      <Cell name="Mean R">
        <FigureText figure={trades.meanR} kind="multiple" signed />
      </Cell>
      <Cell name="Mean MAE">
        <FigureText figure={trades.meanMaxAdverse} kind="money" />
      </Cell>
      <Cell name="Mean MFE">
        <FigureText figure={trades.meanMaxFavourable} kind="money" />
      </Cell>
      <Cell name="Sharpe">
        <FigureText figure={figures.sharpe} kind="ratio" />
      </Cell>
      <Cell name="Sortino">
        <FigureText figure={figures.sortino} kind="ratio" />
      </Cell>
      <Cell name="Mean exposure">
        <FigureText figure={figures.meanExposure} kind="percent" />
      </Cell>
      <Cell name="Turnover" note="× equity">
        <FigureText figure={figures.turnover} kind="ratio" />
      </Cell>
      {all && <MoreFigures performance={performance} />}
    </section>
  );
}

function MoreFigures({ performance }: { readonly performance: Performance }) {
  const { figures, benchmark } = performance;
  const against = benchmark === null ? 'no benchmark' : `against ${benchmark}`;
  return (
    <>
      <Cell name="Return a year">
        <FigureText figure={figures.annualReturn} kind="percent" signed />
      </Cell>
      <Cell name="Volatility a year">
        <FigureText figure={figures.annualVolatility} kind="percent" />
      </Cell>
      <Cell name="Calmar">
        <FigureText figure={figures.calmar} kind="ratio" />
      </Cell>
      <Cell name="Omega">
        <FigureText figure={figures.omega} kind="ratio" />
      </Cell>
      <Cell name="Tail ratio">
        <FigureText figure={figures.tailRatio} kind="ratio" />
      </Cell>
      <Cell name="VaR, 1 day in 20">
        <FigureText figure={figures.valueAtRisk} kind="percent" />
      </Cell>
      <Cell name="CVaR, those days">
        <FigureText figure={figures.conditionalValueAtRisk} kind="percent" />
      </Cell>
      <Cell name="Time in the market">
        <FigureText figure={figures.timeInMarket} kind="percent" />
      </Cell>
      <Cell name="Alpha a year" note={against}>
        <FigureText figure={figures.alpha} kind="percent" signed />
      </Cell>
      <Cell name="Beta" note={against}>
        <FigureText figure={figures.beta} kind="ratio" />
      </Cell>
      <Cell name="Information ratio" note={against}>
        <FigureText figure={figures.informationRatio} kind="ratio" />
      </Cell>
      <Cell name="Tracking error" note={against}>
        <FigureText figure={figures.trackingError} kind="percent" />
      </Cell>
      <Cell name="Treynor ratio" note={against}>
        <FigureText figure={figures.treynorRatio} kind="ratio" />
      </Cell>
      <Cell name="Best day">
        <FigureText figure={figures.bestDay} kind="percent" signed />
      </Cell>
      <Cell name="Worst day">
        <FigureText figure={figures.worstDay} kind="percent" signed />
      </Cell>
      <Cell name="Longest drawdown" className="col-span-2 sm:col-span-4">
        {figures.points === 0 ? (
          <FigureText figure={figures.maxDrawdown} kind="ratio" />
        ) : (
          `${figures.maxDrawdownDays} ${figures.maxDrawdownDays === 1 ? 'day' : 'days'}`
        )}
      </Cell>
      <RollingFigures rolling={figures.rolling} against={against} />
    </>
  );
}

/** Figures of the last days alone, as many as chosen. */
function RollingFigures({ rolling, against }: { rolling: Performance['figures']['rolling']; against: string }) {
  const [chosen, setChosen] = useState(0);
  const figures = rolling[chosen] ?? rolling[0];
  if (figures === undefined) return null;
  const choices = rolling.map(({ window }, index) => ({ value: String(index), label: `${window}` }));
  const note = `last ${figures.window} days`;
  return (
    <>
      <div className="col-span-2 flex min-w-0 items-center gap-3 px-3 py-1.5 sm:col-span-4">
        <p className="text-2xs text-faint">Rolling, last days</p>
        <Segments
          label="Days of the rolling figures"
          value={String(chosen)}
          choices={choices}
          onChange={(index) => setChosen(Number(index))}
        />
      </div>
      <Cell name="Sharpe" note={note}>
        <FigureText figure={figures.sharpe} kind="ratio" />
      </Cell>
      <Cell name="Volatility a year" note={note}>
        <FigureText figure={figures.volatility} kind="percent" />
      </Cell>
      <Cell name={`Beta, ${against}`} note={note}>
        <FigureText figure={figures.beta} kind="ratio" />
      </Cell>
      <Cell name="Max drawdown" note={note}>
        <FigureText figure={figures.maxDrawdown} kind="percent" />
      </Cell>
    </>
  );
}

interface CellProps {
  readonly name: string;
  readonly note?: string;
  readonly large?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

function Cell({ name, note, large = false, className, children }: CellProps) {
  return (
    <div className={clsx('flex min-w-0 flex-col justify-center px-3 py-1.5', className)}>
      <p className="text-2xs text-faint">{name}</p>
      <p className="flex items-baseline gap-2 whitespace-nowrap">
        <span className={large ? 'text-base font-semibold' : 'text-sm font-medium'}>{children}</span>
        {note !== undefined && <span className="truncate text-2xs text-muted">{note}</span>}
      </p>
    </div>
  );
}
