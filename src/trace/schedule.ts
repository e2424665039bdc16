/** A schedule: who went at each step, as a string that can be printed, pasted and replayed.
 *
 *      2x0 1 !1 ~1.0     cpu 0 twice, cpu 1, an interrupt arrives at cpu 1, cpu 1 fetches unit 0 by itself
 *      ~1.0 ~1.0.1       it fetches the first part of unit 0, the lines up to the one in which the site begins, and
 *                        then the second, those after it; a unit whose site lies on one line has one part
 *      ^1.0 =0           it fetches unit 0 past the copy that its icache holds; the line of unit 0 in which the site begins
 *                        is written back to the PoU by itself
 *      +0 +0.2           the oldest store leaves the store buffer of cpu 0, then the one third from there
 *      >0 @0 @0.1        cpu 0 puts off the load that it is about to make, and goes on; the first load that it has put off is
 *                        performed, then the second of those that are left
 *      <0                cpu 0 does not read the oldest value that it may still have of the word it loads next
 *
 *  A step is one access that others can see, and what the cpu does by itself until its next one. */
import { LabError } from '../base/errors.js';

/** `kind` and its operands packed into one number. */
export type Transition = number;

const CPU_MASK = 0xff;
const KIND_SHIFT = 16;
const KIND_MASK = 0b1111;
const BLOCK_SHIFT = 20;
const KINDS = {
  cpu: 0,
  deliver: 1,
  fetch: 2,
  drain: 3,
  fetchPast: 4,
  writeBack: 5,
  invalidate: 6,
  putOff: 7,
  lateLoad: 8,
} as const;

/** The number of the cpu. */
export const cpuStep = (cpu: number): Transition => cpu;
export const delivery = (cpu: number): Transition => (KINDS.deliver << KIND_SHIFT) | cpu;
/** @param block of the unit's lines, see src/hw/fetchedLines.ts. */
export const ownFetch = (cpu: number, unit: number, block: number): Transition =>
  (block << BLOCK_SHIFT) | (KINDS.fetch << KIND_SHIFT) | (unit << 8) | cpu;
/** The same past the copy that the icache holds. */
export const ownFetchPast = (cpu: number, unit: number, block: number): Transition =>
  (block << BLOCK_SHIFT) | (KINDS.fetchPast << KIND_SHIFT) | (unit << 8) | cpu;
/** Of the line of a block that holds bytes of the site; no cpu does it. */
export const writeBack = (unit: number, block: number): Transition =>
  (block << BLOCK_SHIFT) | (KINDS.writeBack << KIND_SHIFT) | (unit << 8);
export const drain = (cpu: number, store: number): Transition =>
  (KINDS.drain << KIND_SHIFT) | (store << 8) | cpu;
export const putOff = (cpu: number): Transition => (KINDS.putOff << KIND_SHIFT) | cpu;
/** @param load of those that the cpu has put off, counted from the oldest. */
export const lateLoad = (cpu: number, load: number): Transition =>
  (KINDS.lateLoad << KIND_SHIFT) | (load << 8) | cpu;
/** Of the oldest value that the cpu may still have of the word it loads next. */
export const invalidation = (cpu: number): Transition => (KINDS.invalidate << KIND_SHIFT) | cpu;

const kindOf = (transition: Transition): number => (transition >>> KIND_SHIFT) & KIND_MASK;
export const isCpuStep = (transition: Transition): boolean => transition <= CPU_MASK;
export const isDelivery = (transition: Transition): boolean => kindOf(transition) === KINDS.deliver;
export const isDrain = (transition: Transition): boolean => kindOf(transition) === KINDS.drain;
export const isInvalidation = (transition: Transition): boolean => kindOf(transition) === KINDS.invalidate;
export const isPutOff = (transition: Transition): boolean => kindOf(transition) === KINDS.putOff;
export const isLateLoad = (transition: Transition): boolean => kindOf(transition) === KINDS.lateLoad;
/** Does the cpu go on with its program? */
export const isByCpu = (transition: Transition): boolean => isCpuStep(transition) || isPutOff(transition);
/** Of whatever comes from the icache, or past it. */
export const isOwnFetch = (transition: Transition): boolean =>
  kindOf(transition) === KINDS.fetch || kindOf(transition) === KINDS.fetchPast;
