/** A publication protocol: the steps a JIT takes to replace code that others may be executing.
 *
 *  Step lists are data, one file each in src/jit/protocols; a scenario says where in a program they go. */

export type WriterStep =
  /** Rewrite the site's bytes in place. */
  | 'store'
  /** Clean the site's lines to the PoU. */
  | 'clean'
  /** Invalidate the site's lines in the icaches. */
  | 'invalidate'
  /** membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE). */
  | 'membarrier-sync-core'
  /** Claim that everybody executes the new version from now on. */
  | 'promise';

export interface PublicationProtocol {
  readonly name: string;
  readonly summary: string;
  /** Who publishes like this, or where the protocol is described. */
  readonly source: string;
  readonly writer: readonly WriterStep[];
}
