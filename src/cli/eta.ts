/** How long a piece of work will still take, by how long its part so far has taken. */
import type { Clock } from '../utils/clock.js';

/** A fraction so small says nothing yet. */
const SMALLEST_SHARE = 0.01;
const SECONDS_PER_MINUTE = 60;

/** Makes the text of what is left, such as `1:05 left`; empty while it cannot be told. */
export function remainingTime(clock: Clock): (done: number, total: number) => string {
  const began = clock.monotonicMs();
  return (done, total) => {
    const share = done / total;
    if (!(share >= SMALLEST_SHARE) || share >= 1) return '';
    const seconds = Math.ceil((((clock.monotonicMs() - began) / 1000) * (1 - share)) / share);
    const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
    return `${minutes}:${String(seconds % SECONDS_PER_MINUTE).padStart(2, '0')} left`;
  };
}
