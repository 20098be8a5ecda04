/** Codes of exchanges and conditions, as the consolidated tapes define them, that this market uses or may pass on. */

/** Exchange letters. */
export const STOCK_EXCHANGES: Readonly<Record<string, string>> = {
  A: 'NYSE American (AMEX)',
  B: 'NASDAQ OMX BX',
  C: 'National Stock Exchange',
  D: 'FINRA ADF',
  H: 'MIAX',
  I: 'International Securities Exchange',
  J: 'Cboe EDGA',
  K: 'Cboe EDGX',
  L: 'Long Term Stock Exchange',
  M: 'Chicago Stock Exchange',
  N: 'New York Stock Exchange',
  P: 'NYSE Arca',
  Q: 'NASDAQ OMX',
  U: 'Members Exchange',
  V: 'IEX',
  X: 'NASDAQ OMX PSX',
  Y: 'Cboe BYX',
  Z: 'Cboe BZX',
};

/** Sale conditions. */
export const TRADE_CONDITIONS: Readonly<Record<string, string>> = {
  '@': 'Regular Sale',
  '6': 'Closing Print',
  I: 'Odd Lot Trade',
  O: 'Opening Print',
  T: 'Extended Hours Trade (Form T)',
};

/** Quote conditions. */
export const QUOTE_CONDITIONS: Readonly<Record<string, string>> = {
  R: 'Regular, Two Sided Open',
};
