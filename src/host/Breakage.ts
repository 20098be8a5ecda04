/**
 * The end of a session whose decisions threw. After it the state is not to be trusted: what was decided since the last
 * group is neither told nor kept, and nothing more is decided.
 */

/** Remembers the first thing that was thrown. */
export class Breakage {
  #first: { readonly error: unknown } | undefined;

  /** Whether something was thrown. */
  get happened(): boolean {
    return this.#first !== undefined;
  }

  /** Decides something and passes on what it throws, as every call after that does at once. */
  guard<T>(decide: () => T): T {
    if (this.#first !== undefined) throw this.#first.error;
    try {
      return decide();
    } catch (error) {
      this.#first = { error };
      throw error;
    }
  }
}
