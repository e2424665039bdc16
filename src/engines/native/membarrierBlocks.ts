/** What membarrier SYNC_CORE costs on the host, with a peer that runs and without one.
 *
 *  The cost has two modes: whether the other cpu was running this process at that moment, so that it had to be interrupted.
 *  The host's count of function call interrupts says which, block by block; a median over both would be neither.
 *  Limit: on a host that does not show the count the blocks stay unlabelled. */
import {
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../kernel/membarrierCommands.js';
import { block, nowNs, type Work } from './blocks.js';
import { callInterrupts } from './callInterrupts.js';
import type { HostKernel } from './hostKernel.js';

export interface MembarrierBlock {
  readonly nsPerCall: number;
  /** Undefined where the host does not show them. */
  readonly interruptsPerCall: number | undefined;
}

export interface MembarrierPlan {
  /** Goes on until there are so many, or so many in which every call interrupted the peer ... */
  readonly blocks: number;
  readonly counts: 'every-block' | 'interrupting-blocks';
  /** ... or so much time is over. */
  readonly budgetMs: number;
}

/** Short, so that the peer either ran all the while or did not. */
const CALLS = 50;
const WARM_BLOCKS = 20;
/** Others make such calls too: near enough to one interrupt a call, and to none. */
const NEAR = 0.05;

/** Every call interrupted one peer. */
export function interruptsPeer({ interruptsPerCall }: MembarrierBlock): boolean {
  return interruptsPerCall !== undefined && Math.abs(interruptsPerCall - 1) < NEAR;
}

/** No call interrupted anybody. */
export function interruptsNobody({ interruptsPerCall }: MembarrierBlock): boolean {
  return interruptsPerCall !== undefined && interruptsPerCall < NEAR;
}

export function measureMembarrier(
  kernel: HostKernel,
  { blocks, counts, budgetMs }: MembarrierPlan,
): MembarrierBlock[] {
  const registered = kernel.membarrier(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
  if (registered < 0) throw new Error(`membarrier does not register for SYNC_CORE: errno ${-registered}`);
  const work: Work = (times) => {
    for (let i = 0; i < times; i++) kernel.membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
  };
  for (let i = 0; i < WARM_BLOCKS; i++) work(CALLS);
  const until = nowNs() + budgetMs * 1e6;
  const measured: MembarrierBlock[] = [];
  let left = blocks;
  let before = callInterrupts();
  while (left > 0 && nowNs() < until) {
    const nsPerCall = block(work, CALLS);
    const after = callInterrupts();
    const interrupts = before === undefined || after === undefined ? undefined : after - before;
    const one = { nsPerCall, interruptsPerCall: interrupts === undefined ? undefined : interrupts / CALLS };
    measured.push(one);
    if (counts === 'every-block' || interruptsPeer(one)) left--;
    before = after;
  }
  return measured;
}

/** A peer in user code until the word is set. */
export function spinUntilSet(word: Int32Array): void {
  while (Atomics.load(word, 0) === 0);
}
