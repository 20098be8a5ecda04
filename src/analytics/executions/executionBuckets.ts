/** Errors of paper fills by bucket: by each property alone, and by all of them together. */
import type { ExecutionError } from './compareExecutions.js';
import { meanInterval } from './meanInterval.js';
import type { MeanInterval } from './meanInterval.js';

/** The properties of an order that make a bucket. */
export const BUCKET_PROPERTIES = ['type', 'side', 'phase', 'spread', 'size'] as const;
/** One of them. */
export type BucketProperty = (typeof BUCKET_PROPERTIES)[number];

/** Figures of one bucket. */
export interface ExecutionBucket {
  /** The properties' values, in the order of {@link BUCKET_PROPERTIES} where it is of all of them. */
  readonly key: readonly string[];
  readonly orders: number;
  /** Price error; positive where the broker's fill was worse. */
  readonly bp: MeanInterval;
  readonly ticks: MeanInterval;
  /** Milliseconds by which the broker filled later. */
  readonly timeMs: MeanInterval;
  /** Mean share of the order filled on paper and at the broker. */
  readonly paperFilled: number;
  readonly brokerFilled: number;
}

/** The tables. */
export interface BucketTables {
  readonly all: ExecutionBucket;
  readonly byProperty: Readonly<Record<BucketProperty, readonly ExecutionBucket[]>>;
  /** Most orders first. */
  readonly byAll: readonly ExecutionBucket[];
}

/** Makes them. */
export function bucketsOf(errors: readonly ExecutionError[]): BucketTables {
  const by = (keyOf: (error: ExecutionError) => readonly string[]): readonly ExecutionBucket[] => {
    const groups = new Map<string, ExecutionError[]>();
    for (const error of errors) {
      const key = keyOf(error).join('\0');
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [error]);
      else group.push(error);
    }
    const buckets = [...groups].map(([key, group]) => bucketOf(key.split('\0'), group));
    return buckets.sort((a, b) => b.orders - a.orders || (a.key.join() < b.key.join() ? -1 : 1));
  };
  return {
    all: bucketOf([], errors),
    byProperty: {
      type: by(({ type }) => [type]),
      side: by(({ side }) => [side]),
      phase: by(({ phase }) => [phase]),
      spread: by(({ spread }) => [spread]),
      size: by(({ size }) => [size]),
    },
    byAll: by((error) => BUCKET_PROPERTIES.map((property) => error[property])),
  };
}

function bucketOf(key: readonly string[], errors: readonly ExecutionError[]): ExecutionBucket {
  const known = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);
  const mean = (values: readonly number[]): number => meanInterval(values).mean ?? 0;
  return {
    key,
    orders: errors.length,
    bp: meanInterval(known(errors.map(({ bp }) => bp))),
    ticks: meanInterval(known(errors.map(({ ticks }) => ticks))),
    timeMs: meanInterval(known(errors.map(({ timeMs }) => timeMs))),
    paperFilled: mean(errors.map(({ paperFilled }) => paperFilled)),
    brokerFilled: mean(errors.map(({ brokerFilled }) => brokerFilled)),
  };
}
