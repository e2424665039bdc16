/** Patching an instruction that others may be executing, behind a breakpoint: smp_text_poke_batch_finish().
 *
 *      begin | breakpoint over the first byte | sync | the tail | sync | the first byte | sync | end
 *
 *  The stores are steps of the patcher's program. Here is the kernel's part: the serialization of every cpu between
 *  them, and what a cpu does that runs into the breakpoint, which is to carry out the new instruction in its place.
 *
 *  Source: Linux arch/x86/kernel/alternative.c, smp_text_poke_batch_finish(), smp_text_poke_int3_handler() and
 *  smp_text_poke_sync_each_cpu(); before 6.16 text_poke_bp_batch(), poke_int3_handler() and text_poke_sync().
 *  Limit: one instruction at a time, and text_mutex is the patcher's business. The text is user code, because only user
 *  code is fetched here; Linux patches its own this way. An instruction carried out by the handler is no execution to
 *  the oracle: nothing was fetched. */
import type { UnitId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { RETURN_KIND } from '../hw/accessBuilder.js';
import { OP } from '../hw/instruction.js';
import type { Cpu } from './cpu.js';
import { EINVAL } from './errno.js';
import { doExit } from './exit.js';
import { POINT } from './orderingPoints.js';
import { CALL, clearCallMask, onEachCpuMask, setInCallMask } from './smpCall.js';
import { TASK_MODE } from './task.js';

/** After which store every cpu serializes. */
export const TEXT_POKE_ROUND = { breakpoint: 0, tail: 1, firstByte: 2 } as const;

const ROUND_POINTS = [
  POINT.textPokeSyncBreakpoint,
  POINT.textPokeSyncTail,
  POINT.textPokeSyncFirstByte,
] as const;

/** References are counted downwards from 0, so that "nobody holds one" can be waited for with `at least`. */
const TAKE = -1;
const PUT = 1;

/** Announces what the handler is to do, before the first breakpoint can be met. */
export function* textPokeBegin(c: Cpu, unit: UnitId): Routine<number> {
  const { textPoke } = c.kernel;
  const version = (yield c.load(c.hw.site.issued(unit))) + 1;
  yield c.store(textPoke.unit(0), unit + 1);
  yield c.store(textPoke.version(0), version);
  yield c.add(textPoke.references(0), TAKE);
  // (text-poke-publish) pairs with (breakpoint-handler) below: whoever meets the breakpoint finds what it stands for.
  yield c.fence(POINT.textPokePublish);
  return 0;
}

/** smp_text_poke_sync_each_cpu(): on_each_cpu(do_sync_core). */
export function* textPokeSync(c: Cpu, round: number): Routine<number> {
  // (text-poke-sync-breakpoint), (text-poke-sync-tail) and (text-poke-sync-first-byte) pair with (do-sync-core) in
  // textPokeIpi.ts: no cpu keeps what it fetched before the store when the next store is made.
  const point = ROUND_POINTS[round];
  if (point === undefined) return -EINVAL;
  if (c.leavesOut(point)) return 0;
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if (c.get(c.kernel.runQueue.online(cpu)) !== 0) setInCallMask(c, cpu);
  }
  yield* onEachCpuMask(c, CALL.doSyncCore, 0);
  return 0;
}

/** The last round is over, so nobody meets the breakpoint any more: waits for whoever still handles one. */
export function* textPokeEnd(c: Cpu): Routine<number> {
  const { textPoke } = c.kernel;
  if ((yield c.load(textPoke.references(0))) >= 0) return -EINVAL;
  if ((yield c.addReturn(textPoke.references(0), PUT)) === TAKE) return 0;
  while ((yield c.waitAtLeast(textPoke.references(0), 0)) === 0);
  return 0;
}

/** exc_int3() from user mode. */
export function* breakpointTrap(c: Cpu): Routine {
  const { task, instruction } = c.kernel;
  const current = c.current;
  const unit = c.get(instruction(c.get(task.pc(current))) + 1);
  c.set(task.mode(current), TASK_MODE.exiting);
  c.set(task.returnKind(current), RETURN_KIND.interrupt);
  if (yield* textPokeHandler(c, unit)) return;
  yield c.unexpectedBreakpoint(unit);
  yield* doExit(c); // SIGTRAP, and nobody handles it
}

/** smp_text_poke_int3_handler().
 *  @returns whether the breakpoint is one of ours. */
function* textPokeHandler(c: Cpu, unit: UnitId): Routine<boolean> {
  const { textPoke } = c.kernel;
  // (breakpoint-handler) pairs with (text-poke-publish) above.
  yield c.fence(POINT.breakpointHandler);
  // try_get_text_poke_array(): not if the last reference is gone. Linux does not even add to it then.
  const isOurs =
    (yield c.addReturn(textPoke.references(0), TAKE)) < 0 && (yield c.load(textPoke.unit(0))) === unit + 1;
  if (isOurs) emulateCall(c, yield c.load(textPoke.version(0)));
  yield c.addReturn(textPoke.references(0), PUT);
  return isOurs;
}

/** One call of the new version, as if it had been executed. */
function emulateCall(c: Cpu, version: number): void {
  const { task, instruction, variable } = c.kernel;
  const current = c.current;
  const pc = c.get(task.pc(current));
  const at = instruction(pc);
  const operand = c.get(at + 2);
  let left = 0;
  if (c.get(at) === OP.callInto) c.set(variable(operand), version);
  else left = (c.get(task.callsLeft(current)) || operand) - 1;
  c.set(task.callsLeft(current), left);
  if (left === 0) c.set(task.pc(current), pc + 1);
}
