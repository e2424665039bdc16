/** What the host cannot be told to do, and what to do instead.
 *
 *  The rest a host does by itself: it has a kernel, with a policy of its own, and a processor that fetches as it likes. */
import { OP } from '../../hw/instruction.js';
import { SYSCALL } from '../../kernel/syscall.js';
import type { Situation } from '../situation.js';

const INSTEAD = 'use --engine threads';

const BREAKPOINTS = 'it patches behind a breakpoint of the kernel, for its own code';

/** By instruction. */
const INSTRUCTIONS: Readonly<Record<number, string>> = {
  [OP.branch]: 'it patches a direct branch, and native patches immediates only',
  [OP.setBreakpoint]: BREAKPOINTS,
  [OP.clearBreakpoint]: BREAKPOINTS,
};

/** By system call. */
const SYSTEM_CALLS: Readonly<Record<number, string>> = {
  [SYSCALL.fork]: 'it forks in the middle of the run, and native starts every task at once',
  [SYSCALL.exec]: 'it replaces a process by exec, which would replace coresync',
  [SYSCALL.kthreadUseMm]: 'it has a kernel thread borrow an address space, which only the kernel can do',
  [SYSCALL.kthreadUnuseMm]: 'it has a kernel thread borrow an address space, which only the kernel can do',
  [SYSCALL.cpuUp]: 'it brings a cpu online, which takes the rights of root on the host',
  [SYSCALL.migrateInsideMembarrier]:
    'it moves a thread in the middle of a system call, which only the kernel can do',
  [SYSCALL.textPokeBegin]: BREAKPOINTS,
  [SYSCALL.textPokeSync]: BREAKPOINTS,
  [SYSCALL.textPokeEnd]: BREAKPOINTS,
  [SYSCALL.kickAllCpus]: 'it interrupts every cpu, which only the kernel can do',
  [SYSCALL.flushIcache]: 'it calls riscv_flush_icache, which the host does not have',
};

/** @returns why it cannot be run on the host, with what to do; undefined where it can. */
export function unsupportedOnHost({ spec, scenario, program }: Situation): string | undefined {
  const reason =
    (program && 'it calls WebAssembly, and native has machine code of its own') ??
    taskReason(spec.tasks) ??
    (scenario.processes.length > 1 ? 'it has several processes, and native has its own one' : undefined) ??
    (spec.offline.length > 0 ? 'it begins with a cpu offline, which takes the rights of root' : undefined) ??
    instructionReason(spec.instructions) ??
    writersReason(spec);
  return reason === undefined ? undefined : `${reason}: ${INSTEAD}`;
}

function taskReason(tasks: Situation['spec']['tasks']): string | undefined {
  const kernelThread = tasks.find(({ mm }) => mm === 0);
  if (kernelThread) {
    return `task ${kernelThread.name} is a kernel thread, which nobody can put on a cpu of the host but the kernel`;
  }
  const first = tasks.find(({ priority }) => priority !== 0);
  if (first) return `task ${first.name} has a priority, which takes the rights of root on the host`;
  const forked = tasks.find(({ start }) => start === 'forked');
  return forked && SYSTEM_CALLS[SYSCALL.fork];
}

function instructionReason(instructions: Situation['spec']['instructions']): string | undefined {
  for (const [op, a] of instructions) {
    const reason = op === OP.syscall ? SYSTEM_CALLS[a] : INSTRUCTIONS[op];
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What one task promises, the other may have announced and not stored yet: then a stale call would say nothing of the host. */
function writersReason({ tasks, instructions, units }: Situation['spec']): string | undefined {
  const entries = tasks.map(({ entry }) => entry).sort((a, b) => a - b);
  const writers = new Map<number, number>();
  for (const [at, [op, unit]] of instructions.entries()) {
    if (op !== OP.storeCode) continue;
    const program = entries.findLast((entry) => entry <= at)!;
    if ((writers.get(unit) ?? program) !== program) {
      return `two tasks patch site '${units[unit]!.name}', and native judges only what one writer promises`;
    }
    writers.set(unit, program);
  }
  return undefined;
}