export const isFetchPast = (transition: Transition): boolean => kindOf(transition) === KINDS.fetchPast;
export const isWriteBack = (transition: Transition): boolean => kindOf(transition) === KINDS.writeBack;
export const cpuOf = (transition: Transition): number => transition & CPU_MASK;
export const unitOf = (transition: Transition): number => (transition >>> 8) & 0xff;
/** Of a fetch or a write-back. */
export const blockOf = (transition: Transition): number => transition >>> BLOCK_SHIFT;
/** Of a drain: the store, counted from the oldest. */
export const storeOf = unitOf;
/** Of a late load: which one, counted from the oldest. */
export const loadOf = unitOf;

function one(transition: Transition): string {
  const cpu = cpuOf(transition);
  if (isCpuStep(transition)) return `${cpu}`;
  if (isDelivery(transition)) return `!${cpu}`;
  if (isInvalidation(transition)) return `<${cpu}`;
  if (isPutOff(transition)) return `>${cpu}`;
  if (isLateLoad(transition)) return `@${cpu}${unlessZero(loadOf(transition))}`;
  if (isDrain(transition)) return `+${cpu}${unlessZero(storeOf(transition))}`;
  const what = `${unitOf(transition)}${unlessZero(blockOf(transition))}`;
  if (isWriteBack(transition)) return `=${what}`;
  return `${isFetchPast(transition) ? '^' : '~'}${cpu}.${what}`;
}

function unlessZero(number: number): string {
  return number === 0 ? '' : `.${number}`;
}

export function printSchedule(transitions: readonly Transition[]): string {
  const words: string[] = [];
  for (let i = 0; i < transitions.length; ) {
    let run = 1;
    while (transitions[i + run] === transitions[i]) run++;
    words.push(run > 1 ? `${run}x${one(transitions[i]!)}` : one(transitions[i]!));
    i += run;
  }
  return words.join(' ');
}

/** @throws {LabError} E_SCHEDULE naming the first word that is not a step. */
export function parseSchedule(text: string): Transition[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const { times, ...step } = STEP.exec(word)?.groups ?? {};
      const transition = transitionOf(step);
      if (transition === undefined) {
        throw new LabError(
          'E_SCHEDULE',
          `'${word}' is no step of a schedule`,
          'A step reads 1, 3x0, !1, ~1.0, ^1.0, =0, +1, <0, >0 or @0.',
        );
      }
      return Array.from({ length: Number(times ?? 1) }, () => transition);
    });
}

/* What may follow a sigil: a cpu; a cpu and a number; a cpu, a unit and a part of it; a unit and a part of it. */
const STEP =
  /^(?:(?<times>\d{1,6})x)?(?:(?<plain>[!<>]?)(?<cpu>\d{1,3})|(?<counted>[+@])(?<of>\d{1,3})(?:\.(?<nth>\d{1,3}))?|(?<fetch>[~^])(?<by>\d{1,3})\.(?<unit>\d{1,3})(?:\.(?<part>[01]))?|=(?<written>\d{1,3})(?:\.(?<block>[01]))?)$/;

const OF_A_CPU: Readonly<Record<string, (cpu: number) => Transition>> = {
  '': cpuStep,
  '!': delivery,
  '<': invalidation,
  '>': putOff,
};

/** @param step the groups of STEP. @returns undefined for no step. */
function transitionOf(step: Readonly<Record<string, string | undefined>>): Transition | undefined {
  const { plain, cpu, counted, of, nth, fetch, by, unit, part, written, block } = step;
  if (cpu !== undefined) return OF_A_CPU[plain ?? '']!(Number(cpu));
  if (counted !== undefined) return (counted === '+' ? drain : lateLoad)(Number(of), Number(nth ?? 0));
  if (fetch !== undefined)
    return (fetch === '^' ? ownFetchPast : ownFetch)(Number(by), Number(unit), Number(part ?? 0));
  return written === undefined ? undefined : writeBack(Number(written), Number(block ?? 0));
}
