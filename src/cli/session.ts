/** What a command is given: where to print, what asks it to stop, and where its exit status goes. */
import type { ExitStatus } from '../base/errors.js';
import type { Paint } from '../report/paint.js';

export interface Session {
  /** To standard output. */
  readonly print: (text: string) => void;
  readonly paint: Paint;
  /** What a command ends by that has something to print when it is interrupted, or nobody reads its output any more; `reason` is
   *  a StopReason. Until it is asked for, an interrupt ends the process at once. */
  readonly stopSignal: () => AbortSignal;
  readonly endWith: (status: ExitStatus) => void;
}

export type StopReason = 'interrupted' | 'reader gone';
