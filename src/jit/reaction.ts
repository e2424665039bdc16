/** What a JIT does when the kernel answers membarrier(2) with an error: at start-up, where it registers, and at a
 *  publication, where it needs the barrier.
 *
 *  Limit: nobody learns of an error of __builtin___clear_cache(), which returns nothing. */

/** By name, so that a reaction is data. */
export type ErrnoName = 'EPERM' | 'EINVAL' | 'ENOSYS';

/** How a process ends that publishes nothing: by a signal, by abort(3), or by keeping its code to itself. */
export type Ending = 'killed' | 'aborted' | 'withheld';

/** A call that is made instead. */
export type SecondAttempt = 'register-sync-core' | 'membarrier-sync-core' | 'membarrier-global';

export interface Reaction {
  readonly name: string;
  readonly summary: string;
  /** Who reacts like this, or where it is described. */
  readonly source: string;
  /** To a registration that fails. */
  readonly registration: 'go-on' | 'never-publish' | 'abort';
  /** To a barrier that fails with this error: these calls, one after the other. */
  readonly attempts: Readonly<Partial<Record<ErrnoName, readonly SecondAttempt[]>>>;
  /** To any other error, and to one of an attempt. `withhold`: the code is written, and nobody is told of it. */
  readonly otherwise: 'go-on' | 'withhold' | 'abort';
}
