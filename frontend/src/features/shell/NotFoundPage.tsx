/** An address without a page. */
import { Link } from '@tanstack/react-router';
import { Empty } from '../../components/Panel.js';

/** Says so, and where to go. */
export function NotFoundPage() {
  return (
    <Empty title="There is no page at this address.">
      Go to the{' '}
      <Link to="/" className="text-accent underline">
        dashboard
      </Link>
      .
    </Empty>
  );
}
