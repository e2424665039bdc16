/** A schedule told step by step: which cpu did what, in words, with what became of the patched site. */
import { LabError } from '../base/errors.js';
import { ACCESS, argumentOf, isBlocking, kindOf } from '../hw/access.js';
import { OP } from '../hw/instruction.js';
import { decodeI32 } from '../jit/leb128.js';
import { versionOf } from '../jit/version.js';
import { ORDERING_POINTS } from '../kernel/orderingPoints.js';
import { SYSCALL } from '../kernel/syscall.js';
import { TASK_MODE } from '../kernel/task.js';
import {
  blockOf,
  cpuOf,
  isCpuStep,
  isDelivery,
  isDrain,
  isFetchPast,
  isInvalidation,
  isLateLoad,
  isPutOff,
  isWriteBack,
  loadOf,
  printSchedule,
  storeOf,
  type Transition,
  unitOf,
} from '../trace/schedule.js';
import type { Space, Violation } from './space.js';

/** Version of the site at each station; undefined for nothing there, -1 for bytes of no version. */
export interface Stations {
  readonly memory: number;
  readonly pou: number;
  /** Per cpu. */
  readonly decoded: readonly (number | undefined)[];
}

export interface WitnessStep {
  readonly cpu: number;
  readonly task: string;
  readonly what: string;
  /** The cpu that the step sends an interrupt to. */
  readonly interrupts: number | undefined;
  /** Do those arrive that were sent to `cpu`? */
  readonly isArrival: boolean;
  readonly stations: Stations;
  readonly promised: number;
  readonly violation: Violation | undefined;
}

/** Runs a schedule from the beginning and tells it.
 *  @throws {LabError} E_SCHEDULE where a step cannot happen. */
export function tell(space: Space, schedule: readonly Transition[]): WitnessStep[] {
  space.beginAgain();
  return schedule.map((transition, index) => {
    const cpu = cpuOf(transition);
    const task = taskOn(space, cpu);
    const what = describe(space, transition);
    const interrupts = interruptedBy(space, transition);
    if (!space.isPossible(transition)) throw impossible(schedule, index, what);
    space.take(transition);
    const { violation } = space;
    // Said once, by the step that it happens in.
    space.violation = undefined;
    return {
      cpu,
      task,
      what,
      interrupts,
      isArrival: isDelivery(transition),
      stations: stationsOf(space),
      promised: promisedOf(space),
      violation,
    };
  });
}

/** The schedule as single accesses: it can be replayed without knowing what is shared. */
export function expand(space: Space, schedule: readonly Transition[]): Transition[] {
  const single: Transition[] = [];
  space.log = single;
  space.beginAgain();
  for (const transition of schedule) space.take(transition);
  space.log = undefined;
  return single;
}

function impossible(schedule: readonly Transition[], index: number, what: string): LabError {
  return new LabError(
    'E_SCHEDULE',
    `step ${index + 1} of ${schedule.length} (${printSchedule([schedule[index]!])}: ${what}) cannot happen there`,
    'Replay a schedule with the options it was found with, on the same version of coresync.',
  );
}

function describe(space: Space, transition: Transition): string {
  const cpu = cpuOf(transition);
  const nextWord = (): string => wordName(space, argumentOf(space.nextAccess(cpu)));
  if (isCpuStep(transition)) return describeAccess(space, cpu);
  if (isDelivery(transition)) return 'an interrupt arrives';
  if (isDrain(transition)) return `the store to ${storedName(space, transition)} leaves its buffer`;
  if (isInvalidation(transition)) return `the oldest value it has of ${nextWord()} is invalidated`;
  if (isPutOff(transition)) return `puts off the load of ${nextWord()}`;
  if (isLateLoad(transition))
    return `the late load of ${wordName(space, space.lateAddress(cpu, loadOf(transition)))}`;
  return describeOwnChoice(space, transition);
}

function interruptedBy(space: Space, transition: Transition): number | undefined {
  if (!isCpuStep(transition)) return undefined;
  const access = space.nextAccess(cpuOf(transition));
  return kindOf(access) === ACCESS.ring ? argumentOf(access) : undefined;
}

function describeOwnChoice(space: Space, transition: Transition): string {
  const unit = unitOf(transition);
  if (unit >= space.spec.units.length) return 'a unit that is not there';
  const what =
    space.userCode(0).fetched.blockCount(unit) === 1 ? 'the code' : LINES_OF_A_SITE[blockOf(transition)]!;
  if (isWriteBack(transition)) return `${what} goes to the PoU by itself`;
  return `fetches ${what} on its own${isFetchPast(transition) ? ', past its icache' : ''}`;
}

const LINES_OF_A_SITE = ["the site's first line", "the site's second line"] as const;

function taskOn({ words, layout, spec }: Space, cpu: number): string {
  const curr = words[layout.kernel.runQueue.curr(cpu)]!;
  return spec.tasks[curr - spec.cpus]?.name ?? 'idle';
}

const SYSCALL_NAMES = Object.fromEntries(Object.entries(SYSCALL).map(([name, nr]) => [nr, name]));
const OP_NAMES = Object.fromEntries(Object.entries(OP).map(([name, op]) => [op, name]));

