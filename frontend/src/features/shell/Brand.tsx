/** The name with its mark: a strip of paper tape with holes. */

const WORD = 'text-sm font-semibold tracking-tight';
const WORDS = { ample: WORD, scarce: `${WORD} md:sr-only 2xl:not-sr-only` };

/** The name of the program: its word only where there is room for it. */
export function Brand({ room = 'ample' }: { readonly room?: keyof typeof WORDS }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg aria-hidden viewBox="0 0 28 14" className="h-3.5 w-7">
        <rect width="28" height="14" rx="1.5" className="fill-tape stroke-line-strong" strokeWidth="0.6" />
        {[3.5, 24.5].flatMap((x) =>
          [3.5, 10.5].map((y) => (
            <circle
              key={`${x} ${y}`}
              cx={x}
              cy={y}
              r="1.2"
              className="fill-surface stroke-line-strong"
              strokeWidth="0.4"
            />
          )),
        )}
        <path
          d="M7 9.5l4-3.5 3 2.2 6.5-4.4"
          fill="none"
          strokeWidth="1.6"
          strokeLinecap="round"
          strokeLinejoin="round"
          className="stroke-tape-ink"
        />
      </svg>
      <span className={WORDS[room]}>Papertape</span>
    </span>
  );
}
