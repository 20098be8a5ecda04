/**
 * What the identity of a run is made of, part by part and in words, so that a run which is gone on with can be told
 * what is not as it was. Parts differ exactly where `hashRun` does.
 */
import type { RunInputTexts } from '../domain/runs.js';
import { DOLLAR, formatDecimal } from '../domain/units.js';
import type { HashFactory, RunInputs } from './runIdentity.js';

/** One of the inputs as parts. */
type PartsOf<K extends keyof RunInputs> = (value: Required<RunInputs>[K], createHash: HashFactory) => RunInputTexts;

const PARTS: { readonly [K in keyof Required<RunInputs>]: PartsOf<K> } = {
  engineVersion: (version) => ({ engine: version }),
  strategies: (strategies) => Object.assign({}, ...strategies.map(strategyParts)) as RunInputTexts,
  symbols: (symbols) => ({ symbols: symbols.join(' ') }),
  preset: (preset) => ({ preset }),
  feePlan: (plan) => ({ 'fee plan': plan }),
  startingCash: (cash) => ({ 'starting cash': `$${formatDecimal(cash, DOLLAR)}` }),
  seed: (seed) => ({ seed: String(seed) }),
  priceScale: (scale) => ({ 'price steps per dollar': String(scale) }),
  limits: (limits) =>
    Object.fromEntries(Object.entries(limits).map(([name, value]) => [`limit ${name}`, String(value)])),
  dataHash: (hash) => ({ data: hash }),
  warmUpHash: (hash) => ({ 'data before the first day': hash === '' ? 'none' : hash }),
  corporateActions: (actions, createHash) => {
    const hash = createHash();
    hash.update(JSON.stringify(actions));
    return { 'splits and dividends': hash.digest('hex') };
  },
};

/** The parts; short values as they are told, long ones as their SHA-256. */
export function identityParts(inputs: RunInputs, createHash: HashFactory): RunInputTexts {
  const of = <K extends keyof RunInputs>(key: K): RunInputTexts => {
    const value = inputs[key];
    return value === undefined ? {} : PARTS[key](value as Required<RunInputs>[K], createHash);
  };
  // The keys of the table are those of its type.
  return Object.assign({}, ...(Object.keys(PARTS) as (keyof RunInputs)[]).map(of)) as RunInputTexts;
}

function strategyParts({ config, hash, params }: RunInputs['strategies'][number]): RunInputTexts {
  const id = config.instanceId;
  return {
    [`code of ${id}`]: hash,
    [`symbols of ${id}`]: config.symbols.join(' '),
    [`timeframe of ${id}`]: config.timeframe,
    [`allocation of ${id}`]: String(config.allocation),
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [`parameter ${name} of ${id}`, String(value)])),
  };
}
