/** What an endpoint is: its path, its price, what it selects, and how its parameters become an answer. */
import type { CreditLedger } from './CreditLedger.js';
import type { Listing } from './Listings.js';
import type { MarketDesk } from './MarketDesk.js';
import type { PlanLevel } from './plans.js';
import type { PriceStyle } from './priceText.js';
import type { Query } from './Query.js';
import type { Principal } from './TwelvedataAccess.js';

/** How the server behaves where the service has behaved in more than one way, or its behaviour is not published. */
export interface TwelvedataBehaviour {
  /** `real`: the HTTP status is the error's code; `legacy200`: 200, and the error is in the body alone. */
  readonly errors: 'real' | 'legacy200';
  readonly prices: PriceStyle;
  /** Whether a bar that begins at `end_date` is part of an answer. */
  readonly endDate: { readonly daily: 'inclusive' | 'exclusive'; readonly intraday: 'inclusive' | 'exclusive' };
  /** What the stream sends for a list without entries. */
  readonly emptyLists: 'array' | 'null';
  /** What the stream calls its answer to `unsubscribe`. */
  readonly unsubscribeEvent: 'subscribe-status' | 'unsubscribe-status';
}

/** What is done unless something else is asked for. */
export const DEFAULT_BEHAVIOUR: TwelvedataBehaviour = {
  errors: 'real',
  prices: 'padded',
  endDate: { daily: 'exclusive', intraday: 'inclusive' },
  emptyLists: 'array',
  unsubscribeEvent: 'subscribe-status',
};

/** What endpoints work on. */
export interface EndpointParts {
  readonly desk: MarketDesk;
  readonly credits: CreditLedger;
  readonly behaviour: TwelvedataBehaviour;
}

interface EndpointTerms {
  readonly path: string;
  /** Credits of a call, or of each symbol where it takes several. */
  readonly weight: number;
  /** Lowest plan that has it. */
  readonly level: PlanLevel;
}
/** An endpoint about no instrument. `read` throws 400 for parameters that are wrong, before anything is charged. */
export interface GeneralEndpoint extends EndpointTerms {
  readonly selects: 'none';
  readonly read: (query: Query) => (principal: Principal) => unknown;
}
/** An endpoint about one instrument, or one or several, whose answers are then keyed. `read` as for the others. */
export interface SymbolEndpoint extends EndpointTerms {
  readonly selects: 'one' | 'many';
  readonly read: (query: Query) => (listing: Listing, principal: Principal) => unknown;
}
/** An endpoint. What `read` returns gives the JSON body or a promise of it, or throws a `TwelvedataError`. */
export type Endpoint = GeneralEndpoint | SymbolEndpoint;
