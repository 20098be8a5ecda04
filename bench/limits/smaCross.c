/*
 * The limit of `backtest-single`: its rule (bench/smaReference.ts) as an event loop with an indirect call for each bar,
 * market orders at the next open, a fee, and equity kept for each bar; no checks, receipts, ledger or log. Prices are
 * float64 columns of whole price steps, as in our tables.
 *
 * Usage: smaCross FILE RUNS, where FILE holds the opens, then the closes. Prints JSON: milliseconds of each run, trades
 * and profit, which is the last equity.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FAST = 10, SLOW = 50, SHARES = 100, FEE = 1000000 };

typedef struct Strategy {
  void (*on_bar)(struct Strategy *, long row);
  const double *close;
  double fast, slow, before, wanted;
} Strategy;

static void on_bar(Strategy *own, long row) {
  const double *close = own->close;
  own->fast += close[row] - (row >= FAST ? close[row - FAST] : 0);
  own->slow += close[row] - (row >= SLOW ? close[row - SLOW] : 0);
  if (row < SLOW - 1) return;
  double difference = own->fast * SLOW - own->slow * FAST;
  if (row >= SLOW) {
    if (own->before <= 0 && difference > 0) own->wanted = SHARES;
    else if (own->before >= 0 && difference < 0) own->wanted = 0;
  }
  own->before = difference;
}

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  FILE *file = fopen(argv[1], "rb");
  if (file == NULL) return 2;
  int runs = atoi(argv[2]);
  fseek(file, 0, SEEK_END);
  long count = ftell(file) / 16;
  rewind(file);
  double *columns = malloc(count * 16), *equity = malloc(count * 8);
  if (fread(columns, 16, count, file) != (size_t)count) return 2;
  const double *open = columns, *close = columns + count;
  long trades = 0;
  double profit = 0;
  printf("{\"runsMs\":[");
  for (int run = 0; run < runs; run += 1) {
    /* Volatile: the call stays one, as a strategy's is. */
    Strategy *volatile strategy = &(Strategy){on_bar, close, 0, 0, 0, 0};
    double started = now_ms(), cash = 0, held = 0;
    trades = 0;
    for (long row = 0; row < count; row += 1) {
      Strategy *own = strategy;
      if (own->wanted != held) {
        cash += (held - own->wanted) * open[row] - FEE;
        trades += own->wanted == 0;
        held = own->wanted;
      }
      own->on_bar(own, row);
      equity[row] = cash + held * close[row];
    }
    profit = equity[count - 1];
    printf("%s%.3f", run == 0 ? "" : ",", now_ms() - started);
  }
  printf("],\"outcome\":{\"trades\":%ld,\"profit\":%.0f}}\n", trades, profit);
  return 0;
}
