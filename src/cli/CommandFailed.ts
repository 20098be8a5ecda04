/** How a command says that it failed although nothing is left to be explained. */

/** Ends a command with exit code 1 after it has told its result itself: a failed check, not a fault. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
