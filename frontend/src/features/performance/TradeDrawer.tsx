/** A trade in full at the right edge: result, why, how far it went, what it cost, every fill, and the notes on it. */
import type { ReactNode } from 'react';
import type { AnnotatedTrade, FigureView } from '../../../../src/contracts/index.js';
import { useReceipt } from '../../app/useReceipt.js';
import { Drawer } from '../../components/Drawer.js';
import { Side, Time } from '../../components/figures.js';
import { formatDate } from '../../format/easternTime.js';
import { formatMoney, formatPrice, formatShares } from '../../format/decimal.js';
import { FigureText } from './FigureText.js';
import type { FigureKind } from './FigureText.js';
import { SESSION_TITLES } from './sessionTitles.js';
import { Direction, Result } from './tradeColumns.js';
import { TradeNotes } from './TradeNotes.js';

const HORIZONS: Readonly<Record<number, string>> = {
  1_000_000: '1 s',
  10_000_000: '10 s',
  60_000_000: '1 min',
  300_000_000: '5 min',
};

/** What the drawer takes; receipts are those of the running session. */
export interface TradeDrawerProps {
  readonly trade: AnnotatedTrade;
  readonly isCurrentSession: boolean;
  readonly onClose: () => void;
}

/** The drawer. */
export function TradeDrawer({ trade, isCurrentSession, onClose }: TradeDrawerProps) {
  return (
    <Drawer title={`Trade ${trade.id}`} closeLabel="Close the trade" onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <header>
          <p className="text-base font-semibold">
            <Direction side={trade.side} /> {formatShares(trade.quantity)} {trade.symbol}{' '}
            <Result trade={trade} className="ml-2" />
          </p>
          <p className="text-xs text-muted">
            {trade.owner} · {SESSION_TITLES[trade.session] ?? trade.session} · {formatDate(trade.entryTime)}
          </p>
        </header>
        <TradeNotes trade={trade} />
        <Why trade={trade} />
        <Facts title="Result">
          <Fact name={trade.state === 'open' ? 'At the last price' : 'Net of fees'}>
            <Result trade={trade} />
          </Fact>
          <Fact name="Fees">{formatMoney(trade.fees)}</Fact>
          <FigureFact name="Return" figure={trade.returnFraction} kind="percent" signed />
          <FigureFact name="Risked at the stop" figure={trade.initialRisk} kind="money" />
          <FigureFact name="R multiple" figure={trade.rMultiple} kind="multiple" signed />
          <FigureFact name="Worst on the way (MAE)" figure={trade.maxAdverse} kind="money" />
          <FigureFact name="Best on the way (MFE)" figure={trade.maxFavourable} kind="money" />
        </Facts>
        <Costs trade={trade} />
        <Fills trade={trade} linked={isCurrentSession} />
      </div>
    </Drawer>
  );
}

function Why({ trade }: { readonly trade: AnnotatedTrade }) {
  const { signal } = trade;
  return (
    <Facts title="Why">
      <Fact name="Entry">{trade.entryReason === '' ? 'no reason was given' : trade.entryReason}</Fact>
      <Fact name="Exit">{trade.state === 'open' ? 'still open' : trade.exitReason || 'no reason was given'}</Fact>
      {signal !== null && (
        <Fact name="Risk checks">
          {signal.outcome === 'allow'
            ? 'allowed as asked'
            : `${signal.outcome === 'shrink' ? 'shrunk' : 'denied'}: ${formatShares(signal.requestedQuantity)} asked, ${formatShares(signal.allowedQuantity)} allowed`}
        </Fact>
      )}
      {trade.carried && <Fact name="Carried">entered in an earlier session</Fact>}
      {trade.adjustments.map((text) => (
        <Fact key={text} name="Adjusted">
          {text}
        </Fact>
      ))}
    </Facts>
  );
}

function Costs({ trade }: { readonly trade: AnnotatedTrade }) {
  const { shortfall, effectiveSpread, realisedSpread, markouts } = trade.costs;
  return (
    <Facts title="Costs">
      <FigureFact name="Delay, decision to arrival" figure={shortfall.delay} kind="money" />
      <FigureFact name="Execution, arrival to fill" figure={shortfall.execution} kind="money" />
      <Fact name="Fees">{formatMoney(shortfall.fees.toFixed(2))}</Fact>
      <FigureFact name="What did not fill" figure={shortfall.opportunity} kind="money" />
      <FigureFact name="Implementation shortfall" figure={shortfall.total} kind="money" strong />
      <FigureFact name="Effective spread a share" figure={effectiveSpread} kind="perShare" />
      <FigureFact name="Realised spread a share" figure={realisedSpread} kind="perShare" />
      {markouts.map(({ horizon, perShare }) => (
        <FigureFact
          key={horizon}
          name={`Market after ${HORIZONS[horizon] ?? horizon}`}
          figure={perShare}
          kind="perShare"
          signed
        />
      ))}
    </Facts>
  );
}

function Fills({ trade, linked }: { readonly trade: AnnotatedTrade; readonly linked: boolean }) {
  const { open } = useReceipt();
  return (
    <section aria-label="Fills of the trade">
      <h3 className="mb-1 text-2xs font-medium text-faint">Fills</h3>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {trade.fills.map(({ fillId, side, quantity, price, time, costs }) => (
          <li key={`${fillId} ${quantity}`} className="flex items-baseline gap-2 py-1 text-xs">
            <Time micros={time} />
            <Side side={side} />
            <span>
              {formatShares(quantity)} at {formatPrice(price)}
            </span>
            <span className="text-faint">
              {costs.fill.from} <FigureText figure={costs.fill.price} kind="perShare" />
            </span>
            {linked && (
              <button type="button" className="ml-auto text-accent hover:underline" onClick={() => open(fillId)}>
                Receipt
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-2xs font-medium text-faint">{title}</h3>
      <dl className="flex flex-col gap-0.5 text-xs">{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}

interface FigureFactProps {
  readonly name: string;
  readonly figure: FigureView;
  readonly kind: FigureKind;
  readonly signed?: boolean;
  readonly strong?: boolean;
}

function FigureFact({ name, figure, kind, signed = false, strong = false }: FigureFactProps) {
  return (
    <Fact name={name}>
      <FigureText figure={figure} kind={kind} signed={signed} className={strong ? 'font-semibold' : ''} />
    </Fact>
  );
}
