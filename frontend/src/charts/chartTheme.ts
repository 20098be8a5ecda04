/** Colours of the charts, read from the page's tokens so that themes and palettes reach the canvas. */
import { ColorType, CrosshairMode, LineStyle } from 'lightweight-charts';
import type { ChartOptions, DeepPartial } from 'lightweight-charts';

/** Colours as the canvas wants them: six hexadecimal digits, so that an alpha of two more can follow. */
export interface ChartColors {
  readonly surface: string;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly gain: string;
  readonly loss: string;
  readonly accent: string;
  readonly warn: string;
}

/** Reads the colours of the current theme. */
export function readColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    surface: token('--surface'),
    ink: token('--ink'),
    faint: token('--ink-muted'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    gain: token('--gain'),
    loss: token('--loss'),
    accent: token('--accent'),
    warn: token('--warn'),
  };
}

/** Options that every chart has. */
export function chartOptions(colors: ChartColors): DeepPartial<ChartOptions> {
  const crosshair = {
    color: colors.lineStrong,
    style: LineStyle.Dashed,
    width: 1,
    labelBackgroundColor: colors.lineStrong,
  } as const;
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colors.surface },
      textColor: colors.faint,
      fontFamily: "'Inter Variable', system-ui, sans-serif",
      fontSize: 11,
      // Its logo brings a style element that the content policy refuses; ChartNotice names TradingView instead.
      attributionLogo: false,
      panes: { separatorColor: colors.line },
    },
    grid: {
      vertLines: { color: `${colors.line}90` },
      horzLines: { color: `${colors.line}90` },
    },
    crosshair: { mode: CrosshairMode.Normal, vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: colors.line },
    timeScale: { borderColor: colors.line },
  };
}
