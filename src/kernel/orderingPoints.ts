/** Every memory barrier and every core-serialization point of the shim, by id.
 *
 *  `pairsWith` goes both ways, and so do the comments at the two places; a test holds both. The same id goes
 *  to `--without`, which removes the point: that is how the lab shows what each one is for.
 *
 *  Source: the pairing comments of Linux kernel/sched/membarrier.c, core.c and arch/x86/mm/tlb.c. */

export interface OrderingPoint {
  readonly id: string;
  readonly kind: 'barrier' | 'serialization';
  /** File of the shim, without path or extension. */
  readonly where: string;
  readonly pairsWith: readonly string[];
  readonly title: string;
  /** The barrier is part of the access that follows, and costs nothing by itself. */
  readonly partOf?: 'atomic';
}

const TABLE = {
  membarrierEntry: {
    id: 'membarrier-entry',
    kind: 'barrier',
    where: 'membarrier',
    pairsWith: [
      'finish-task-switch-mmdrop',
      'switch-mm-load',
      'kthread-use-mm',
      'syscall-return',
      'interrupt-return',
      'switch-mm-deferred-flush',
      'cpu-start',
      'interrupt-entry',
      'call-queue-pop',
      'ipi-mb',
      'ipi-rseq-mb',
    ],
    title: 'smp_mb() before the scan of rq->curr: stores before the call are visible to whoever is skipped',
  },
  membarrierExit: {
    id: 'membarrier-exit',
    kind: 'barrier',
    where: 'membarrier',
    pairsWith: ['schedule-entry', 'exit-mm', 'kthread-unuse-mm', 'ipi-mb'],
    title: 'smp_mb() after the last IPI: what others did before they were skipped or hit is visible after it',
  },
  membarrierCall: {
    id: 'membarrier-call',
    kind: 'barrier',
    where: 'membarrier',
    pairsWith: ['ipi-sync-core', 'finish-task-switch-sync', 'exit-to-user-sync'],
    title:
      'the wait for every interrupted cpu: whoever was hit has serialized, or owes it, when the call goes on',
  },
  scheduleEntry: {
    id: 'schedule-entry',
    kind: 'barrier',
    where: 'schedule',
    pairsWith: ['membarrier-exit'],
    title: 'smp_mb__after_spinlock() before rq->curr is stored',
  },
  mmdrop: {
    id: 'finish-task-switch-mmdrop',
    kind: 'barrier',
    where: 'finishTaskSwitch',
    partOf: 'atomic',
    pairsWith: ['membarrier-entry'],
    title: 'the atomic of mmdrop(), after rq->curr was stored, kernel thread -> user',
  },
  exitMm: {
    id: 'exit-mm',
    kind: 'barrier',
    where: 'exit',
    pairsWith: ['membarrier-exit'],
    title: 'smp_mb() before current->mm becomes NULL (5bc78502322a)',
  },
  kthreadUseMm: {
    id: 'kthread-use-mm',
    kind: 'barrier',
    where: 'kthreadUseMm',
    pairsWith: ['membarrier-entry'],
    title: 'the barrier after tsk->mm was stored (618758ed3a4f)',
  },
  kthreadUnuseMm: {
    id: 'kthread-unuse-mm',
    kind: 'barrier',
    where: 'kthreadUseMm',
    pairsWith: ['membarrier-exit'],
    title: 'smp_mb() before tsk->mm becomes NULL (618758ed3a4f)',
  },
  ipiMb: {
    id: 'ipi-mb',
    kind: 'barrier',
    where: 'membarrierIpi',
    pairsWith: ['membarrier-entry', 'membarrier-exit'],
    title: 'smp_mb() of the IPI handlers; serializing the core is not a memory barrier by contract',
  },
  ipiRseqMb: {
    id: 'ipi-rseq-mb',
    kind: 'barrier',
    where: 'membarrierIpi',
    pairsWith: ['membarrier-entry'],
    title: 'smp_mb() of ipi_rseq() (2ecedd756908)',
  },
  interruptEntry: {
    id: 'interrupt-entry',
    kind: 'barrier',
    where: 'interrupt',
    partOf: 'atomic',
    pairsWith: ['membarrier-entry'],
    title: 'the acknowledgement to the interrupt controller: no load behind it is early',
  },
  callQueuePop: {
    id: 'call-queue-pop',
    kind: 'barrier',
    where: 'smpCall',
    partOf: 'atomic',
    pairsWith: ['membarrier-entry'],
    title: 'the xchg() of llist_del_all(), which takes function calls off the queue of a cpu',
  },
  switchMmLoad: {
    id: 'switch-mm-load',
    kind: 'serialization',
    where: 'switchMm',
    pairsWith: ['membarrier-entry', 'flush-icache-data'],
    title: 'loading another address space (x86: CR3), after rq->curr was stored',
  },
  deferredFlush: {
    id: 'switch-mm-deferred-flush',
    kind: 'serialization',
    where: 'riscv-stale-mask',
    pairsWith: ['membarrier-entry'],
    title: 'fence.i in switch_mm() where the hart is marked in icache_stale_mask',
  },
  ipiSyncCore: {
    id: 'ipi-sync-core',
    kind: 'serialization',
    where: 'membarrierIpi',
    pairsWith: ['membarrier-call'],
    title: 'sync_core_before_usermode() on every cpu that runs the mm, the caller included',
  },
  finishTaskSwitchSync: {
    id: 'finish-task-switch-sync',
    kind: 'serialization',
    where: 'membarrierMm',
    pairsWith: ['membarrier-call'],
    title: 'membarrier_mm_sync_core_before_usermode(): kernel thread -> user of the borrowed mm',
  },
  exitToUserSync: {
    id: 'exit-to-user-sync',
    kind: 'serialization',
    where: 'deferredSync',
    pairsWith: ['membarrier-call'],
    title: 'a deferred serialization, honoured with interrupts off just before user mode',
  },
  syscallReturn: {
    id: 'syscall-return',
    kind: 'serialization',
    where: 'exitToUserMode',
    pairsWith: ['membarrier-entry'],
    title: 'the system call return, where it serializes (ERET; not SYSRET)',
  },
  interruptReturn: {
    id: 'interrupt-return',
    kind: 'serialization',
    where: 'exitToUserMode',
    pairsWith: ['membarrier-entry', 'kick-all-cpus'],
    title: 'the interrupt return (IRET, ERET)',
  },
  cpuStart: {
    id: 'cpu-start',
    kind: 'serialization',
    where: 'idle',
    pairsWith: ['membarrier-entry'],
    title: 'a cpu that comes online starts with nothing fetched',
  },
  publish: {
    id: 'publish',
    kind: 'barrier',
    where: 'userMode',
    pairsWith: ['user-serialize'],
    title: 'release: the code is stored before anybody can learn that it was published',
  },
  userSerialize: {
    id: 'user-serialize',
    kind: 'serialization',
    where: 'userMode',
    pairsWith: ['publish'],
    title: 'the serializing instruction of user mode (CPUID, ISB, fence.i)',
  },
  userFence: {
    id: 'user-fence',
    kind: 'barrier',
    where: 'userMode',
    pairsWith: ['user-fence'],
    title: 'a full memory barrier of user mode (MFENCE, DMB ISH, fence rw,rw)',
  },
  flushIcacheData: {
    id: 'flush-icache-data',
    kind: 'barrier',
    where: 'flushIcacheMm',
    pairsWith: ['flush-icache-own', 'remote-fence-i', 'switch-mm-load'],
    title: 'riscv_flush_icache(): the code is stored before any hart fetches it again',
  },
  flushIcacheOwn: {
    id: 'flush-icache-own',
    kind: 'serialization',
    where: 'flushIcacheMm',
    pairsWith: ['flush-icache-data'],
    title: 'local_flush_icache_all(): fence.i on the hart that calls riscv_flush_icache()',
  },
  remoteFenceI: {
    id: 'remote-fence-i',
    kind: 'serialization',
    where: 'flushIcacheIpi',
    pairsWith: ['flush-icache-data'],
    title: 'ipi_remote_fence_i(): fence.i on every hart that has the mm loaded',
  },
  textPokePublish: {
    id: 'text-poke-publish',
    kind: 'barrier',
    where: 'textPoke',
    pairsWith: ['breakpoint-handler'],
    title: 'the release before the first breakpoint: whoever meets one finds out what it stands for',
  },
  breakpointHandler: {
    id: 'breakpoint-handler',
    kind: 'barrier',
    where: 'textPoke',
    pairsWith: ['text-poke-publish'],
    title: 'smp_rmb() of the breakpoint handler, before it looks for what the breakpoint stands for',
  },
  textPokeSyncBreakpoint: {
    id: 'text-poke-sync-breakpoint',
    kind: 'serialization',
    where: 'textPoke',
    pairsWith: ['do-sync-core'],
    title: 'text patching: every cpu serializes before the tail is stored behind the breakpoint',
  },
  textPokeSyncTail: {
    id: 'text-poke-sync-tail',
    kind: 'serialization',
    where: 'textPoke',
    pairsWith: ['do-sync-core'],
    title: 'text patching: every cpu serializes before the first byte replaces the breakpoint',
  },
  textPokeSyncFirstByte: {
    id: 'text-poke-sync-first-byte',
    kind: 'serialization',
    where: 'textPoke',
    pairsWith: ['do-sync-core'],
    title: 'text patching: every cpu serializes before the handler forgets the breakpoint',
  },
  doSyncCore: {
    id: 'do-sync-core',
    kind: 'serialization',
    where: 'textPokeIpi',
    pairsWith: ['text-poke-sync-breakpoint', 'text-poke-sync-tail', 'text-poke-sync-first-byte'],
    title: 'do_sync_core(): sync_core() in the interrupt handler of text patching',
  },
  kickAllCpus: {
    id: 'kick-all-cpus',
    kind: 'barrier',
    where: 'kickAllCpus',
    pairsWith: ['interrupt-return'],
    title: 'smp_mb() of kick_all_cpus_sync(): the new code is there before the others are interrupted',
  },
} as const satisfies Record<string, OrderingPoint>;

export type OrderingPointName = keyof typeof TABLE;

export const ORDERING_POINTS: readonly OrderingPoint[] = Object.values(TABLE);

/** Number of each point, as accesses carry it: an index into ORDERING_POINTS. */
export const POINT = Object.fromEntries(
  (Object.keys(TABLE) as OrderingPointName[]).map((name, index) => [name, index]),
) as Readonly<Record<OrderingPointName, number>>;
