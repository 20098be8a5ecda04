/**
 * What a search may try: some of a strategy's declared parameters, each over a list of values or a range. A point of
 * the space has one coordinate per dimension: the index of a value, or the value itself where it may be any number.
 */
import { PapertapeError } from '../../domain/errors.js';
import { resolveParams } from '../../strategies/param.js';
import type { Param, ParamSchema, ParamValue } from '../../strategies/param.js';
import { nearestName } from '../../utils/nearestName.js';
import type { SeededRandom } from '../../utils/random.js';

/** One searched parameter. Values of an ordered dimension rise; those of an unordered one are mere words. */
export type Dimension =
  | {
      readonly name: string;
      readonly kind: 'ordered' | 'unordered';
      readonly values: readonly ParamValue[];
    }
  | { readonly name: string; readonly kind: 'continuous'; readonly low: number; readonly high: number };

/** See the module header. */
export interface SearchSpace {
  readonly dimensions: readonly Dimension[];
  /** Parameters that stay as they are, as given; the strategy's defaults are not among them. */
  readonly fixed: Readonly<Record<string, ParamValue>>;
}

/** A place in a space: one coordinate per dimension. */
export type Point = readonly number[];

/** Values of one dimension: more could not be searched in a lifetime, and would only fill the memory. */
const MOST_VALUES = 100_000;

/**
 * The space that a user describes, by parameter: `5:50:5` (from, to, step), `5:50` (by the declared step, else any
 * number), `5,10,20` (these), `all` (all that is declared) or one value, which is not searched. Where nothing is to be
 * searched, everything that was not given is. Throws `STRATEGY_PARAMETER_INVALID`.
 */
export function parseSearchSpace(
  strategy: string,
  schema: ParamSchema,
  given: Readonly<Record<string, string>>,
): SearchSpace {
  const dimensions: Dimension[] = [];
  const fixed: Record<string, ParamValue> = {};
  for (const [name, text] of Object.entries(given)) {
    const declared = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (declared === undefined) throw unknownParameter(strategy, name, Object.keys(schema));
    const dimension = dimensionOf({ strategy, name, declared, schema }, text.trim());
    if (typeof dimension === 'object') dimensions.push(dimension);
    else fixed[name] = dimension;
  }
  if (dimensions.length === 0) {
    for (const [name, declared] of Object.entries(schema)) {
      if (Object.hasOwn(given, name)) continue;
      const dimension = declaredRange(name, declared);
      if (!isSingle(dimension)) dimensions.push(dimension);
    }
  }
  if (dimensions.length > 0) return { dimensions, fixed };
  throw new PapertapeError('STRATEGY_PARAMETER_INVALID', `There is no parameter of ${strategy} to search.`, {
    remedy: 'Give one a range, such as --param length=5:50:5; "papertape backtest" runs a single set of values.',
  });
}

/** The parameters of a point, the fixed ones included. */
export function paramsAt({ dimensions, fixed }: SearchSpace, point: Point): Readonly<Record<string, ParamValue>> {
  const params: Record<string, ParamValue> = { ...fixed };
  for (const [index, dimension] of dimensions.entries()) {
    const coordinate = point[index] ?? 0;
    params[dimension.name] = dimension.kind === 'continuous' ? coordinate : (dimension.values[coordinate] ?? 0);
  }
  return params;
}

/** How many points there are; Infinity with a dimension that may be any number. */
export function spaceSize({ dimensions }: SearchSpace): number {
  return dimensions.reduce(
    (size, dimension) => size * (dimension.kind === 'continuous' ? Infinity : dimension.values.length),
    1,
  );
}

/** The points at the ends of every dimension, at most 64 of them. */
export function corners({ dimensions }: SearchSpace): readonly Point[] {
  let points: readonly Point[] = [[]];
  for (const dimension of dimensions) {
    const ends =
      dimension.kind === 'continuous' ? [dimension.low, dimension.high] : [0, Math.max(0, dimension.values.length - 1)];
    const wanted = points.length * 2 <= 64 ? ends : ends.slice(1);
    points = points.flatMap((point) => wanted.map((end) => [...point, end]));
  }
  return points;
}

/** Names of the ranges at whose lowest or highest value a point lies. */
export function atEnds({ dimensions }: SearchSpace, point: Point): readonly string[] {
  return dimensions.flatMap((dimension, index) => {
    if (dimension.kind === 'unordered') return [];
    const coordinate = point[index];
    const [low, high] =
      dimension.kind === 'continuous' ? [dimension.low, dimension.high] : [0, dimension.values.length - 1];
    return coordinate === low || coordinate === high ? [dimension.name] : [];
  });
}

/** Every point, the last dimension changing fastest. */
export function* everyPoint({ dimensions }: SearchSpace): Generator<Point> {
  const [first, ...rest] = dimensions;
  if (first === undefined) {
    yield [];
    return;
  }
  if (first.kind === 'continuous') throw new TypeError(`${first.name} has no list of values`);
  for (let index = 0; index < first.values.length; index += 1) {
    for (const tail of everyPoint({ dimensions: rest, fixed: {} })) yield [index, ...tail];
  }
}

