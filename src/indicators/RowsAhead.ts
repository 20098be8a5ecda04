/** How far the indicators of a scope are ahead of the hooks of its strategy; one for all lines of the scope. */
import type { CrossesAhead } from './CrossesAhead.js';

/** See the module header. */
export class RowsAhead {
  /** How many rows of bars the scope has been updated with beyond the bar at hand; 0 unless the runner works ahead. */
  rows = 0;
  /** What a line that the strategy asked of has found to come since somebody looked here last. */
  found: CrossesAhead | undefined = undefined;
}
