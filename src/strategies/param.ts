/**
 * Strategy parameters, declared once: the author's types, the page's form, the optimiser's search space and
 * the validation of what a user gives all come from these declarations.
 */
import { PapertapeError } from '../domain/errors.js';

/** A value of a parameter. */
export type ParamValue = number | string | boolean;

/** How a parameter is shown. */
export interface Described {
  /** What it is, for the form; the field's name if absent. */
  readonly label?: string;
  /** Unit of the value, for the form: `bars`, `%`, `minutes`. */
  readonly unit?: string;
}

/** A whole number in [min, max] that is min plus a multiple of step. */
export interface IntParam extends Described {
  readonly type: 'int';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}
/** A finite number in [min, max]. */
export interface NumberParam extends Described {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step: number | undefined;
}
/** One of a list of words. */
export interface ChoiceParam<C extends string = string> extends Described {
  readonly type: 'choice';
  readonly default: C;
  readonly choices: readonly C[];
}
/** Yes or no. */
export interface BoolParam extends Described {
  readonly type: 'bool';
  readonly default: boolean;
}

/** One declared parameter. */
export type Param = IntParam | NumberParam | ChoiceParam | BoolParam;
/** The declared parameters of a strategy by name. */
export type ParamSchema = Readonly<Record<string, Param>>;
/** The values that a strategy reads as `this.p`, typed from its declaration. */
export type ParamValues<S extends ParamSchema> = {
  readonly [Name in keyof S]: S[Name] extends ChoiceParam<infer C> ? C : S[Name] extends BoolParam ? boolean : number;
};

/** Makers of declarations: `param.int({ default: 10, min: 2, max: 100 })`. */
export const param = {
  /** A whole number; `step` is 1 unless given. */
  int(options: Described & { default: number; min: number; max: number; step?: number }): IntParam {
    return { type: 'int', step: 1, ...options };
  },
  /** A finite number; `step` is only advice for forms and searches. */
  number(options: Described & { default: number; min: number; max: number; step?: number }): NumberParam {
    return { type: 'number', ...options, step: options.step };
  },
  /** One of `choices`; the first unless a default is given. */
  choice<const C extends string>(choices: readonly C[], options: Described & { default: NoInfer<C> }): ChoiceParam<C> {
    return { type: 'choice', choices, ...options };
  },
  /** Yes or no. */
  bool(options: Described & { default: boolean }): BoolParam {
    return { type: 'bool', ...options };
  },
};

/**
 * The values to run with: what is given, checked, and the defaults for the rest. Text is accepted for numbers
 * and booleans, as command lines give it. Throws `STRATEGY_PARAMETER_INVALID` for an unknown name or a value
 * outside its declaration.
 */
export function resolveParams(
  strategy: string,
  schema: ParamSchema,
  given: Readonly<Record<string, ParamValue>>,
): Readonly<Record<string, ParamValue>> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) {
      const names = Object.keys(schema);
      throw new PapertapeError('STRATEGY_PARAMETER_INVALID', `The strategy ${strategy} has no parameter ${name}.`, {
        remedy: names.length === 0 ? 'It has no parameters; leave it out.' : `It has: ${names.join(', ')}.`,
      });
    }
  }
  const values: Record<string, ParamValue> = {};
  for (const [name, declared] of Object.entries(schema)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    values[name] = value === undefined ? declared.default : checkedValue(strategy, name, declared, value);
  }
  return values;
}

/** What a declaration allows, in words. */
export function allowedValues(declared: Param): string {
  switch (declared.type) {
    case 'int':
      return (
        `a whole number from ${declared.min} to ${declared.max}` +
        (declared.step === 1 ? '' : ` in steps of ${declared.step}`)
      );
    case 'number':
      return `a number from ${declared.min} to ${declared.max}`;
    case 'choice':
      return `one of ${declared.choices.join(', ')}`;
    case 'bool':
      return 'true or false';
  }
}

function checkedValue(strategy: string, name: string, declared: Param, given: ParamValue): ParamValue {
  const value = parsed(declared, given);
  if (value !== undefined) return value;
  throw new PapertapeError(
    'STRATEGY_PARAMETER_INVALID',
    `The parameter ${name} of ${strategy} is ${String(given)}; it must be ${allowedValues(declared)}.`,
    {
      remedy: `Give ${name} a value that is ${allowedValues(declared)}, or leave it out (${String(declared.default)}).`,
    },
  );
}

function parsed(declared: Param, given: ParamValue): ParamValue | undefined {
  switch (declared.type) {
    case 'int': {
      const value = asNumber(given);
      if (value === undefined || !Number.isSafeInteger(value) || value < declared.min || value > declared.max) {
        return undefined;
      }
      return (value - declared.min) % declared.step === 0 ? value : undefined;
    }
    case 'number': {
      const value = asNumber(given);
      return value === undefined || value < declared.min || value > declared.max ? undefined : value;
    }
    case 'choice':
      return typeof given === 'string' && declared.choices.includes(given) ? given : undefined;
    case 'bool':
      if (typeof given === 'boolean') return given;
      return given === 'true' ? true : given === 'false' ? false : undefined;
  }
}

function asNumber(given: ParamValue): number | undefined {
  if (typeof given === 'boolean' || given === '') return undefined;
  const value = Number(given);
  return Number.isFinite(value) ? value : undefined;
}