function describeAccess(space: Space, cpu: number): string {
  const { words, layout } = space;
  const { kernel } = layout;
  const access = space.nextAccess(cpu);
  const kind = kindOf(access);
  const argument = argumentOf(access);
  const curr = words[kernel.runQueue.curr(cpu)]!;
  const mode = words[kernel.task.mode(curr)]!;
  const at = kernel.instruction(words[kernel.task.pc(curr)]!);
  const instruction = OP_NAMES[words[at]!] ?? '?';
  const call = words[at] === OP.syscall ? (SYSCALL_NAMES[words[at + 1]!] ?? '?') : instruction;
  switch (kind) {
    case ACCESS.execute:
    case ACCESS.executeOnce:
      return 'calls the code';
    case ACCESS.storeCode:
      return 'stores the new code';
    case ACCESS.cleanLine:
      return 'cleans the line to the PoU';
    case ACCESS.invalidateLine:
      return 'invalidates the line';
    case ACCESS.promise:
      return 'promises the new version';
    case ACCESS.syncCore:
    case ACCESS.serialize:
      return `${space.isRemoved(argument) ? 'does not serialize' : 'serializes'} (${ORDERING_POINTS[argument]!.id})`;
    case ACCESS.writeCr:
      return `loads the address space (${ORDERING_POINTS[argument]!.id})`;
    case ACCESS.returnToUser:
      return `returns to user mode (${ORDERING_POINTS[argument >>> 1]!.id})`;
    case ACCESS.fence:
      return `${space.isRemoved(argument) ? 'no barrier' : 'barrier'} (${ORDERING_POINTS[argument]!.id})`;
    case ACCESS.ring:
      return `sends an interrupt to cpu ${argument}`;
    case ACCESS.halt:
      return 'wakes from halt';
    default: {
      const what = isBlocking(access) ? KIND_NAMES[kind] : `${KIND_NAMES[kind]}s`;
      if (mode === TASK_MODE.user && argument === kernel.hw.cpu.doorbell(cpu))
        return `user mode: ${instruction}`;
      const early = space.enabled.isBehind(cpu) ? ' early: an old value' : '';
      const by = variableAt(space, argument) !== undefined ? call : (space.callerOfAccess(cpu) ?? call);
      return `${by}: ${what} ${wordName(space, argument)}${early}`;
    }
  }
}

const KIND_NAMES: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Object.entries(ACCESS).map(([name, kind]) => [kind, name])),
  [ACCESS.addReturn]: 'add',
  [ACCESS.addRelease]: 'add',
  [ACCESS.loadAcquire]: 'load',
  [ACCESS.dereference]: 'load',
  [ACCESS.loadInto]: 'load',
  [ACCESS.storeRelease]: 'store',
};

function storedName(space: Space, transition: Transition): string {
  const target = space.bufferedTarget(cpuOf(transition), storeOf(transition));
  return target < 0 ? 'the code' : wordName(space, target);
}

function variableAt({ layout, spec }: Space, address: number): string | undefined {
  return spec.variables.find((_, index) => layout.kernel.variable(index) === address);
}

/** What a word is, by its place in the layout. */
function wordName(space: Space, address: number): string {
  const { layout } = space;
  const { kernel } = layout;
  const variable = variableAt(space, address);
  if (variable !== undefined) return `'${variable}'`;
  for (const [name, table] of Object.entries({
    task: kernel.task,
    mm: kernel.mm,
    rq: kernel.runQueue,
    run: kernel.run,
    event: kernel.event,
    mutex: kernel.mutex,
    smp: kernel.smpCall,
    cpu: kernel.hw.cpu,
    site: kernel.hw.site,
  })) {
    for (const [field, at] of Object.entries(table)) {
      if (typeof at !== 'function') continue;
      for (let index = 0; index < table.$count; index++) {
        if (at(index) === address) return `${name}[${index}].${field}`;
      }
    }
  }
  const region = layout.regions.find(
    ({ startByte, bytes }) => address * 4 >= startByte && address * 4 < startByte + bytes,
  );
  return region?.name ?? `word ${address}`;
}

function promisedOf({ words, layout }: Space): number {
  return words[layout.kernel.hw.site.promised(0)]!;
}

function stationsOf(space: Space): Stations {
  const { words, layout, spec } = space;
  const { hw } = layout.kernel;
  const unit = spec.units[0]!;
  space.showStations();
  const bytes = new Uint8Array(words.buffer);
  const newest = words[hw.site.issued(0)]!;
  const versionAt = (start: number): number =>
    versionOf(
      decodeI32(
        bytes.slice(start + unit.offset + unit.siteOffset, start + unit.offset + unit.siteOffset + 5),
        0,
      ),
      newest,
    );
  return {
    memory: versionAt(hw.memory.$start),
    pou: versionAt(hw.pou.$start),
    decoded: Array.from({ length: spec.cpus }, (_, cpu) =>
      space.userCode(cpu).isDecoded(0) ? versionAt(hw.decoded(cpu).$start) : undefined,
    ),
  };
}
