/** The table of accounts, with what can be done to each. The session's own account comes first and stays as it is. */
import { useQuery } from '@tanstack/react-query';
import { ExternalLink, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Account, DeskAccount } from '../../../../src/contracts/index.js';
import { useMay } from '../../app/AuthContext.js';
import { useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { DataTable } from '../../components/DataTable.js';
import type { Column } from '../../components/DataTable.js';
import { Pnl } from '../../components/figures.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { addDecimals, formatMoney, negate } from '../../format/decimal.js';
import { urlOf } from '../../services/ApiClient.js';
import { DeleteAccountDialog } from './DeleteAccountDialog.js';
import { OpenAccountDialog } from './OpenAccountDialog.js';
import { ResetAccountDialog } from './ResetAccountDialog.js';

/** How often the figures are asked for. */
const EVERY_MS = 2_000;

interface Row {
  readonly accountId: string;
  readonly kind: string;
  readonly startingCash: string;
  readonly equity: string;
  readonly buyingPower: string;
  readonly positions: number;
  /** Undefined for the session's own. */
  readonly desk: DeskAccount | undefined;
}

type Asked = { readonly what: 'open' } | { readonly what: 'reset' | 'delete'; readonly account: DeskAccount };

/** The panel. */
export function AccountsPanel({ className = '' }: { readonly className?: string }) {
  const api = useApi();
  const mayTrade = useMay('trader');
  const own = useLive((state) => state.account);
  const ownPositions = useLive((state) => state.positions.length);
  const { data, error, refetch } = useQuery({
    queryKey: ['accounts'],
    queryFn: () => api.call('accounts', {}),
    refetchInterval: EVERY_MS,
  });
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => {
    setAsked(undefined);
    void refetch();
  };
  const rows = [...(own === undefined ? [] : [ownRow(own, ownPositions)]), ...(data?.accounts ?? []).map(deskRow)];
  return (
    <Panel
      title="Accounts"
      className={className}
      actions={
        <Button
          size="small"
          tone="primary"
          disabled={!mayTrade}
          title={mayTrade ? 'Open an account for a program' : 'Needs the role of a trader'}
          onClick={() => setAsked({ what: 'open' })}
        >
          <Plus aria-hidden className="size-3.5" />
          Open account
        </Button>
      }
    >
      {error !== null ? (
        <Empty title="The accounts could not be listed.">{error.message}</Empty>
      ) : data === undefined ? (
        <SkeletonRows />
      ) : (
        <>
          <div>
            <DataTable
              label="Accounts"
              columns={columnsOf(mayTrade, setAsked)}
              rows={rows}
              rowKey={(row) => row.accountId}
            />
          </div>
          <div>
            {data.accounts.length === 0 && (
              <Empty title="No account for a program yet">
                Open one with any cash. A program trades it over the Alpaca protocol, with a key of “papertape keys
                create”.
              </Empty>
            )}
          </div>
        </>
      )}
      {asked?.what === 'open' && <OpenAccountDialog onClose={close} />}
      {asked?.what === 'reset' && <ResetAccountDialog account={asked.account} onClose={close} />}
      {asked?.what === 'delete' && <DeleteAccountDialog account={asked.account} onClose={close} />}
    </Panel>
  );
}

function ownRow(account: Account, positions: number): Row {
  const { accountId, startingCash, equity, buyingPower } = account;
  return { accountId, kind: 'session', startingCash, equity, buyingPower, positions, desk: undefined };
}

function deskRow(desk: DeskAccount): Row {
  const { accountId, kind, startingCash, equity, buyingPower, positions } = desk;
  return { accountId, kind, startingCash, equity, buyingPower, positions: positions.length, desk };
}

function columnsOf(mayTrade: boolean, ask: (asked: Asked) => void): readonly Column<Row>[] {
  const why = mayTrade ? undefined : 'Needs the role of a trader';
  return [
    {
      id: 'account',
      head: 'Account',
      cell: ({ accountId }) => (
        <span
          title={accountId}
          className="inline-block max-w-28 truncate align-bottom font-semibold sm:max-w-48 2xl:max-w-72"
        >
          {accountId}
        </span>
      ),
    },
    {
      id: 'kind',
      head: 'Kind',
      className: 'hidden sm:table-cell',
      cell: ({ kind }) => <span className="text-muted">{kind}</span>,
    },
    {
      id: 'owner',
      head: 'Owner',
      className: 'hidden 2xl:table-cell',
      cell: ({ desk }) => <span className="text-muted">{desk?.owner ?? '–'}</span>,
    },
    { id: 'equity', head: 'Equity', align: 'right', cell: ({ equity }) => formatMoney(equity) },
    {
      id: 'result',
      head: 'Since start',
      align: 'right',
      className: 'hidden sm:table-cell',
      cell: ({ equity, startingCash }) => <Pnl amount={addDecimals(equity, negate(startingCash))} />,
    },
    {
      id: 'start',
      head: 'Started with',
      align: 'right',
      className: 'hidden md:table-cell',
      cell: ({ startingCash }) => formatMoney(startingCash),
    },
    {
      id: 'power',
      head: 'Buying power',
      align: 'right',
      className: 'hidden md:table-cell',
      cell: ({ buyingPower }) => formatMoney(buyingPower),
    },
    {
      id: 'positions',
      head: 'Positions',
      align: 'right',
      className: 'hidden sm:table-cell',
      cell: ({ positions }) => positions,
    },
    {
      id: 'report',
      head: 'Report',
      className: 'hidden sm:table-cell',
      cell: ({ accountId }) => (
        <a
          href={urlOf('/reports/:period/page', { params: { period: 'day' }, query: { accountId } })}
          target="_blank"
          rel="noopener"
          aria-label={`Report of the day of ${accountId}`}
          className="inline-flex items-center gap-1 rounded text-accent underline-offset-2 hover:underline"
        >
          Day
          <ExternalLink aria-hidden className="size-3" />
        </a>
      ),
    },
    {
      id: 'actions',
      pinned: true,
      head: <span className="sr-only">Actions</span>,
      align: 'right',
      cell: ({ accountId, desk }) =>
        desk === undefined ? (
          <span className="text-xs text-faint" title="The session trades on it; papertape up --fresh begins one anew.">
            the session’s own
          </span>
        ) : (
          <span className="inline-flex gap-1">
            <Button
              size="tiny"
              aria-label={`Reset ${accountId}`}
              title={why}
              disabled={!mayTrade}
              onClick={() => ask({ what: 'reset', account: desk })}
            >
              Reset
            </Button>
            <Button
              size="tiny"
              aria-label={`Delete ${accountId}`}
              title={why}
              disabled={!mayTrade}
              onClick={() => ask({ what: 'delete', account: desk })}
            >
              Delete
            </Button>
          </span>
        ),
    },
  ];
}
