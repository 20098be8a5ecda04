/** A fill explained, at the right edge of any page: the slip with the sentence first, then the evidence below it. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../app/TradingContext.js';
import { Drawer } from '../../components/Drawer.js';
import { Empty, SkeletonRows } from '../../components/Panel.js';
import { Receipt } from './Receipt.js';

/** The drawer. */
export function ReceiptDrawer({ fillId, onClose }: { readonly fillId: string; readonly onClose: () => void }) {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['receipt', fillId],
    queryFn: () => api.call('receipt', { params: { id: fillId } }),
    staleTime: Infinity,
  });
  return (
    <Drawer title="Fill receipt" closeLabel="Close the receipt" onClose={onClose}>
      {data !== undefined ? (
        <Receipt receipt={data} />
      ) : error !== null ? (
        <Empty title="The receipt could not be read.">{error.message}</Empty>
      ) : (
        <SkeletonRows rows={8} />
      )}
    </Drawer>
  );
}
