/**
 * Where the numbers of one price stand in an array of three: its time in Micros, its price at the raw price scale, and
 * the volume of the day so far in shares. An array, because numbers that go through calls one by one would be allocated
 * for each price.
 */

/** Indices. */
export const TIME = 0;
export const PRICE = 1;
export const DAY_VOLUME = 2;

/** The day volume of a price that carries none. */
export const NO_DAY_VOLUME = -1;
