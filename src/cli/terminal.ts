/**
 * The terminal behind one small interface. Results go to standard output, everything else (progress, notes,
 * errors) to standard error, so that every command can be piped; colours and progress appear only on a terminal.
 */
import pc from 'picocolors';

/** Colour functions; each is the identity when colours are off. */
export type Colours = ReturnType<typeof pc.createColors>;

/** Where a command writes. */
export interface Terminal {
  /** Writes to standard output as it is: results only. */
  out(text: string): void;
  /** Writes to standard error as it is. */
  err(text: string): void;
  /** Colours for standard output. */
  readonly colours: Colours;
  /** Colours for standard error. */
  readonly errColours: Colours;
  /** Whether standard error is a terminal, so that a line may be drawn over. */
  readonly interactive: boolean;
  /** Columns of standard output; {@link DEFAULT_COLUMNS} when it is not a terminal. */
  readonly columns: number;
}

/** Width assumed where nobody says. */
export const DEFAULT_COLUMNS = 100;

/** Off a terminal `isTTY` is absent, whatever its type says; colour must then be off, also under `CI`. */
const isTerminal = (stream: { readonly isTTY?: boolean }): boolean => stream.isTTY === true;

const supportsColour = (stream: { readonly isTTY?: boolean }): boolean =>
  isTerminal(stream) && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';

/** The real terminal of the process. A reader that goes away early (`| head`) ends the process quietly. */
export function systemTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colours: pc.createColors(supportsColour(process.stdout)),
    errColours: pc.createColors(supportsColour(process.stderr)),
    interactive: isTerminal(process.stderr),
    // A terminal that does not know its size says 0.
    columns: isTerminal(process.stdout) && process.stdout.columns > 0 ? process.stdout.columns : DEFAULT_COLUMNS,
  };
}
