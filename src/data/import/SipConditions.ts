/**
 * Sale conditions of the consolidated tapes in mapped files of trades: a column of codes (`saleConditions`) and one
 * that names the tape (`tape`). Codes mean different things by tape and date (R1); where a file does not say the
 * tape, a print may do only what both tapes would let it.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import type { PrintEligibility } from '../../domain/saleConditions.js';
import { planOfTape, SaleConditions } from '../../domain/saleConditions.js';

/** What stands between codes in files, and is none itself. */
const SEPARATORS = /[\s,;|'"[\]]/g;

/** See the module header. Remembers the tables of the date asked for last. */
export class SipConditions {
  #date: TradingDate = Number.MIN_SAFE_INTEGER;
  #cta = new SaleConditions('cta', this.#date);
  #utp = new SaleConditions('utp', this.#date);

  /** The eligibility of a print of `date` with these codes; the tape is A, B or C, anything else is unknown. */
  of(codes: string, tape: string, date: TradingDate): PrintEligibility {
    if (date !== this.#date) {
      this.#date = date;
      this.#cta = new SaleConditions('cta', date);
      this.#utp = new SaleConditions('utp', date);
    }
    const plain = codes.replace(SEPARATORS, '');
    if (tape === 'A' || tape === 'B' || tape === 'C') {
      return (planOfTape(tape) === 'cta' ? this.#cta : this.#utp).of(plain);
    }
    const cta = this.#cta.of(plain);
    const utp = this.#utp.of(plain);
    return { flags: cta.flags & utp.flags, unknown: cta.unknown === '' ? utp.unknown : cta.unknown };
  }
}
