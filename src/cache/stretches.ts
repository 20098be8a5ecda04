/** Arithmetic of stretches of time: joined, taken from one another, and claimed by sources. */
import type { CoveredStretch, TimeStretch } from '../domain/historyArchive.js';
import type { FeedQuality } from '../domain/marketSource.js';

/** Stretches in order, those that touch or overlap joined. */
export function joined(stretches: readonly TimeStretch[]): readonly TimeStretch[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    if (from >= to) continue;
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** What of `wanted` (sorted, disjoint) no stretch of `covered` holds, with whatever else each piece of it carries. */
export function without<T extends TimeStretch>(wanted: readonly T[], covered: readonly TimeStretch[]): readonly T[] {
  const taken = joined(covered);
  const result: T[] = [];
  let index = 0;
  for (const piece of wanted) {
    let at = piece.from;
    while (index < taken.length && (taken[index]?.to ?? Infinity) <= at) index += 1;
    // A hole that goes on behind this piece is looked at again for the next.
    for (let next = index; at < piece.to; next += 1) {
      const hole = taken[next];
      const end = hole === undefined ? piece.to : Math.min(piece.to, Math.max(at, hole.from));
      if (at < end) result.push({ ...piece, from: at, to: end });
      if (hole === undefined || hole.from >= piece.to) break;
      at = hole.to;
    }
  }
  return result;
}

/** What of `wanted` lies within `bounds`; both sorted and disjoint. */
export function within(wanted: readonly TimeStretch[], bounds: readonly TimeStretch[]): readonly TimeStretch[] {
  return without(wanted, without(wanted, bounds));
}

/**
 * Claims with newer ones (sorted, disjoint) laid over them: where they overlap, the newer hold. Neighbours that one
 * source said with one quality become one claim, received when the later of them was.
 */
export function withClaims(
  claims: readonly CoveredStretch[],
  newer: readonly CoveredStretch[],
): readonly CoveredStretch[] {
  const pieces = [...without(claims, newer), ...newer].toSorted((a, b) => a.from - b.from);
  const result: CoveredStretch[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.to === piece.from && isSameQuality(last.quality, piece.quality)) {
      const receivedAt = Math.max(last.receivedAt, piece.receivedAt);
      result[result.length - 1] = { ...last, to: piece.to, receivedAt };
    } else if (piece.from < piece.to) {
      result.push(piece);
    }
  }
  return result;
}

/** Whether every part of newer claims was said before by the same source, so that saying it again changes nothing. */
export function areClaimed(claims: readonly CoveredStretch[], newer: readonly CoveredStretch[]): boolean {
  return newer.every(({ quality }, index) => {
    const isLastOfItsKind = newer.findLastIndex((other) => isSameQuality(other.quality, quality)) === index;
    if (!isLastOfItsKind) return true;
    const own = (list: readonly CoveredStretch[]) => list.filter((stretch) => isSameQuality(stretch.quality, quality));
    return without(own(newer), own(claims)).length === 0;
  });
}

/** Whether two feeds are one. */
export function isSameQuality(a: FeedQuality, b: FeedQuality): boolean {
  return a.source === b.source && a.coverage === b.coverage && a.delay === b.delay;
}
