/** The journal: every trade with its result and costs, the last one first; a row opens all of it, with its notes. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { AnnotatedTrade } from '../../../../src/contracts/index.js';
import { useApi, useLive } from '../../app/TradingContext.js';
import { Button } from '../../components/Button.js';
import { DataTable } from '../../components/DataTable.js';
import { Empty, Panel, SkeletonRows } from '../../components/Panel.js';
import { TradeDrawer } from './TradeDrawer.js';
import { JournalFilter, NO_FILTER } from './JournalFilter.js';
import type { Filter } from './JournalFilter.js';
import { TRADE_COLUMNS } from './tradeColumns.js';

const REFRESH_MS = 3_000;
const PAGE_TRADES = 100;

interface TradeJournalProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly className?: string;
}

/** The panel. */
export function TradeJournal({ filter, onFilter, className = '' }: TradeJournalProps) {
  const api = useApi();
  const sessionId = useLive((state) => state.session?.sessionId);
  const [openKey, setOpenKey] = useState<string>();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['trades', filter],
    queryFn: ({ pageParam }) =>
      api.call('trades', {
        query: {
          ...wanted(filter),
          limit: String(PAGE_TRADES),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(
    () => data?.pages.flatMap((page, index) => (index === 0 ? [...page.open, ...page.trades] : page.trades)) ?? [],
    [data],
  );
  const total = data?.pages[0]?.total ?? 0;
  const opened = rows.find((trade) => keyOf(trade) === openKey);
  return (
    <Panel
      label="Trade journal"
      title={
        <h2 className="text-xs font-semibold">
          Trade journal <span className="ml-1 font-normal text-faint">{total} closed</span>
        </h2>
      }
      className={className}
      actions={<JournalFilter filter={filter} onChange={onFilter} />}
    >
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <Empty title="The trades could not be read.">{error.message}</Empty>
        )
      ) : rows.length === 0 ? (
        <Empty title={filter === NO_FILTER ? 'No trades yet' : 'No trade is like that'}>
          {filter === NO_FILTER
            ? 'A trade runs from the first fill of a position until it is flat again.'
            : 'Choose less narrowly.'}
        </Empty>
      ) : (
        <div className="flex h-full flex-col">
          <div className="min-h-0 flex-1">
            <DataTable
              label="Trades"
              columns={TRADE_COLUMNS}
              rows={rows}
              rowKey={keyOf}
              onOpen={(trade) => setOpenKey(keyOf(trade))}
              isCurrent={(trade) => keyOf(trade) === openKey}
            />
          </div>
          {hasNextPage && (
            <div className="flex justify-center border-t border-line py-1">
              <Button size="small" tone="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show {PAGE_TRADES} more
              </Button>
            </div>
          )}
        </div>
      )}
      {opened !== undefined && (
        <TradeDrawer
          key={keyOf(opened)}
          trade={opened}
          isCurrentSession={opened.sessionId === sessionId}
          onClose={() => setOpenKey(undefined)}
        />
      )}
    </Panel>
  );
}

function keyOf({ sessionId, id }: AnnotatedTrade): string {
  return `${sessionId} ${id}`;
}

/** The filter as the route takes it: what does not matter is left out. */
function wanted({ sessions, symbol, result, tag, side }: Filter) {
  return {
    sessionId: sessions,
    ...(/^[A-Z][A-Z0-9.-]{0,11}$/.test(symbol) ? { symbol } : {}),
    ...(result === 'any' ? {} : { result }),
    ...(side === 'any' ? {} : { side }),
    ...(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,31}$/u.test(tag) ? { tag } : {}),
  };
}
