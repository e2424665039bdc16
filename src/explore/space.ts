/** The machine as a transition system: what can happen next, do it, take it back.
 *
 *  A transition is one access that others can see, by one cpu, and everything that cpu does by itself until its next
 *  such access; an interrupt arriving at a cpu; a store leaving a cpu's store buffer, or an old value that a cpu could
 *  still load going, where the memory model has such; or, if asked for, what the hardware does with code by itself.
 *
 *  Which words are shared is found out by exploring: the space starts with none, notes every conflict it meets, and
 *  `sharingGrew` tells the search to begin again. When a complete search meets no new conflict, every conflict there is has
 *  been a choice: had one been missed, moving the accesses in front of it out of the way would lead to it within the
 *  explored part. */
import type { Access } from '../hw/access.js';
import type { MachineLayout } from '../kernel/boot.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import { cpuOf, isCpuStep, printSchedule, type Transition } from '../trace/schedule.js';
import type { ContentUserCode } from './contentUserCode.js';
import type { Enabled } from './enabled.js';
import type { ExploredCpu } from './exploredCpu.js';
import { ExploredMachine, type MachineParts } from './exploredMachine.js';
import { IntList } from './intList.js';
import { IMPOSSIBLE, type Leaf, type Leaves, UNKNOWN } from './leaves.js';
import { nextTowardsRounds } from './rounds.js';
import { type SharedWords, Sharing, type SharingKnowledge } from './sharing.js';
import type { Mark, Moment, StateWords } from './stateWords.js';
import { type Granularity, Stepper } from './stepper.js';
import { TransitionTree } from './transitionTree.js';
import type { Violation } from './violations.js';

export type { Mark, Violation };

/** Where exploration begins: at boot, or where the tasks have set up and begin their rounds. The way there is one
 *  fixed schedule, so races of the set-up itself (a registration, say) are explored from boot only. */
export type Beginning = 'boot' | 'rounds';

export interface SpaceParts extends MachineParts {
  readonly from: Beginning;
  readonly granularity: Granularity;
}

/** Accesses on the way to the rounds, at most. */
const MAX_SET_UP = 100_000;

export class Space {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  /** What can happen next. */
  readonly enabled: Enabled;
  /** What transitions do, as far as that is known. */
  readonly leaves: Leaves;
  readonly #machine: ExploredMachine;
  readonly #state: StateWords;
  readonly #stepper: Stepper;
  readonly #tree: TransitionTree;
  readonly #isWeaklyOrdered: boolean;
  /* The word that is 0 where no task is left. */
  readonly #liveTasks: number;
  readonly #sharing: Sharing;
  /* The cpus that interrupts are ever sent to, as the tree knows it. */
  #interruptible: number;
  readonly #beginning: Mark;
  readonly #mayArrive = (address: number): boolean => this.#machine.mayArrive(address);

  constructor(parts: SpaceParts, known?: Space) {
    const machine = new ExploredMachine(parts);
    const { layout, words, enabled, state, memory, hardware } = machine;
    this.spec = parts.spec;
    this.layout = layout;
    this.words = words;
    this.enabled = enabled;
    this.#machine = machine;
    this.#state = state;
    this.#stepper = new Stepper(machine, parts.granularity);
    this.#isWeaklyOrdered = parts.memory !== 'sc';
    const nothingKnown = (): Sharing =>
      parts.granularity === 'visible' ? new Sharing(words.length) : Sharing.loadedByAll(words.length);
    memory.sharing = nothingKnown();
    if (parts.from === 'rounds') this.#setUp();
    // What was shared on the way here says nothing about what is shared from now on.
    this.#sharing = known ? new Sharing(words.length, known.#sharing) : nothingKnown();
    memory.sharing = this.#sharing;
    this.#interruptible = this.#sharing.interruptible;
    this.#liveTasks = layout.kernel.run.liveTasks(0);
    this.#tree = new TransitionTree(state, hardware, this.#liveTasks);
    this.leaves = this.#tree.leaves;
    this.#beginning = state.mark();
    this.beginAgain();
  }

