/** What a command is given: where to print, what asks it to stop, and where its exit status goes. */
import type { ExitStatus } from '../base/errors.js';
import type { Paint } from '../report/paint.js';

export interface Session {
  /** To standard output. */
  readonly print: (text: string) => void;
  readonly paint: Paint;
  /** Aborted when the run is interrupted or nobody reads the output any more; `reason` is a StopReason.
   *  A command that takes it ends by it; one that does not is ended by an interrupt at once. */
  readonly signal: AbortSignal;
  readonly endWith: (status: ExitStatus) => void;
}

export type StopReason = 'interrupted' | 'reader gone';
