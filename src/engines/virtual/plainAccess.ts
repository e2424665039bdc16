/** Accesses as text: what plain code does where a routine yields, with the cost as a number.
 *
 *  They are those methods of the virtual cpu that are called most often (`loadNow`, `storeNow`, ...), written out.
 *  A test holds the two to each other.
 *  Limit: names that begin with `$` are not the kernel's. */
import { ACCESS } from '../../hw/access.js';
import { COUNTER, type CounterName } from '../../hw/counters.js';
import type { HwLayout } from '../../hw/layout.js';
import type { KnownMachine } from './plainText.js';
import { VirtualCpu } from './virtualCpu.js';

const NOTICE = 'if (c.watchers.count !== 0) c.written($at);';

/* What costs a lump, or changes the phase, has a method of its own. */
const LUMPS: Readonly<Partial<Record<string, string>>> = {
  syscalls: 'c.countSyscall()',
  contextSwitches: 'c.countContextSwitch()',
  interrupts: 'c.countInterrupt()',
  patches: 'c.countPatch()',
} satisfies Partial<Record<CounterName, string>>;

/** @param counter as the kernel writes it, in quotes. */
export function lumpText(counter: string): string | undefined {
  return LUMPS[counter.slice(1, -1)];
}

export function accessTexts(machine: {
  /** By kind of access. */
  readonly costs: readonly number[];
  readonly counter: HwLayout['counter'];
}): Pick<KnownMachine, 'access' | 'call'> {
  const spend = (kind: number): string => `c.spent += ${machine.costs[kind]}`;
  const method = (name: string, args: readonly string[]): string => `c.${name}Now(${args.join(', ')})`;
  const write = (kind: number, effect: string, [address, value]: readonly string[]): string =>
    `{ const $at = ${address}, $value = ${value}; ${spend(kind)}; $words[$at] ${effect} $value; ${NOTICE} }`;
  const lock = ([address]: readonly string[]): string =>
    `{ const $at = ${address}; if ($words[$at] !== 0) c.lockNow($at); ${spend(ACCESS.lock)}; $words[$at] = $id + 1; }`;
  const statements: Readonly<Partial<Record<string, (args: readonly string[]) => string>>> = {
    store: (args) => write(ACCESS.store, '=', args),
    storeRelease: (args) => write(ACCESS.storeRelease, '=', args),
    exchange: (args) => write(ACCESS.exchange, '=', args),
    or: (args) => write(ACCESS.or, '|=', args),
    and: (args) => write(ACCESS.and, '&=', args),
    add: (args) => write(ACCESS.add, '+=', args),
    addReturn: (args) => write(ACCESS.addReturn, '+=', args),
    unlock: ([address]) => write(ACCESS.unlock, '=', [address!, '0']),
    lock,
  };
  const stride = machine.counter(1, 0) - machine.counter(0, 0);
  return {
    access: (name, args) => {
      if (name === 'load') return { expression: `(${spend(ACCESS.load)}, $words[${args[0]}])` };
      if (!(`${name}Now` in VirtualCpu.prototype)) return undefined;
      const statement = statements[name]?.(args);
      return { expression: method(name, args), ...(statement !== undefined && { statement }) };
    },
    call: (name, [counter]) => {
      if (name !== 'count') return undefined;
      const index = COUNTER[counter!.slice(1, -1) as CounterName];
      if (index === undefined) throw new Error(`no counter: ${counter}`);
      return lumpText(counter!) ?? `$words[${machine.counter(0, index)} + $id * ${stride}]++`;
    },
  };
}
