/** Steps in the life of an order that change nothing but the order itself. */
import type { TradingDate } from '../calendar/tradingDate.js';
import { nextVenueStatus } from '../domain/orderState.js';
import type { Micros } from '../domain/units.js';
import type { WorkingOrder } from './WorkingOrder.js';
import { firstAction } from './WorkingOrder.js';

/** A waiting order begins to work at `time`; `sessionOpen` is when the day's regular session opens. */
export function activateOrder(order: WorkingOrder, time: Micros, sessionOpen: Micros): void {
  order.status = nextVenueStatus(order.status, order.status === 'done_for_day' ? 'resume' : 'activate');
  if (order.status === 'new' && order.filledQuantity > 0) {
    order.status = nextVenueStatus(order.status, 'partial_fill');
  }
  order.activatedAt = time;
  order.evidenceFrom = time;
  order.resting = false;
  order.auctionPending = (order.type === 'market' || order.type === 'limit') && time === sessionOpen;
}

/** An order is done for the day and waits for a session again. */
export function pauseOrder(order: WorkingOrder, date: TradingDate): void {
  order.status = nextVenueStatus(order.status, 'done_for_day');
  order.doneOn = date;
  order.activatedAt = 0;
}

/** A leg waits for its entry, from its arrival on or again: then it knows nothing of what it saw while it worked. */
export function holdOrder(order: WorkingOrder, time: Micros): void {
  order.status = nextVenueStatus(order.status, 'hold');
  if (order.armedAt === 0) {
    order.arrivedAt = time;
    return;
  }
  order.armedAt = 0;
  order.activatedAt = 0;
  order.doneOn = 0;
  order.auctionPending = false;
  order.resting = false;
  order.queueAtEntry = -1;
  order.queueAhead = -1;
  order.acts = firstAction(order.type);
  order.triggerPrice = 0;
  order.triggerTime = 0;
  if (order.type === 'trailing_stop') {
    order.stopPrice = 0;
    order.highWaterMark = 0;
  }
}
