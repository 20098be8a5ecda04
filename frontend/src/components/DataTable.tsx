/**
 * A dense table: sticky head, right-aligned figures, rows that can be opened with mouse or keyboard. Long lists
 * draw only the rows on the screen; rows have one fixed height for that.
 */
import { clsx } from 'clsx';
import { useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

/** One column. */
export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  /** Figures stand right, text left. */
  readonly align?: 'left' | 'right';
  /** Classes of head and cells, e.g. to leave a column out on narrow screens. */
  readonly className?: string;
  /** Stays in sight at the right edge when the table is wider than its place: the column of the actions. */
  readonly pinned?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** What a table takes. */
export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Called for a click on a row and for Enter on a focused one. */
  readonly onOpen?: (row: Row) => void;
  /** Whether a row is the one shown elsewhere. */
  readonly isCurrent?: (row: Row) => boolean;
  /** Grey for rows that are over. */
  readonly isDim?: (row: Row) => boolean;
}

const ROW_HEIGHT = 29;
/** Lists up to this length are drawn whole. */
const WHOLE_UP_TO = 60;
const OVERSCAN = 8;

/** A dense table. Its parent gives the height. */
export function DataTable<Row>({ label, columns, rows, rowKey, onOpen, isCurrent, isDim }: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const windowed = rows.length > WHOLE_UP_TO;
  const visible = Math.ceil((scroller.current?.clientHeight ?? 600) / ROW_HEIGHT);
  const first = windowed ? Math.max(0, Math.min(top - OVERSCAN, rows.length - visible)) : 0;
  const end = windowed ? Math.min(rows.length, top + visible + OVERSCAN) : rows.length;

  const moveFocus = (event: KeyboardEvent<HTMLTableRowElement>, row: Row): void => {
    if (event.target !== event.currentTarget) return;
    const step =
      event.key === 'ArrowDown' ? 'nextElementSibling' : event.key === 'ArrowUp' ? 'previousElementSibling' : undefined;
    if (step !== undefined) {
      const other = event.currentTarget[step];
      if (other instanceof HTMLElement) other.focus();
    } else if (event.key === 'Enter') onOpen?.(row);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      // Rows that cannot be opened take no focus, with which the keyboard would scroll.
      tabIndex={onOpen === undefined ? 0 : undefined}
      role={onOpen === undefined ? 'group' : undefined}
      aria-label={onOpen === undefined ? label : undefined}
      className="h-full overflow-auto"
      onScroll={(event) => setTop(Math.floor(event.currentTarget.scrollTop / ROW_HEIGHT))}
    >
      <table aria-label={label} aria-rowcount={rows.length + 1} className="w-full border-separate border-spacing-0">
        <thead>
          <tr>
            {columns.map(({ id, head, align, pinned, className }) => (
              <th
                key={id}
                scope="col"
                className={clsx(
                  'sticky top-0 z-10 h-7 border-b border-line bg-surface px-2 text-2xs font-medium whitespace-nowrap text-faint first:pl-3 last:pr-3',
                  align === 'right' ? 'text-right' : 'text-left',
                  pinned === true && 'right-0',
                  className,
                )}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Spacer height={first * ROW_HEIGHT} />}
          {rows.slice(first, end).map((row) => (
            <tr
              key={rowKey(row)}
              tabIndex={onOpen === undefined ? undefined : 0}
              aria-current={isCurrent?.(row) === true ? true : undefined}
              onClick={onOpen === undefined ? undefined : () => onOpen(row)}
              onKeyDown={(event) => moveFocus(event, row)}
              className={clsx(
                'group h-[29px] -outline-offset-2 hover:bg-hover aria-[current]:bg-hover',
                onOpen !== undefined && 'cursor-pointer',
                isDim?.(row) === true && 'text-muted',
              )}
            >
              {columns.map(({ id, align, pinned, className, cell }) => (
                <td
                  key={id}
                  className={clsx(
                    'h-[29px] border-b border-line/60 px-2 whitespace-nowrap first:pl-3 last:pr-3',
                    align === 'right' ? 'text-right' : 'text-left',
                    pinned === true &&
                      'sticky right-0 bg-surface group-hover:bg-hover group-focus-visible:row-end-focus group-aria-[current]:bg-hover',
                    className,
                  )}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {end < rows.length && <Spacer height={(rows.length - end) * ROW_HEIGHT} />}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}
