/**
 * What each order got in each scenario, and the three equity curves, collected from the durable records of a session.
 * Of the shadow accounts that stand for one assumption alone only the equity is told, not the fills.
 */
import type { ScenarioCurve, ScenarioFill, ScenarioName, ScenarioOrder } from '../contracts/index.js';
import type { SessionConfig } from '../domain/session.js';
import type { Side } from '../domain/order.js';
import { mulDiv, notional, type Micros, type Money, type Price, type Quantity } from '../domain/units.js';
import { isDeskOrderId } from '../domain/venueDesk.js';
import type { TapeRecord } from './tapeRecords.js';
import { moneyText, priceText, quantityText, type Units } from './views.js';

/** The scenarios that shadow accounts stand for. */
export const SHADOW_SCENARIOS = ['strict', 'optimistic'] as const;

/** Name of the preset of a shadow account that stands for a whole scenario. */
export function shadowPresetOf(config: SessionConfig, scenario: (typeof SHADOW_SCENARIOS)[number]): string {
  return `${config.preset}+${scenario}`;
}

/** What an order got in one scenario so far. */
class FillSum {
  quantity: Quantity = 0;
  value: Money = 0;
  fees: Money = 0;
  time: Micros = 0;

  add(quantity: Quantity, price: Price, fees: Money, time: Micros, priceScale: number): void {
    this.quantity += quantity;
    this.value += notional(price, quantity, priceScale);
    this.fees += fees;
    this.time = time;
  }

  view(units: Units): ScenarioFill {
    return {
      quantity: quantityText(this.quantity),
      averagePrice: priceText(mulDiv(this.value, units.priceScale, this.quantity), units),
      fees: moneyText(this.fees),
      time: this.time,
    };
  }
}

interface OrderSums {
  readonly symbolId: number;
  readonly side: Side;
  readonly sums: Partial<Record<ScenarioName, FillSum>>;
}

/** See the module header. */
export class ScenarioBoard {
  readonly #units: Units;
  readonly #orders = new Map<string, OrderSums>();
  readonly #changed = new Set<string>();
  readonly #fills = { expected: 0, strict: 0, optimistic: 0 };
  #scenarioOf = new Map<string, ScenarioName>();
  #columns: readonly number[] = [];
  #expected: Money = 0;
  #curve = emptyCurve();
  #endedReason = '';

  constructor(units: Units, config: SessionConfig) {
    this.#units = units;
    const presets = SHADOW_SCENARIOS.map((scenario) => shadowPresetOf(config, scenario));
    this.#scenarioOf = new Map(SHADOW_SCENARIOS.map((scenario, index) => [presets[index] ?? '', scenario]));
    this.#columns = presets.map((preset) => (config.shadowPresets ?? []).indexOf(preset));
  }

  /** Why the shadow accounts ended; empty if they did not. */
  get endedReason(): string {
    return this.#endedReason;
  }

  /** Executions of the session in each scenario. */
  get fills(): Readonly<Record<ScenarioName, number>> {
    return this.#fills;
  }

  /** Takes a record of the tape, live or recovered. */
  note(record: TapeRecord): void {
    switch (record.type) {
      case 'venue': {
        const { event } = record;
        if (event.type !== 'filled' || isDeskOrderId(event.orderId)) return;
        let fees = 0;
        for (const fee of event.fill.fees) fees += fee.amount;
        this.#add('expected', { ...event.fill, fees });
        return;
      }
      case 'shadowFill': {
        const scenario = this.#scenarioOf.get(record.preset);
        if (scenario !== undefined) this.#add(scenario, record.fill);
        return;
      }
      case 'equity':
        this.#expected = record.equity;
        return;
      case 'shadowEquity': {
        const [strict, optimistic] = this.#columns.map((column) => record.equity[column]);
        if (strict === undefined || optimistic === undefined) return;
        this.#curve.time.push(record.time);
        this.#curve.expected.push(this.#expected / 1_000_000);
        this.#curve.strict.push(strict / 1_000_000);
        this.#curve.optimistic.push(optimistic / 1_000_000);
        return;
      }
      case 'shadowsEnded':
        this.#endedReason = record.reason;
        return;
      default:
    }
  }

  /** Orders that changed since the last call, newest first, and the new points of the curves. */
  take(): { readonly orders: ScenarioOrder[]; readonly curve: ScenarioCurve } {
    const orders = [...this.#changed].reverse().flatMap((orderId) => this.#view(orderId));
    this.#changed.clear();
    const curve = this.#curve;
    this.#curve = emptyCurve();
    return { orders, curve };
  }

  #add(
    scenario: ScenarioName,
    fill: {
      readonly orderId: string;
      readonly symbolId: number;
      readonly side: Side;
      readonly quantity: Quantity;
      readonly price: Price;
      readonly fees: Money;
      readonly time: Micros;
    },
  ): void {
    this.#fills[scenario] += 1;
    const { orderId, symbolId, side } = fill;
    const order = this.#orders.get(orderId) ?? { symbolId, side, sums: {} };
    this.#orders.set(orderId, order);
    const sum = (order.sums[scenario] ??= new FillSum());
    sum.add(fill.quantity, fill.price, fill.fees, fill.time, this.#units.priceScale);
    this.#changed.add(orderId);
  }

  #view(orderId: string): ScenarioOrder[] {
    const order = this.#orders.get(orderId);
    if (order === undefined) return [];
    const { symbolId, side, sums } = order;
    const of = (scenario: ScenarioName): ScenarioFill | null => sums[scenario]?.view(this.#units) ?? null;
    const symbol = this.#units.symbols[symbolId] ?? '';
    return [{ orderId, symbol, side, expected: of('expected'), strict: of('strict'), optimistic: of('optimistic') }];
  }
}

function emptyCurve(): ScenarioCurve {
  return { time: [], expected: [], strict: [], optimistic: [] };
}
