/** What is on the screen for the moment in which an earlier sign-in is renewed. */
import { Brand } from '../shell/Brand.js';

/** The name, and that something is going on. */
export function Splash() {
  return (
    <main className="flex h-full flex-col items-center justify-center gap-3">
      <Brand />
      <p role="status" className="text-muted">
        Signing in…
      </p>
    </main>
  );
}
