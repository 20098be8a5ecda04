/** The trades on the prices they were made at, and how much of the equity was in the market meanwhile. */
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { Fill } from '../../domain/fill.js';
import { HOUR } from '../../domain/timeframe.js';
import { formatPrice, formatQuantity } from '../../exchange/receiptText.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { BacktestRun } from '../BacktestRun.js';
import { exposureByDay } from '../exposure.js';
import type { DayExposure } from '../exposure.js';
import { formatCount, formatPercent, groupThousands, plural } from '../figureText.js';
import { momentText } from '../fillMoments.js';
import { rowAt } from '../pricePaths.js';
import type { PricePath } from '../pricePaths.js';
import type { Scale } from './chartParts.js';
import { areaOf, at, dividers, dollars, extent, gridLines, pathOf, scaleOf, xLabels, yLabels } from './chartParts.js';
import type { Html } from './html.js';
import { html, NO_HTML } from './html.js';

/** Symbols that get a chart, those with the most fills first. */
const MOST_CHARTS = 4;
/** Fills that are marked on one chart at most; evenly chosen beyond. */
const MOST_MARKS = 300;
/** Beyond this many the marks are small. */
const MOST_LARGE_MARKS = 80;
const NOON = 12 * HOUR;

/** The price of a symbol with fills on it. */
export interface PriceChart {
  readonly symbol: string;
  readonly path: PricePath;
  /** How many fills the symbol has, and those of them that are marked. */
  readonly fills: number;
  readonly marked: readonly Fill[];
}

/** What is shown of prices. */
export interface PricesShown {
  readonly charts: readonly PriceChart[];
  /** Symbols with fewer fills, which get no chart. */
  readonly left: number;
}

/** At most {@link MOST_CHARTS} charts; undefined for a run without fills. */
export function pricesToShow({ run, symbols }: HistoryBacktestRun): PricesShown | undefined {
  if (run.fillCount === 0) return undefined;
  const bySymbol = new Map<number, number[]>();
  let place = 0;
  for (const { symbolId } of run.bareFills()) {
    const known = bySymbol.get(symbolId);
    if (known === undefined) bySymbol.set(symbolId, [place]);
    else known.push(place);
    place += 1;
  }
  const most = [...bySymbol].toSorted(([a, left], [b, right]) => right.length - left.length || a - b);
  const shown = most.slice(0, MOST_CHARTS);
  const charts = shown.flatMap(([symbolId, fills]): readonly PriceChart[] => {
    const path = run.pricePaths[symbolId];
    if (path === undefined || path.time.length === 0) return [];
    const every = Math.max(1, fills.length / MOST_MARKS);
    const marked = Array.from({ length: Math.min(fills.length, MOST_MARKS) }, (_, n) => {
      return run.fillAt(fills[Math.floor(n * every)] ?? 0);
    });
    return [{ symbol: symbols[symbolId] ?? '', path, fills: fills.length, marked }];
  });
  return { charts, left: most.length - shown.length };
}

/** A chart per traded symbol; nothing for a run without fills. */
export function pricesSection(result: HistoryBacktestRun): Html {
  const shown = pricesToShow(result);
  if (shown === undefined) return NO_HTML;
  const { charts, left } = shown;
  return html`<section class="panel" id="prices">
    <h2>Trades on the price</h2>
    ${charts.map((chart) => priceFigure(chart, result.run))}
    ${left > 0 ? html`<p class="rest">No chart here of ${plural(left, 'symbol')} with fewer fills.</p>` : NO_HTML}
  </section>`;
}

/** What is shown of exposure. Fractions. */
export interface ExposureShown {
  readonly days: readonly DayExposure[];
  /** Of gross exposure, over the days. */
  readonly mean: number;
  /** Share of the days on which anything was held. */
  readonly invested: number;
}

/** Undefined for a run without fills, and for one of a single day. */
export function exposureToShow({ run }: HistoryBacktestRun): ExposureShown | undefined {
  if (run.fillCount === 0) return undefined;
  const days = exposureByDay(run.curve, run.bareFills(), run.pricePaths, run.config.priceScale, run.bookings);
  if (days.length < 2) return undefined;
  return {
    days,
    mean: days.reduce((sum, { gross }) => sum + gross, 0) / days.length,
    invested: days.filter(({ gross }) => gross > 0).length / days.length,
  };
}