/** A point anywhere. */
export function randomPoint({ dimensions }: SearchSpace, random: SeededRandom): Point {
  return dimensions.map((dimension) =>
    dimension.kind === 'continuous'
      ? dimension.low + (dimension.high - dimension.low) * random.next()
      : random.below(dimension.values.length),
  );
}

interface Named {
  readonly strategy: string;
  readonly name: string;
  readonly declared: Param;
  readonly schema: ParamSchema;
}

/** A dimension, or one value. */
function dimensionOf(named: Named, text: string): Dimension | ParamValue {
  const { name, declared } = named;
  if (text === 'all') return declaredRange(name, declared);
  const parts = text.split(':');
  if (parts.length > 1 && (declared.type === 'int' || declared.type === 'number')) {
    return rangeOf(named, declared, parts, text);
  }
  const words = text.split(',').map((word) => word.trim());
  const values = [...new Set(words.map((word) => checked(named, word)))];
  const [only] = values;
  if (only !== undefined && values.length === 1) return only;
  const isOrdered = declared.type === 'int' || declared.type === 'number';
  return isOrdered
    ? { name, kind: 'ordered', values: values.toSorted((a, b) => Number(a) - Number(b)) }
    : { name, kind: 'unordered', values };
}

function rangeOf(
  named: Named,
  declared: Extract<Param, { readonly type: 'int' | 'number' }>,
  parts: readonly string[],
  text: string,
): Dimension | ParamValue {
  const { name } = named;
  const [low = NaN, high = NaN, given] = parts.map((part) => (part.trim() === '' ? NaN : Number(part)));
  const step = given ?? declared.step;
  if (parts.length > 3 || !(low <= high) || (step !== undefined && !(step > 0))) {
    throw new PapertapeError('STRATEGY_PARAMETER_INVALID', `The range ${text} of ${name} cannot be understood.`, {
      remedy: `Write from:to:step with the lower end first, such as --param ${name}=${exampleRange(declared)}.`,
    });
  }
  checked(named, String(low));
  // The upper end need not be a value itself: 4:9:4 is 4 and 8.
  if (high > declared.max) checked(named, String(high));
  if (low === high) return low;
  if (step === undefined) return { name, kind: 'continuous', low, high };
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  if (count > MOST_VALUES) {
    throw new PapertapeError(
      'STRATEGY_PARAMETER_INVALID',
      `The range ${text} of ${name} has ${count} values, more than ${MOST_VALUES}.`,
      { remedy: 'Give it a larger step, or no step where the parameter may be any number.' },
    );
  }
  // Multiples of a decimal step are what people mean by them: 0.3, not 0.30000000000000004.
  const values = Array.from({ length: count }, (_, index) =>
    checked(named, String(Number((low + index * step).toPrecision(12)))),
  );
  return values.length === 1 ? low : { name, kind: 'ordered', values };
}

function declaredRange(name: string, declared: Param): Dimension {
  switch (declared.type) {
    case 'choice':
      return { name, kind: 'unordered', values: declared.choices };
    case 'bool':
      return { name, kind: 'unordered', values: [false, true] };
    case 'int':
    case 'number': {
      const { min, max, step } = declared;
      if (step === undefined) return { name, kind: 'continuous', low: min, high: max };
      const count = Math.floor((max - min) / step + 1e-9) + 1;
      const spacing = step * Math.ceil(count / MOST_VALUES);
      const values = Array.from({ length: Math.floor((max - min) / spacing + 1e-9) + 1 }, (_, index) =>
        Number((min + index * spacing).toPrecision(12)),
      );
      return { name, kind: 'ordered', values };
    }
  }
}

function isSingle(dimension: Dimension): boolean {
  return dimension.kind === 'continuous' ? dimension.low === dimension.high : dimension.values.length < 2;
}

/** A value as the declaration has it. */
function checked({ strategy, name, schema }: Named, text: string): ParamValue {
  return resolveParams(strategy, schema, { [name]: text })[name] ?? text;
}

function exampleRange(declared: Extract<Param, { readonly type: 'int' | 'number' }>): string {
  const { min, max, step } = declared;
  return step === undefined ? `${min}:${max}` : `${min}:${max}:${step}`;
}

function unknownParameter(strategy: string, name: string, names: readonly string[]): PapertapeError {
  const near = nearestName(name, names);
  return new PapertapeError('STRATEGY_PARAMETER_INVALID', `The strategy ${strategy} has no parameter ${name}.`, {
    remedy:
      near !== undefined
        ? `Did you mean ${near}?`
        : names.length === 0
          ? 'It has no parameters, so there is nothing to search.'
          : `It has: ${names.join(', ')}.`,
  });
}

/** What may be searched of a parameter, in words, for help. */
export function describeDimension(dimension: Dimension): string {
  if (dimension.kind === 'continuous') return `${dimension.low} to ${dimension.high}`;
  const { values } = dimension;
  if (dimension.kind === 'unordered' || values.length <= 4) return values.map(String).join(', ');
  return `${String(values[0])} to ${String(values.at(-1))} in ${values.length} steps`;
}
