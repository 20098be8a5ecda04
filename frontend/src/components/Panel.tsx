/** A region of the screen with a title line. Panels touch; hairlines of their container part them. */
import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** What a panel takes. */
export interface PanelProps {
  readonly title: ReactNode;
  /** Name for screen readers when `title` is not text. */
  readonly label?: string;
  /** Controls at the right of the title line. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A region with a title line and a body that scrolls. */
export function Panel({ title, label, actions, className, children }: PanelProps) {
  return (
    <section
      aria-label={label ?? (typeof title === 'string' ? title : undefined)}
      className={clsx('flex min-h-0 min-w-0 flex-col bg-surface', className)}
    >
      <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
        {typeof title === 'string' ? <h2 className="text-xs font-semibold text-ink">{title}</h2> : title}
        {actions !== undefined && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </header>
      <div className="relative min-h-0 flex-1 overflow-auto">{children}</div>
    </section>
  );
}

/** What stands where rows would be: what it means and what to do next. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="flex h-full min-h-24 flex-col items-center justify-center gap-1 px-6 py-5 text-center">
      <p className="font-medium text-muted">{title}</p>
      {children !== undefined && <p className="max-w-prose text-xs text-faint">{children}</p>}
    </div>
  );
}

/** Grey bars in the shape of rows, until the first data come. */
export function SkeletonRows({ rows = 4 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 px-3 py-3">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex gap-4">
          <div className="skeleton h-3.5 w-16" />
          <div className="skeleton h-3.5 flex-1" />
          <div className="skeleton h-3.5 w-20" />
        </div>
      ))}
    </div>
  );
}
