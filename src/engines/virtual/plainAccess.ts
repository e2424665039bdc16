/** Accesses, and what the kernel counts, as text: what plain code does where a routine yields, with the cost as a number.
 *
 *  They are those methods of the virtual cpu that are called most often (`loadNow`, `storeNow`, `countSyscall`, ...),
 *  written out. A test holds the two to each other.
 *  Limit: names that begin with `$` are not the kernel's. */
import { ACCESS } from '../../hw/access.js';
import { RETURN_KIND } from '../../hw/accessBuilder.js';
import type { CycleCosts } from '../../hw/costProfile.js';
import { COUNTER, type CounterName } from '../../hw/counters.js';
import type { HwLayout } from '../../hw/layout.js';
import type { ArchitectureProfile } from '../../hw/profile.js';
import { ORDERING_POINTS, POINT } from '../../kernel/orderingPoints.js';
import type { KnownMachine, PlainText } from '../plain/plainText.js';
import { CAUSE, CAUSE_NAMES } from './accounts.js';
import { costsByKind } from './hardware.js';
import { VirtualCpu } from './virtualCpu.js';

/* What costs a lump, or changes the phase, has a method of its own. */
const LUMPS: Readonly<Partial<Record<string, string>>> = {
  syscalls: 'c.countSyscall()',
  contextSwitches: 'c.countContextSwitch()',
  interrupts: 'c.countInterrupt()',
  patches: 'c.countPatch()',
} satisfies Partial<Record<CounterName, string>>;

/** @param counter as the kernel writes it, in quotes. */
export function lumpText(counter: string): PlainText | undefined {
  const expression = LUMPS[unquoted(counter)];
  return expression === undefined ? undefined : { expression };
}

function unquoted(text: string): string {
  return text.slice(1, -1);
}

/* ---- of a machine that is known ---- */

const NOTICE = 'if (c.watchers.count !== 0) c.written($at);';

function chargeText(cause: number | string, cycles: number | string): string {
  return `c.times[$id] += ${cycles}; c.cycles[$id * ${CAUSE_NAMES.length} + ${cause}] += ${cycles};`;
}

const SETTLE = `if (c.spent !== 0) { const $spent = c.spent; c.spent = 0; ${chargeText('c.phase', '$spent')} }`;

function enterText(phase: number): string {
  return `${SETTLE} c.phase = ${phase};`;
}

export function accessTexts(machine: {
  readonly costs: CycleCosts;
  readonly profile: ArchitectureProfile;
  readonly counter: HwLayout['counter'];
}): Pick<KnownMachine, 'access' | 'call'> {
  const { costs, counter } = machine;
  const costOfKind = costsByKind(costs);
  const stride = counter(1, 0) - counter(0, 0);
  const increment = (index: number): string => `$words[${counter(0, index)} + $id * ${stride}]++`;
  const spend = (kind: number): string => `c.spent += ${costOfKind[kind]}`;
  const method = (name: string, args: readonly string[]): string => `c.${name}Now(${args.join(', ')})`;
  const write = (kind: number, effect: string, [address, value]: readonly string[]): string =>
    `{ const $at = ${address}, $value = ${value}; ${spend(kind)}; $words[$at] ${effect} $value; ${NOTICE} }`;
  const accesses: Readonly<Partial<Record<string, (args: readonly string[]) => string>>> = {
    store: (args) => write(ACCESS.store, '=', args),
    storeRelease: (args) => write(ACCESS.storeRelease, '=', args),
    exchange: (args) => write(ACCESS.exchange, '=', args),
    or: (args) => write(ACCESS.or, '|=', args),
    and: (args) => write(ACCESS.and, '&=', args),
    add: (args) => write(ACCESS.add, '+=', args),
    addReturn: (args) => write(ACCESS.addReturn, '+=', args),
    unlock: ([address]) => write(ACCESS.unlock, '=', [address!, '0']),
    lock: ([address]) =>
      `{ const $at = ${address}; if ($words[$at] !== 0) c.lockNow($at); ${spend(ACCESS.lock)}; $words[$at] = $id + 1; }`,
    fence: ([point]) => {
      const enter = Number(point) === POINT.scheduleEntry ? enterText(CAUSE.contextSwitch) : '';
      return `{ ${enter} ${ORDERING_POINTS[Number(point)]!.partOf ? '' : spend(ACCESS.fence)} }`;
    },
    returnToUser: ([kind, point]) => {
      if (machine.profile.syscallReturnSerializes) return `${method('returnToUser', [kind!, point!])};`;
      const bySyscall = `${chargeText(CAUSE.syscallReturn, costs.syscallReturn)} ${increment(COUNTER.syscallReturns)};`;
      const other = method('returnToUser', ['$kind', point!]);
      return `{ const $kind = ${kind}; if ($kind === ${RETURN_KIND.syscall}) { ${bySyscall} } else ${other}; }`;
    },
  };
  const lumps: Readonly<Partial<Record<string, string>>> = {
    syscalls: `${enterText(CAUSE.syscallWork)} ${chargeText(CAUSE.syscallEntry, costs.syscallEntry)}`,
    contextSwitches: chargeText(CAUSE.contextSwitch, costs.contextSwitch),
    interrupts: `${enterText(CAUSE.interruptWork)} ${chargeText(CAUSE.interruptEntry, costs.interruptEntry)}`,
  } satisfies Partial<Record<CounterName, string>>;
  return {
    access: (name, args) => {
      // Charged before its address is evaluated, which must not be an access itself.
      const isPlainLoad = name === 'load' && !/\bspent\b|Now\(|\bdo\(/.test(args[0]!);
      if (isPlainLoad) return { expression: `(${spend(ACCESS.load)}, $words[${args[0]}])` };
      if (!(`${name}Now` in VirtualCpu.prototype)) return undefined;
      const statement = accesses[name]?.(args);
      return { expression: method(name, args), ...(statement !== undefined && { statement }) };
    },
    call: (name, [counted]) => {
      if (name === 'settle') return { expression: 'c.settle()', statement: `{ ${SETTLE} }` };
      if (name !== 'count') return undefined;
      const index = COUNTER[unquoted(counted!) as CounterName];
      if (index === undefined) throw new Error(`no counter: ${counted}`);
      const lump = lumps[unquoted(counted!)];
      return {
        ...(lumpText(counted!) ?? { expression: increment(index) }),
        ...(lump !== undefined && { statement: `{ ${lump} ${increment(index)}; }` }),
      };
    },
  };
}