  /** Takes every task that runs to the beginning of its rounds. */
  #setUp(): void {
    for (let left = MAX_SET_UP; left > 0; left--) {
      const next = nextTowardsRounds(this);
      if (next === undefined) {
        // Whatever was overwritten on the way here, nobody still reads.
        for (let cpu = 0; cpu < this.spec.cpus; cpu++) this.#machine.queues?.forgetAll(cpu);
        return;
      }
      this.#stepper.makeAlone(next);
    }
    throw new Error('the tasks do not get to their rounds');
  }

  /** Back to the beginning, knowing what has turned out to be shared. */
  beginAgain(): void {
    this.rewind(this.#beginning);
    this.violation = undefined;
    this.#sharing.grew = false;
    this.#stepper.runAllLocal();
    this.#tree.begin();
  }

  /** The same machine from the start, knowing what is shared. */
  restarted(parts: SpaceParts): Space {
    return new Space(parts, this);
  }

  /* ---- what goes wrong ---- */

  /** Set by a transition that went wrong; cleared by whoever looks. */
  get violation(): Violation | undefined {
    return this.#machine.violations.first;
  }

  set violation(violation: Violation | undefined) {
    this.#machine.violations.first = violation;
  }

  /** Does a routine, run again to where it stands, do something else than before?
   *  @returns the cpu; undefined where none does. */
  differingCpu(): number | undefined {
    return this.#machine.lanes.find((lane) => lane.differs())?.c.id;
  }

  /* ---- what is shared ---- */

  /** An access met a conflict that had not been a choice. */
  get sharingGrew(): boolean {
    return this.#sharing.grew;
  }

  /** What has turned out to be shared. */
  get sharingKnowledge(): SharingKnowledge {
    return this.#sharing.knowledge;
  }

  /** Begins again with what another search of the same machine knows as well. */
  learnSharing(knowledge: SharingKnowledge): void {
    this.#sharing.learn(knowledge);
    this.#forgetWhatWasPrivate();
    this.beginAgain();
  }

  /** In the middle of a search: what somebody else has found. Where that is new, `sharingGrew`. */
  hearOfSharing(knowledge: SharingKnowledge): void {
    this.#sharing.hear(knowledge);
    this.#forgetWhatWasPrivate();
  }

  /** The same, from a search on another machine. */
  learnSharedWords(known: SharedWords): void {
    this.#sharing.learnWords(known);
    this.#forgetWhatWasPrivate();
    this.beginAgain();
  }

  /* A transition that has made an access at once because it was private is another one now.
   * @returns was there any? */
  #forgetWhatWasPrivate(): boolean {
    const { grown, interruptible } = this.#sharing;
    if (grown.length === 0 && interruptible === this.#interruptible) return false;
    for (const { c } of this.#machine.lanes) {
      if ((interruptible & ~this.#interruptible & (1 << c.id)) !== 0)
        grown.push(c.hw.cpu.interruptsEnabled(c.id));
    }
    this.#interruptible = interruptible;
    this.#tree.forget(grown);
    grown.length = 0;
    return true;
  }

  /* ---- what any schedule so far has come to ---- */

  /** Was anything ever published, on any schedule so far? Where not, that nothing goes wrong says nothing. */
  get hasPromised(): boolean {
    return this.#machine.memory.hasPromised;
  }

  /** Ids of the ordering points that any schedule so far has passed. Where one was not, nothing depends on it. */
  get pointsPassed(): string[] {
    return this.#machine.points.ids.filter((_, point) => this.#machine.memory.pointsPassed[point] === 1);
  }

  /** Does the machine do without the ordering point? For showing. */
  isRemoved(point: number): boolean {
    return this.#machine.points.removed[point] === 1;
  }

  /** Did a store have to wait because the buffer was full, an old value go because the queue was, or a load be made at once
   *  because too many had been put off? Then there are schedules that were not looked at. */
  get hasFilledBuffer(): boolean {
    const { buffers, queues, late } = this.#machine;
    return buffers.hasFilled || queues?.hasOverflowed === true || late?.hasFilled === true;
  }

  /* ---- the state ---- */

  /** @param moment what is filled in. */
  mark(moment?: Moment): Mark {
    return this.#state.mark(moment);
  }

  /** Did the transition that was taken last read or write the word? Before anything else is asked. */
  hasTouched(address: number): boolean {
    return this.#state.wasTouched(address);
  }

  /** Takes back everything since the mark. */
  rewind(mark: Mark): void {
    this.#state.rewind(mark);
  }

  /** Hash of the state, low and high half: the machine's words and where each routine stands. */
  get low(): number {
    return this.#state.low;
  }

  get high(): number {
    return this.#state.high;
  }

  /** Every task has exited, and every store has arrived. */
  get isFinished(): boolean {
    return this.words[this.#liveTasks] === 0 && this.#machine.buffers.areEmpty(this.spec.cpus);
  }

  /** Every transition that can happen now: see `Enabled.addAll`. */
  transitions(): Transition[] {
    const possible = new IntList();
    this.enabled.addAll(possible);
    return Array.from(possible.values.subarray(0, possible.length));
  }

  /** Can it happen now? */
  isPossible(transition: Transition): boolean {
    if (isCpuStep(transition)) return !this.enabled.hasEnded && this.enabled.mayStep(cpuOf(transition));
    return this.transitions().includes(transition);
  }

  /** May stores be late, or loads early? */
  get isWeaklyOrdered(): boolean {
    return this.#isWeaklyOrdered;
  }

  /** The access that a cpu performs next; for showing. */
  nextAccess(cpu: number): Access {
    return this.#machine.lanes[cpu]!.access;
  }

  /** The function of the kernel that makes it; undefined where user code does. For showing. */
  callerOfAccess(cpu: number): string | undefined {
    return this.#machine.lanes[cpu]!.caller;
  }

  cpu(cpu: number): ExploredCpu {
    return this.#machine.lanes[cpu]!.c;
  }

  /** From now until something happens, the bytes of the stations are what the state says. */
  showStations(): void {
    this.#machine.stations.show();
  }

  userCode(cpu: number): ContentUserCode {
    return this.#machine.userCodes[cpu]!;
  }

  /** Where a store in the buffer of a cpu goes: a word, or below 0 code memory. */
  bufferedTarget(cpu: number, store: number): number {
    return this.#machine.buffers.target(cpu, store);
  }

  /** Where a load that was put off comes from. */
  lateAddress(cpu: number, load: number): number {
    return this.#machine.late?.address(cpu, load) ?? 0;
  }

  /** Is an interrupt on its way to the cpu? */
  isInFlight(cpu: number): boolean {
    return this.words[this.#machine.inFlight(cpu)] !== 0;
  }

  /** Has an interrupt arrived that the cpu has not taken yet? */
  isPending(cpu: number): boolean {
    return this.cpu(cpu).hasInterrupt;
  }

  /* ---- transitions ---- */

  /** Everything that happens is noted here, as single accesses, while somebody asks for it; nothing is taken for known then. */
  get log(): Transition[] | undefined {
    return this.#stepper.log;
  }

  set log(log: Transition[] | undefined) {
    this.#stepper.log = log;
  }

  /** What the transition will do, where that is known. */
  find(transition: Transition): Leaf {
    return this.log === undefined ? this.#tree.find(transition) : UNKNOWN;
  }

  /** The same, tried where it is not known.
   *  @returns UNKNOWN where it goes wrong, or as much is known as there is room for. */
  findOut(transition: Transition): Leaf {
    const known = this.find(transition);
    return known === UNKNOWN ? this.#tryOut(transition) : known;
  }

  #tryOut(transition: Transition): Leaf {
    const now = this.mark();
    const learnt = this.#learn(transition);
    this.violation = undefined;
    this.rewind(now);
    return learnt;
  }

  /** Makes a transition happen. It must be one of `transitions()`.
   *  @param leaf what was found of it. */
  take(transition: Transition, leaf = this.find(transition)): void {
    const known = leaf === UNKNOWN ? this.#learn(transition) : leaf;
    if (this.leaves.isImpossible(known)) throw new Error(`${printSchedule([transition])} cannot happen now`);
    if (leaf !== UNKNOWN) this.leaves.follow(leaf);
    this.#lookForOutcome(transition);
  }

  /** The same where it is known to be possible, and what it does.
   *  @returns what is wrong then. */
  follow(transition: Transition, leaf: Leaf): Violation | undefined {
    this.leaves.follow(leaf);
    return this.#lookForOutcome(transition);
  }

  #lookForOutcome(by: Transition): Violation | undefined {
    const { forbidden, violations } = this.#machine;
    if (!forbidden.hasHappened(this.#mayArrive)) return undefined;
    violations.noteForbiddenOutcome(cpuOf(by));
    return violations.first;
  }

  /** Makes it, if it is possible: only of steps is it asked where they are not. */
  #learn(transition: Transition): Leaf {
    const before = this.#state.mark();
    this.#state.watch();
    if (isCpuStep(transition) && !this.enabled.mayStep(cpuOf(transition)))
      return this.log ? IMPOSSIBLE : this.#tree.learnImpossible(transition);
    const earlier = this.violation;
    this.violation = undefined;
    this.#stepper.make(transition);
    this.#tree.noteChanges();
    const hasGrown = this.#forgetWhatWasPrivate();
    // What goes wrong is not written into the state.
    const isKnown = !this.violation && !this.log && !hasGrown;
    this.violation = earlier ?? this.violation;
    return isKnown ? this.#tree.learn(transition, before) : UNKNOWN;
  }
}
