/*
 * The limit of the order-book benchmark: the messages of bench/orderBookMessages.ts on a book with the layout of
 * src/book (rows of eight and of four integers, intrusive queues, a bitmap over the prices), without checks, windows
 * and far levels. Says what the processor and its memory allow for this work, whatever the language.
 *
 * Usage: orderBook FILE ORDERS RUNS, where FILE holds messages of eight 32-bit integers (kind, order, side, tick,
 * shares) and ORDERS is the highest order number. Prints JSON: milliseconds of each run, trades, shares and the sum
 * over the queues that are left (OrderQueues.checksum).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TICKS = 1 << 18, WORDS = TICKS / 64, SUMMARIES = WORDS / 64, ADD = 0, CANCEL = 1, REPLACE = 2 };

typedef struct {
  int32_t tick, size, prev, next, flags, ref, owner, stamp;
} Order;
typedef struct {
  int32_t head, tail, total, count;
} Level;
typedef struct {
  int32_t kind, handle, ref, owner, side, tick, size, left;
} Report;

static Order *orders;
static Level *levels;
static Report *reports;
static uint64_t bits[2][WORDS], summaries[2][SUMMARIES];
static int32_t best[2], freed, end, stamp, report_count;

/* More is better on both sides: the tick of a bid, for an ask its distance from the highest tick. */
static inline int32_t place_of(int side, int32_t tick) { return side == 0 ? tick : TICKS - 1 - tick; }

static inline void mark(int side, int32_t place) {
  bits[side][place >> 6] |= 1ULL << (place & 63);
  summaries[side][place >> 12] |= 1ULL << ((place >> 6) & 63);
  if (place > best[side]) best[side] = place;
}

static inline void unmark(int side, int32_t place) {
  bits[side][place >> 6] &= ~(1ULL << (place & 63));
  if (bits[side][place >> 6] == 0) summaries[side][place >> 12] &= ~(1ULL << ((place >> 6) & 63));
  if (place != best[side]) return;
  int32_t summary = place >> 12;
  while (summary >= 0 && summaries[side][summary] == 0) summary -= 1;
  if (summary < 0) {
    best[side] = -1;
    return;
  }
  int32_t word = (summary << 6) + 63 - __builtin_clzll(summaries[side][summary]);
  best[side] = (word << 6) + 63 - __builtin_clzll(bits[side][word]);
}

static inline void release(int32_t handle) {
  orders[handle].size = 0;
  orders[handle].next = freed;
  freed = handle;
}

static inline void attach(int side, int32_t handle) {
  Order *order = &orders[handle];
  Level *level = &levels[order->tick];
  if (level->count == 0) mark(side, place_of(side, order->tick));
  order->prev = level->tail;
  order->next = 0;
  order->stamp = stamp++;
  if (level->tail == 0) level->head = handle;
  else orders[level->tail].next = handle;
  level->tail = handle;
  level->total += order->size;
  level->count += 1;
}

static inline void unlink_order(int32_t handle) {
  Order *order = &orders[handle];
  Level *level = &levels[order->tick];
  int side = order->flags & 1;
  if (order->prev == 0) level->head = order->next;
  else orders[order->prev].next = order->next;
  if (order->next == 0) level->tail = order->prev;
  else orders[order->next].prev = order->prev;
  level->total -= order->size;
  level->count -= 1;
  if (level->count == 0) unmark(side, place_of(side, order->tick));
}

static int32_t match(int side, int32_t tick, int32_t size) {
  int other = 1 - side;
  report_count = 0;
  while (size > 0 && best[other] >= 0) {
    int32_t price = place_of(other, best[other]);
    if (side == 0 ? price > tick : price < tick) break;
    Level *level = &levels[price];
    int32_t handle = level->head;
    do {
      Order *order = &orders[handle];
      int32_t shares = size < order->size ? size : order->size;
      order->size -= shares;
      size -= shares;
      level->total -= shares;
      reports[report_count++] = (Report){0, handle, order->ref, order->owner, order->flags & 1, price, shares, order->size};
      if (order->size > 0) break;
      int32_t next = order->next;
      release(handle);
      level->count -= 1;
      handle = next;
    } while (handle != 0 && size > 0);
    level->head = handle;
    if (handle == 0) {
      level->tail = 0;
      unmark(other, place_of(other, price));
    } else {
      orders[handle].prev = 0;
    }
  }
  return size;
}

