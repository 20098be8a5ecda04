/** What a key may do: plans as data. Figures of the vendor's plans are those of their lowest level, as published. */

/** Groups of plans, lowest first: each has the endpoints of those before it. */
export const PLAN_LEVELS = ['basic', 'grow', 'pro', 'ultra'] as const;
/** A group of plans. */
export type PlanLevel = (typeof PLAN_LEVELS)[number];

/** A plan. */
export interface Plan {
  /** As `/api_usage` calls it. */
  readonly name: string;
  readonly level: PlanLevel;
  /** API credits per minute of market time. */
  readonly creditsPerMinute: number;
  /** API credits per UTC day of market time; undefined: no limit. */
  readonly creditsPerDay: number | undefined;
  /** Symbols that all connections of a key may be subscribed to together. */
  readonly socketSymbols: number;
  /** Connections of a key at a time; one more closes the oldest. */
  readonly socketConnections: number;
  /** Whether `prepost` shows the running day; without it, only the days before. */
  readonly extendedHours: boolean;
  /** The only symbols it has; undefined: all. */
  readonly symbols?: ReadonlySet<string>;
}

/** The plans by name. `local` is this server's own: its limits are only there to be shown. */
export const PLANS = {
  local: {
    name: 'local',
    level: 'ultra',
    creditsPerMinute: 1_000_000,
    creditsPerDay: undefined,
    socketSymbols: 10_000,
    socketConnections: 64,
    extendedHours: true,
  },
  basic: {
    name: 'basic',
    level: 'basic',
    creditsPerMinute: 8,
    creditsPerDay: 800,
    socketSymbols: 8,
    socketConnections: 1,
    extendedHours: false,
  },
  grow: {
    name: 'grow',
    level: 'grow',
    creditsPerMinute: 55,
    creditsPerDay: undefined,
    socketSymbols: 8,
    socketConnections: 1,
    extendedHours: false,
  },
  pro: {
    name: 'pro',
    level: 'pro',
    creditsPerMinute: 610,
    creditsPerDay: undefined,
    socketSymbols: 1_500,
    socketConnections: 3,
    extendedHours: true,
  },
  ultra: {
    name: 'ultra',
    level: 'ultra',
    creditsPerMinute: 2_584,
    creditsPerDay: undefined,
    socketSymbols: 10_000,
    socketConnections: 3,
    extendedHours: true,
  },
} as const satisfies Readonly<Record<string, Plan>>;
/** Names of the plans. */
export type PlanName = keyof typeof PLANS;

/** Whether a plan has what begins with a level. */
export function planIncludes(plan: Plan, level: PlanLevel): boolean {
  return PLAN_LEVELS.indexOf(plan.level) >= PLAN_LEVELS.indexOf(level);
}
