/** The parts of a receipt: the slip, how the price came about, evidence, times, fees, limits and models. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReceiptView } from '../../../../src/contracts/index.js';
import {
  addDecimals,
  formatCompact,
  formatMoney,
  formatPercent,
  formatPrice,
  formatShares,
  multiplyDecimals,
} from '../../format/decimal.js';
import { formatDate, formatDuration, formatTimeExact } from '../../format/easternTime.js';
import { Waterfall } from './Waterfall.js';

const BASES: Readonly<Record<ReceiptView['basis'], string>> = {
  book: 'Order book',
  nbbo: 'Best bid and offer',
  quoteBar: 'Quote bar',
  lastSale: 'Last sale',
  tradeBar: 'Trade bar',
  auction: 'Auction',
  injected: 'Asked for by a test',
  broker: 'Remote broker',
};

const COVERAGES: Readonly<Record<ReceiptView['evidence']['coverage'], string>> = {
  consolidated: 'all venues',
  oneVenue: 'one venue',
  sampled: 'sampled last price',
  simulated: 'simulated',
  unknown: 'coverage not known',
};

const FEES = { commission: 'Commission', sec: 'SEC fee', taf: 'FINRA TAF' } as const;

/** A receipt. */
export function Receipt({ receipt }: { readonly receipt: ReceiptView }) {
  const { fill, evidence, timing, priceBuildUp } = receipt;
  const notional = multiplyDecimals(fill.quantity, fill.price);
  return (
    <div className="flex flex-col gap-5 p-4">
      <Slip receipt={receipt} notional={notional} />

      <Section title="How the price came about">
        <Waterfall build={priceBuildUp} side={fill.side} />
      </Section>

      <Section title="Evidence (times in ET)">
        <Facts
          rows={[
            ['Basis', `${BASES[receipt.basis]}, rule “${receipt.rule}”`],
            ['Feed', `${evidence.feed}, ${COVERAGES[evidence.coverage]}${delayText(evidence.feedDelay)}`],
            ['Event', `#${evidence.sequence.toLocaleString('en-US')} at ${formatTimeExact(evidence.time)}`],
            ...quoteRows(evidence),
            ...(evidence.open === null ? [] : [['Open', formatPrice(evidence.open)] as const]),
            ...(evidence.high === null ? [] : [['High', formatPrice(evidence.high)] as const]),
            ...(evidence.low === null ? [] : [['Low', formatPrice(evidence.low)] as const]),
            ...(evidence.last === null ? [] : [['Last', formatPrice(evidence.last)] as const]),
            ...(evidence.volume === null ? [] : [['Volume', `${formatCompact(evidence.volume)} shares`] as const]),
            ...(evidence.bandLower === null || evidence.bandUpper === null
              ? []
              : [['Price bands', `${formatPrice(evidence.bandLower)} to ${formatPrice(evidence.bandUpper)}`] as const]),
            ...(receipt.shortFloor === null
              ? []
              : [['Short sale kept above', formatPrice(receipt.shortFloor)] as const]),
            ...(receipt.triggerPrice === null
              ? []
              : [['Stop triggered at', formatPrice(receipt.triggerPrice)] as const]),
          ]}
        />
      </Section>

      <Section title="Time line (ET)">
        <Facts
          rows={[
            ['Decided', formatTimeExact(timing.decidedAt)],
            ...(timing.dataLatency === 0 ? [] : [['Of it for data', formatDuration(timing.dataLatency)] as const]),
            ['At the venue', withDelay(timing.arrivedAt, timing.decidedAt)],
            ['Filled', withDelay(timing.filledAt, timing.arrivedAt)],
            ['Reported', withDelay(timing.reportedAt, timing.filledAt)],
          ]}
        />
      </Section>

      <Section title="Fees">
        {receipt.fees.length === 0 ? (
          <p className="text-muted">This fill cost no fees.</p>
        ) : (
          <Facts
            rows={[
              ...receipt.fees.map(({ kind, amount }) => [FEES[kind], formatFee(amount)] as const),
              [
                'Total',
                <strong key="total">{formatFee(addDecimals(...receipt.fees.map(({ amount }) => amount)))}</strong>,
              ],
            ]}
          />
        )}
      </Section>

      <Section title="Size and models">
        <Participation share={receipt.participation} limit={receipt.participationLimit} />
        <Facts
          rows={[
            ...(receipt.queueAtEntry === null ? [] : [['Queue at entry', formatShares(receipt.queueAtEntry)] as const]),
            ...(receipt.queueAtFill === null ? [] : [['Queue at fill', formatShares(receipt.queueAtFill)] as const]),
            ['Preset', receipt.preset],
            [
              'Models',
              <span key="models" className="break-words whitespace-normal">
                {receipt.models}
              </span>,
            ],
            ...(receipt.notes === '' ? [] : [['Note', receipt.notes] as const]),
            ['Order', fill.orderId],
            ['Fill', fill.id],
          ]}
        />
      </Section>
    </div>
  );
}

