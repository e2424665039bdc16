/** membarrier(2): argument checks, registration, and the commands.
 *
 *  Source: Linux kernel/sched/membarrier.c.
 *  Limit: memory is never short, so there is no ENOMEM. */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { EINVAL, ENOSYS, EPERM } from './errno.js';
import { MUTEX_ID } from './layout.js';
import {
  CMD_FLAG_CPU,
  CMD_GET_REGISTRATIONS,
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_QUERY,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from './membarrierCommands.js';
import { membarrierUpdateRunQueue, STATE } from './membarrierMm.js';
import { migrate } from './migrate.js';
import { mutexLock, mutexUnlock } from './mutex.js';
import { POINT } from './orderingPoints.js';
import { synchronizeRcu } from './rcu.js';
import { schedule } from './schedule.js';
import {
  CALL,
  type CallFunction,
  clearCallMask,
  onEachCpuMask,
  setInCallMask,
  smpCallFunctionMany,
} from './smpCall.js';
import { TIF_NEED_RESCHED } from './task.js';
import { SLEPT } from './waitQueue.js';

/** How far a call has come that was switched out in the middle. */
const STAGE = { start: 0, targetsChosen: 1 } as const;

/** One of the PRIVATE_EXPEDITED commands. */
interface PrivateCommand {
  readonly ready: number;
  readonly intent: number;
  readonly call: CallFunction;
}

const PLAIN: PrivateCommand = {
  ready: STATE.privateExpeditedReady,
  intent: STATE.privateExpedited,
  call: CALL.mb,
};
/* Registering a variant sets the plain intent as well, but only the variant's READY bit. */
const SYNC_CORE: PrivateCommand = {
  ready: STATE.syncCoreReady,
  intent: STATE.privateExpedited | STATE.syncCore,
  call: CALL.syncCore,
};
/* A kernel that has the command by name only: what is due on this call is not done. */
const SYNC_CORE_IN_NAME: PrivateCommand = { ...SYNC_CORE, call: CALL.mb };
const RSEQ: PrivateCommand = {
  ready: STATE.rseqReady,
  intent: STATE.privateExpedited | STATE.rseq,
  call: CALL.rseq,
};

const ANY_PRIVATE_READY = PLAIN.ready | SYNC_CORE.ready | RSEQ.ready;

/** What GET_REGISTRATIONS reports, and for which bits: either of a pair is enough. */
const REGISTRATIONS: readonly (readonly [bits: number, command: number])[] = [
  [STATE.globalExpedited | STATE.globalExpeditedReady, CMD_REGISTER_GLOBAL_EXPEDITED],
  [STATE.privateExpedited | STATE.privateExpeditedReady, CMD_REGISTER_PRIVATE_EXPEDITED],
  [STATE.syncCore | STATE.syncCoreReady, CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE],
  [STATE.rseq | STATE.rseqReady, CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ],
];

/** The commands that this kernel on this architecture has, as QUERY reports them. */
export function availableCommands(c: Cpu): number {
  const { config, profile } = c;
  let commands = config.commands;
  if (!profile.membarrierSyncCore) {
    commands &= ~(CMD_PRIVATE_EXPEDITED_SYNC_CORE | CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
  }
  if (!config.rseq) commands &= ~(CMD_PRIVATE_EXPEDITED_RSEQ | CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
  if (config.nohzFull) commands &= ~CMD_GLOBAL;
  return commands;
}

/** @returns 0 or what the command reports; a negative errno; SLEPT. */
export function* membarrier(c: Cpu, command: number, flags: number, cpuId: number): Routine<number> {
  if (!c.config.membarrier) return -ENOSYS;
  if (command === CMD_PRIVATE_EXPEDITED_RSEQ) {
    if (flags !== 0 && flags !== CMD_FLAG_CPU) return -EINVAL;
  } else if (flags !== 0) return -EINVAL;
  const targetCpu = flags & CMD_FLAG_CPU ? cpuId : -1;

  if (command === CMD_QUERY) return availableCommands(c);
  if ((command & availableCommands(c)) === 0) return -EINVAL;
  switch (command) {
    case CMD_GLOBAL:
      if (onlineCpus(c) > 1) yield* synchronizeRcu(c);
      return 0;
    case CMD_GLOBAL_EXPEDITED:
      return yield* globalExpedited(c);
    case CMD_REGISTER_GLOBAL_EXPEDITED:
      return yield* register(c, STATE.globalExpedited, STATE.globalExpeditedReady);
    case CMD_PRIVATE_EXPEDITED:
      return yield* privateExpedited(c, PLAIN, -1);
    case CMD_REGISTER_PRIVATE_EXPEDITED:
      return yield* register(c, PLAIN.intent, PLAIN.ready);
    case CMD_PRIVATE_EXPEDITED_SYNC_CORE:
      return yield* privateExpedited(
        c,
        c.config.syncCoreCommand === 'serializes' ? SYNC_CORE : SYNC_CORE_IN_NAME,
        -1,
      );
    case CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
      return yield* register(c, SYNC_CORE.intent, SYNC_CORE.ready);
    case CMD_PRIVATE_EXPEDITED_RSEQ:
      return yield* privateExpedited(c, RSEQ, targetCpu);
    case CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ:
      return yield* register(c, RSEQ.intent, RSEQ.ready);
    case CMD_GET_REGISTRATIONS:
      return yield* getRegistrations(c);
    default:
      return -EINVAL; // several bits at once
  }
}

function* getRegistrations(c: Cpu): Routine<number> {
  const state = yield c.load(c.kernel.mm.membarrierState(c.currentMm));
  let registered = 0;
  for (const [bits, command] of REGISTRATIONS) if (state & bits) registered |= command;
  return registered;
}

/** membarrier_register_private_expedited(), membarrier_register_global_expedited(). */
function* register(c: Cpu, intent: number, ready: number): Routine<number> {
  const { mm } = c.kernel;
  const own = c.currentMm;
  const state = mm.membarrierState(own);
  const testsAny = c.config.registrationTests === 'any-ready-bit' && (ready & ANY_PRIVATE_READY) !== 0;
  const superfluous = testsAny ? ANY_PRIVATE_READY : ready;
  if (((yield c.load(state)) & superfluous) !== 0) return 0;
  if (c.config.registration === 'ready-first') yield c.or(state, ready);
  yield c.or(state, intent);
  if (c.config.registration === 'two-phase') {
    if ((yield* syncRunQueuesMembarrierState(c, own)) === SLEPT) return SLEPT;
  }
  yield c.or(state, ready);
  return 0;
}

/** sync_runqueues_membarrier_state(): after it, every cpu that runs the mm, or enters it from another one, knows its new word.
 *  @returns SLEPT where the call has to be tried again. */
function* syncRunQueuesMembarrierState(c: Cpu, own: MmId): Routine<number> {
  const { mm, runQueue, task } = c.kernel;
  if ((yield c.load(mm.users(own))) === 1 || onlineCpus(c) === 1) {
    yield* membarrierUpdateRunQueue(c, own);
    yield c.fence(POINT.ipiMb);
    return 0;
  }
  // A cpu that read the old word in switch_mm() has reached user mode or scheduled again after this.
  yield* synchronizeRcu(c);
  // Behind the grace period, which nobody else has to wait for. One that had to sleep here waits for another one.
  if (c.config.ipiMutex && !(yield* mutexLock(c, MUTEX_ID.membarrierIpi))) return SLEPT;
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    const curr = yield c.load(runQueue.curr(cpu));
    if ((yield c.dereference(task.mm(curr))) === own) setInCallMask(c, cpu);
  }
  // The registering cpu as well: smp_call_function_many() leaves it out (ce29ddc47b91).
  if (c.config.registrationCaller === 'included') yield* onEachCpuMask(c, CALL.syncRqState, own);
  else yield* smpCallFunctionMany(c, CALL.syncRqState, own);
  if (c.config.ipiMutex) yield* mutexUnlock(c, MUTEX_ID.membarrierIpi);
  return 0;
}

/** membarrier_global_expedited(). */
function* globalExpedited(c: Cpu): Routine<number> {
  const { runQueue, task } = c.kernel;
  if (onlineCpus(c) === 1) return 0;
  yield c.fence(POINT.membarrierEntry);
  if (c.config.ipiMutex && !(yield* mutexLock(c, MUTEX_ID.membarrierIpi))) return SLEPT;
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if (cpu === c.id || c.get(runQueue.online(cpu)) === 0) continue;
    if (((yield c.load(runQueue.membarrierState(cpu))) & STATE.globalExpedited) === 0) continue;
    const curr = yield c.load(runQueue.curr(cpu));
    if ((yield c.dereference(task.mm(curr))) !== 0) setInCallMask(c, cpu);
  }
  yield* smpCallFunctionMany(c, CALL.mb, 0);
  if (c.config.ipiMutex) yield* mutexUnlock(c, MUTEX_ID.membarrierIpi);
  yield c.fence(POINT.membarrierExit);
  return 0;
}

/** membarrier_private_expedited(). `targetCpu` is -1 for all. */
function* privateExpedited(c: Cpu, command: PrivateCommand, targetCpu: number): Routine<number> {
  const { task, mm } = c.kernel;
  const own = c.currentMm;
  const isSyncCore = command === SYNC_CORE;
  const isOwed = command.ready === SYNC_CORE.ready;
  if (c.get(task.stage(c.current)) === STAGE.start) {
    const mustRegister = c.config.privateNeedsRegistration || command !== PLAIN;
    if (mustRegister && ((yield c.load(mm.membarrierState(own))) & command.ready) === 0) return -EPERM;
    if (!isSyncCore || c.config.syncCoreSingleUserShortcut) {
      if ((yield* mmUsers(c, own)) === 1 || onlineCpus(c) === 1) return 0;
    }
    const prepares = isSyncCore && c.policy.prepareSyncCore !== undefined;
    if (isSyncCore && c.policy.prepareSyncCore) {
      // Whoever serializes because of this does so for this call.
      if (isOwed) c.noteBarrierEntered(c.current, own);
      // prepare_sync_core_cmd(), in front of the barrier: who is not seen to run the mm below sees this when it switches to it.
      yield* c.policy.prepareSyncCore(c, own);
    }
    // (membarrier-entry) pairs with (finish-task-switch-mmdrop) in finishTaskSwitch.ts, (switch-mm-load) in
    // switchMm.ts, (kthread-use-mm) in kthreadUseMm.ts, (syscall-return) and (interrupt-return) in
    // exitToUserMode.ts, (switch-mm-deferred-flush) in riscv-stale-mask.ts, (cpu-start) in idle.ts,
    // (interrupt-entry) in interrupt.ts, (call-queue-pop) in smpCall.ts, (ipi-mb) and (ipi-rseq-mb) in membarrierIpi.ts:
    // whoever is skipped below, or interrupted, comes through one of them before user mode, and sees the new code.
    yield c.fence(POINT.membarrierEntry);
    if (isOwed && !prepares) c.noteBarrierEntered(c.current, own);
    if (c.config.ipiMutex && !(yield* mutexLock(c, MUTEX_ID.membarrierIpi))) return SLEPT;
    yield* chooseTargets(c, own, command, targetCpu);
    // The kernel may be preempted here, and the caller go on on another cpu.
    const movesTo = c.get(task.migrateInsideTo(c.current)) - 1;
    c.set(task.migrateInsideTo(c.current), 0);
    if (movesTo >= 0) yield* migrate(c, movesTo);
    if ((yield c.load(task.flags(c.current))) & TIF_NEED_RESCHED) {
      c.set(task.stage(c.current), STAGE.targetsChosen);
      yield* schedule(c);
      return SLEPT;
    }
  }
  c.set(task.stage(c.current), STAGE.start);
  // (membarrier-call) pairs with (ipi-sync-core) in membarrierIpi.ts, (finish-task-switch-sync) in
  // membarrierMm.ts and (exit-to-user-sync) in deferredSync.ts.
  if (isSyncCore && c.config.syncCoreCaller === 'included') yield* onEachCpuMask(c, command.call, own);
  else yield* smpCallFunctionMany(c, command.call, own);
  if (c.config.ipiMutex) yield* mutexUnlock(c, MUTEX_ID.membarrierIpi);
  // (membarrier-exit) pairs with (schedule-entry) in schedule.ts, (exit-mm) in exit.ts, (kthread-unuse-mm) in
  // kthreadUseMm.ts and (ipi-mb) in membarrierIpi.ts.
  yield c.fence(POINT.membarrierExit);
  if (isOwed) c.noteBarrierReturned(c.current, own);
  return 0;
}

/** mm->mm_users, where one is enough to have nothing to do. */
function* mmUsers(c: Cpu, own: MmId): Routine<number> {
  const users = c.kernel.mm.users(own);
  if (c.config.singleUserTest === 'atomic_read_acquire') return yield c.loadAcquire(users);
  return yield c.load(users);
}

/** Puts the cpus to interrupt into the call mask of the caller. */
function* chooseTargets(c: Cpu, own: MmId, command: PrivateCommand, targetCpu: number): Routine {
  const { runQueue } = c.kernel;
  const skipsCaller = command !== SYNC_CORE || c.config.syncCoreCaller === 'skipped';
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if (targetCpu >= 0 && cpu !== targetCpu) continue; // a cpu that does not exist is no error
    if (c.get(runQueue.online(cpu)) === 0) continue;
    if (skipsCaller && cpu === c.id) continue;
    if (yield* isTarget(c, own, command, cpu)) setInCallMask(c, cpu);
  }
}

function* isTarget(c: Cpu, own: MmId, command: PrivateCommand, cpu: number): Routine<boolean> {
  if (command === SYNC_CORE && c.policy.isTarget) return yield* c.policy.isTarget(c, own, cpu);
  // A kernel thread has no mm, even while it borrows this one: it is skipped.
  const curr = yield c.load(c.kernel.runQueue.curr(cpu));
  return (yield c.dereference(c.kernel.task.mm(curr))) === own;
}

function onlineCpus(c: Cpu): number {
  let online = 0;
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) online += c.get(c.kernel.runQueue.online(cpu));
  return online;
}