static int32_t add(int side, int32_t tick, int32_t size, int32_t ref) {
  int32_t left = match(side, tick, size);
  if (left == 0) return 0;
  int32_t handle = freed;
  if (handle != 0) freed = orders[handle].next;
  else handle = end++;
  orders[handle] = (Order){tick, left, 0, 0, side, ref, 0, 0};
  attach(side, handle);
  return handle;
}

static int32_t replace(int32_t handle, int32_t tick, int32_t size) {
  Order *order = &orders[handle];
  report_count = 0;
  if (order->tick == tick && size <= order->size) {
    levels[tick].total += size - order->size;
    order->size = size;
    return handle;
  }
  unlink_order(handle);
  int32_t left = match(order->flags & 1, tick, size);
  if (left == 0) {
    release(handle);
    return 0;
  }
  order->tick = tick;
  order->size = left;
  attach(order->flags & 1, handle);
  return handle;
}

static uint32_t mix_in(uint32_t sum, int32_t value) {
  uint32_t x = (sum ^ (uint32_t)value) * 0x85ebca6bu;
  x = (x ^ (x >> 13)) * 0xc2b2ae35u;
  return (x ^ (x >> 16)) + 0x9e3779b9u;
}

static uint32_t checksum(void) {
  uint32_t sum = 0;
  for (int side = 0; side < 2; side += 1) {
    for (int32_t place = best[side]; place >= 0; place -= 1) {
      if ((bits[side][place >> 6] >> (place & 63) & 1) == 0) continue;
      for (int32_t at = levels[place_of(side, place)].head; at != 0; at = orders[at].next) {
        const Order *order = &orders[at];
        sum = mix_in(mix_in(mix_in(sum, order->flags), order->tick), order->size);
        sum = mix_in(mix_in(sum, order->ref), order->owner);
      }
    }
  }
  return sum;
}

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  FILE *file = fopen(argv[1], "rb");
  if (file == NULL) return 2;
  long capacity = atol(argv[2]) + 2;
  int runs = atoi(argv[3]);
  fseek(file, 0, SEEK_END);
  long count = ftell(file) / 32;
  rewind(file);
  int32_t *messages = malloc(count * 32);
  if (fread(messages, 32, count, file) != (size_t)count) return 2;
  orders = malloc(capacity * sizeof(Order));
  levels = malloc(TICKS * sizeof(Level));
  reports = malloc(capacity * sizeof(Report));
  int32_t *handles = malloc(capacity * sizeof(int32_t));
  int64_t trades = 0, shares = 0;
  printf("{\"runsMs\":[");
  for (int run = 0; run < runs; run += 1) {
    double started = now_ms();
    memset(orders, 0, capacity * sizeof(Order));
    memset(levels, 0, TICKS * sizeof(Level));
    memset(handles, 0, capacity * sizeof(int32_t));
    memset(bits, 0, sizeof bits);
    memset(summaries, 0, sizeof summaries);
    best[0] = best[1] = -1;
    freed = stamp = 0;
    end = 1;
    trades = shares = 0;
    for (long i = 0; i < count; i += 1) {
      const int32_t *row = messages + i * 8;
      report_count = 0;
      if (row[0] == ADD) {
        handles[row[1]] = add(row[2], row[3], row[4], row[1]);
      } else if (row[0] == CANCEL) {
        unlink_order(handles[row[1]]);
        release(handles[row[1]]);
      } else if (row[0] == REPLACE) {
        replace(handles[row[1]], row[3], row[4]);
      } else {
        match(row[2], row[2] == 0 ? TICKS - 1 : 1, row[4]);
      }
      trades += report_count;
      for (int32_t at = 0; at < report_count; at += 1) shares += reports[at].size;
    }
    printf("%s%.3f", run == 0 ? "" : ",", now_ms() - started);
  }
  printf("],\"outcome\":{\"trades\":%lld,\"shares\":%lld,\"checksum\":%u}}\n", (long long)trades, (long long)shares, checksum());
  return 0;
}
