/** How the page calls the parts of the trading day. */

/** The parts of the trading day in words, by their names on the wire. */
export const SESSION_TITLES: Readonly<Record<string, string>> = {
  premarket: 'Premarket',
  regular: 'Regular hours',
  afterHours: 'After hours',
  closed: 'Overnight',
};