/** How much was in the market, by day; nothing for a run without fills. */
export function exposureSection(result: HistoryBacktestRun): Html {
  const shown = exposureToShow(result);
  if (shown === undefined) return NO_HTML;
  const { days, mean, invested } = shown;
  const gross = Float64Array.from(days, (day) => day.gross);
  const net = Float64Array.from(days, (day) => day.net);
  const isBoth = days.some((day) => Math.abs(day.gross - day.net) > 1e-9);
  const scale = scaleOf(Math.min(0, ...extent(net)), Math.max(...extent(gross), 0.01), 4);
  const labels = xLabels(Float64Array.from(days, ({ date }) => fromNewYork(parseDate(date), NOON)));
  return html`<section class="panel" id="exposure">
    <h2>Exposure</h2>
    <figure>
      <figcaption>
        The most that was held at any moment of each day, as a part of equity: ${formatPercent(mean)} on average.
        Something was held on ${formatPercent(invested)} of the days.
      </figcaption>
      <div class="plot under" style="height:110px">
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Exposure by day">
          ${gridLines(scale)}${dividers(labels)}
          <path class="invested" d="${areaOf(gross, (value) => scale.place(value))}"></path>
          ${isBoth ? html`<path class="held" d="${pathOf(net, (value) => scale.place(value))}"></path>` : NO_HTML}
        </svg>
        ${yLabels(scale, (value) => formatPercent(value))}
        ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
      </div>
      ${isBoth ? html`<p class="rest">The dashed line: long less short.</p>` : NO_HTML}
    </figure>
  </section>`;
}

function priceFigure({ symbol, path, fills, marked }: PriceChart, run: BacktestRun): Html {
  const { priceScale } = run.config;
  const prices = marked.map(({ price }) => price / priceScale);
  const [low = 0, high = 0] = extent(Float64Array.from([...extent(path.price), ...prices]));
  const scale = scaleOf(low, high, 5);
  const labels = xLabels(path.time);
  const marks = marked.map((fill) => markOf(fill, path, scale, run));
  return html`<figure>
    <figcaption>
      <b>${symbol}</b> ·
      ${plural(fills, 'fill')}${fills > marked.length ? html`, ${formatCount(marked.length)} of them marked` : NO_HTML}
      <span class="marker"><i class="fill buy"></i>bought</span>
      <span class="marker"><i class="fill sell"></i>sold</span>
    </figcaption>
    <div class="plot under${marks.length > MOST_LARGE_MARKS ? ' dense' : ''}" style="height:220px">
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Price of ${symbol}">
        ${gridLines(scale)}${dividers(labels)}
        <path class="price" d="${pathOf(path.price, (value) => scale.place(value))}"></path>
      </svg>
      ${marks}${yLabels(scale, (value) => dollars(value, scale.step))}
      ${labels.map(({ left, text }) => html`<span class="x" style="left:${at(left)}%">${text}</span>`)}
    </div>
  </figure>`;
}

/** A fill within a bar belongs to the bar that ends after it. */
function markOf(fill: Fill, path: PricePath, scale: Scale, run: BacktestRun): Html {
  const { priceScale } = run.config;
  const { side, quantity, price, time } = fill;
  const row = Math.min(rowAt(path, time - 1) + 1, path.time.length - 1);
  const left = path.time.length === 1 ? 100 : (row / (path.time.length - 1)) * 100;
  const word = side === 'buy' ? 'Bought' : 'Sold';
  const size = groupThousands(formatQuantity(quantity));
  const title = `${word} ${size} at ${formatPrice(price, priceScale)}, ${momentText(run.fillMoments.of(fill))}`;
  return html`<i
    class="fill ${side}"
    style="left:${at(left)}%;top:${at(scale.place(price / priceScale))}%"
    title="${title}"
  ></i>`;
}
