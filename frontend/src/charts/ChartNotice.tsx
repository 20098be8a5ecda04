/** The notice that the chart library's licence asks for. */

/** Names TradingView and links to it. */
export function ChartNotice() {
  return (
    <a
      href="https://www.tradingview.com/"
      target="_blank"
      rel="noreferrer"
      title="Lightweight Charts™ Copyright © 2025 TradingView, Inc. https://www.tradingview.com/"
      className="absolute bottom-8 left-2 z-10 rounded-xs bg-surface/80 px-1 text-2xs text-faint hover:text-ink"
    >
      Charts by TradingView
    </a>
  );
}
