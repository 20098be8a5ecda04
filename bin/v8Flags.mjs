/**
 * The V8 flags Papertape runs with. A strategy's `onBar` with several indicators exceeds the default inlining
 * budget; then every double that crosses a call is boxed and the loop runs at half speed, with garbage. Small
 * functions, sums that are checked for their range among them, are inlined beyond any budget. The flags hold for the
 * whole process, worker threads included, but only for code compiled after they are set.
 */

/** Flags for `node` or `v8.setFlagsFromString`. */
export const V8_FLAGS = [
  '--max-inlined-bytecode-size-cumulative=4000',
  '--max-inlined-bytecode-size=1000',
  '--max-inlined-bytecode-size-small=60',
];
