/** The money of an account by a broker's word. What a broker of paper accounts does not tell or charge is zero. */
import type { BrokerFigures } from './brokerReport.js';
import type { Money } from './units.js';

/** See the module header. Zero everywhere until the first word. */
export abstract class ReportedAccount {
  readonly accountId: string;

  constructor(accountId: string) {
    this.accountId = accountId;
  }

  /** The broker's last word; undefined before the first. */
  protected abstract get told(): Pick<BrokerFigures, 'cash' | 'equity' | 'buyingPower'> | undefined;

  get cash(): Money {
    return this.told?.cash ?? 0;
  }
  get equity(): Money {
    return this.told?.equity ?? 0;
  }
  get buyingPower(): Money {
    return Math.max(0, this.told?.buyingPower ?? 0);
  }
  /** The broker has taken it off the buying power already. */
  get reserved(): Money {
    return 0;
  }
  /** Paper accounts are charged none. */
  get fees(): Money {
    return 0;
  }
  /** The broker does not tell it; the engine's own books have it. */
  get realisedPnl(): Money {
    return 0;
  }
}
