/**
 * Gives every property test of a quick run the same cases, so that a change is judged by what it changes; a soak
 * run draws new ones. A failure prints its seed either way.
 */
import fc from 'fast-check';
import { isSoak } from './soak.js';

if (!isSoak) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_131_007 });