function Slip({ receipt, notional }: { readonly receipt: ReceiptView; readonly notional: string }) {
  const { fill } = receipt;
  return (
    <div>
      <div aria-hidden className="torn-edge" />
      <div className="bg-tape px-4 py-2 text-tape-ink">
        <p className="flex items-baseline justify-between gap-2">
          <span className="text-base font-bold">
            {fill.side === 'buy' ? 'Bought' : 'Sold'} {formatShares(fill.quantity)}{' '}
            <Link
              to="/trade/$symbol"
              params={{ symbol: fill.symbol }}
              search={{ fill: fill.id }}
              className="underline decoration-dotted underline-offset-4"
            >
              {fill.symbol}
            </Link>
          </span>
          <span className="text-base font-bold">{formatPrice(fill.price)}</span>
        </p>
        <p className="flex justify-between text-xs">
          <span>
            {formatDate(fill.time)}, {formatTimeExact(fill.time)} ET
          </span>
          <span>{formatMoney(notional)}</span>
        </p>
        <p
          data-testid="receipt-sentence"
          className="mt-2 border-t border-dashed border-tape-ink/40 pt-2 leading-relaxed"
        >
          {receipt.sentence}
        </p>
      </div>
      <div aria-hidden className="torn-edge torn-edge-bottom" />
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{title}</h3>
      {children}
    </section>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[8.5rem_1fr]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="border-b border-line py-1 text-muted">{name}</dt>
          <dd className="min-w-0 border-b border-line py-1 text-right break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function quoteRows({ bid, bidSize, ask, askSize }: ReceiptView['evidence']): (readonly [string, ReactNode])[] {
  const size = (shares: number | null): string => (shares === null ? '' : ` × ${shares.toLocaleString('en-US')}`);
  return [
    ...(bid === null ? [] : [['Bid', `${formatPrice(bid)}${size(bidSize)}`] as const]),
    ...(ask === null ? [] : [['Ask', `${formatPrice(ask)}${size(askSize)}`] as const]),
  ];
}

function withDelay(time: number, before: number): ReactNode {
  return (
    <>
      <span className="mr-2 text-faint">+{formatDuration(time - before)}</span>
      {formatTimeExact(time)}
    </>
  );
}

function delayText(delay: number): string {
  return delay === 0 ? '' : `, ${formatDuration(delay)} late`;
}

function formatFee(amount: string): string {
  return formatMoney(amount);
}

function Participation({ share, limit }: { readonly share: number; readonly limit: number | null }) {
  const full = limit === null || limit === 0 ? 1 : limit;
  return (
    <div className="mb-1">
      <p className="flex justify-between">
        <span className="text-muted">Share of the volume there</span>
        <span>
          {formatPercent(share, 2, false)}
          <span className="text-faint">
            {limit === null ? ' (no limit)' : ` of at most ${formatPercent(limit, 0, false)}`}
          </span>
        </span>
      </p>
      <div aria-hidden className="mt-1 h-1 bg-raised">
        <div className="h-full bg-accent" style={{ width: `${Math.min(100, (share / full) * 100)}%` }} />
      </div>
    </div>
  );
}
