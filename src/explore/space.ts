/** The machine as a transition system: what can happen next, do it, take it back.
 *
 *  A transition is one access that others can see, by one cpu, and everything that cpu does by itself until its next
 *  such access; an interrupt arriving at a cpu; a store leaving a cpu's store buffer, or an old value that a cpu could
 *  still load going, where the memory model has such; or, if asked for, what the hardware does with code by itself.
 *
 *  An access that no other cpu conflicts with is not a choice: it is made at once (locality.ts). Which words are shared is
 *  found out by exploring: the space starts with none, notes every conflict it meets, and `sharingGrew` tells the search
 *  to begin again. When a complete search meets no new conflict, every conflict there is has been a choice: had one
 *  been missed, moving the accesses in front of it out of the way would lead to it within the explored part.
 *
 *  Limit: at most 30 cpus. */
import { ACCESS, type Access, argumentOf, kindOf } from '../hw/access.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import type { OrderingPoints } from '../hw/processor.js';
import { userMode } from '../jit/userMode.js';
import { versionOf } from '../jit/version.js';
import { boot, declareMachine, type MachineLayout, orderingPoints } from '../kernel/boot.js';
import type { CpuParts } from '../kernel/cpu.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import { TASK_MODE } from '../kernel/task.js';
import type { MakeLedger } from '../trace/debtLedger.js';
import {
  cpuOf,
  cpuStep,
  drain,
  isCpuStep,
  isDelivery,
  isDrain,
  isInvalidation,
  isLateLoad,
  isPutOff,
  loadOf,
  printSchedule,
  storeOf,
  type Transition,
} from '../trace/schedule.js';
import { ContentUserCode, ContentValues } from './contentUserCode.js';
import { Enabled } from './enabled.js';
import { ExploredCode } from './exploredCode.js';
import { ExploredCpu } from './exploredCpu.js';
import { ExploredMemory } from './exploredMemory.js';
import { ForbiddenOutcome } from './forbiddenOutcome.js';
import { HardwareWords } from './hardwareWords.js';
import { IntList } from './intList.js';
import { InvalidateQueues } from './invalidateQueues.js';
import { Lane } from './lane.js';
import { LateLoads } from './lateLoads.js';
import { isLocal } from './locality.js';
import { OwnChoices } from './ownChoices.js';
import { nextTowardsRounds } from './rounds.js';
import { type SharedWords, Sharing, type SharingKnowledge } from './sharing.js';
import { stateLayout } from './stateLayout.js';
import { type Mark, type Moment, StateWords } from './stateWords.js';
import { StationStates } from './stationStates.js';
import { StoreBuffers } from './storeBuffers.js';
import { IMPOSSIBLE, type Leaf, TransitionTree, UNKNOWN } from './transitionTree.js';
import { type Violation, Violations } from './violations.js';

export type { Mark, Violation };

/** May a cpu fetch code at any moment, as hardware does, or only when it executes? */
export type Fetching = 'any-time' | 'on-execution';

/** Where exploration begins: at boot, or where the tasks have set up and begin their rounds. The way there is one
 *  fixed schedule, so races of the set-up itself (a registration, say) are explored from boot only. */
export type Beginning = 'boot' | 'rounds';

/** What a transition is: up to the next access that others can see, or a single access. A schedule of single accesses
 *  means the same without knowing what is shared. */
export type Granularity = 'visible' | 'access';

export interface SpaceParts {
  readonly spec: MachineSpec;
  readonly policy: SerializationPolicy;
  readonly images: readonly Uint8Array[];
  readonly memory: MemoryModel;
  readonly fetching: Fetching;
  readonly from: Beginning;
  readonly granularity: Granularity;
  readonly makeLedger: MakeLedger;
}

/** Accesses a cpu makes by itself in one transition, at most: more is a loop that nothing can end. */
const MAX_LOCAL = 100_000;

export class Space {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  /** Everything that happens is noted here, as single accesses, while somebody asks for it; nothing is taken for known then. */
  log: Transition[] | undefined;
  /** What can happen next. */
  readonly enabled: Enabled;
  readonly #state: StateWords;
  readonly #lanes: readonly Lane[];
  readonly #memory: ExploredMemory;
  readonly #buffers: StoreBuffers;
  readonly #queues: InvalidateQueues | undefined;
  readonly #late: LateLoads | undefined;
  readonly #memoryModel: MemoryModel;
  readonly #granularity: Granularity;
  readonly #userCodes: readonly ContentUserCode[];
  readonly #stations: StationStates;
  readonly #own: OwnChoices;
  readonly #violations: Violations;
  readonly #forbidden: ForbiddenOutcome;
  readonly #points: OrderingPoints;
  readonly #mayArrive = (address: number): boolean =>
    this.#buffers.hold(address, this.spec.cpus) || this.#late?.fill(address, this.spec.cpus) === true;
  #sharing: Sharing;
  /** What each transition does, as far as that is known. */
  readonly tree: TransitionTree;
  /* The cpus that interrupts are ever sent to, as the tree knows it. */
  #interruptible: number;
  readonly #beginning: Mark;
  /* Where the bits of interrupts on their way to a cpu are. */
  readonly #inFlight: (cpu: number) => number;

  constructor(parts: SpaceParts, known?: Space) {
    const { spec, policy, images, makeLedger } = parts;
    this.spec = spec;
    this.#memoryModel = parts.memory;
    this.#granularity = parts.granularity;
    this.layout = declareMachine(spec, 'packed');
    const { kernel } = this.layout;
    const { cpus } = spec;
    const at = stateLayout(this.layout, spec, parts.memory);
    const buffer = new SharedArrayBuffer(at.byteLength);
    this.words = new Int32Array(buffer);
    boot(spec, this.layout, buffer, images);
    this.#state = new StateWords(this.words);
    this.#state.begin();
    this.#inFlight = at.inFlight;
    this.#forbidden = new ForbiddenOutcome(this.words, kernel, spec);
    const bits = {
      get: (index: number) => this.#state.read(at.ledger + index),
      set: (index: number, value: number) => this.#state.write(at.ledger + index, value),
    };
    const ledger = makeLedger(bits, cpus + spec.tasks.length, spec.mms.length + 1, cpus);
    this.#violations = new Violations(ledger);
    this.#stations = new StationStates(this.#state, this.layout, at.stations);
    const code = new ExploredCode(kernel.hw, buffer, this.#stations);
    const points = orderingPoints(spec.config, spec.without);
    this.#points = points;
    this.#sharing = this.#nothingKnown();
    this.#buffers = new StoreBuffers(parts.memory, this.#state, at.buffer);
    if (parts.memory === 'rmo') {
      this.#queues = new InvalidateQueues(this.#state, at.queues, cpus, at.machineWords);
      this.#late = new LateLoads(this.#state, at.lateLoads);
    }
    this.#memory = new ExploredMemory({
      state: this.#state,
      code,
      buffers: this.#buffers,
      queues: this.#queues,
      late: this.#late,
      points,
      inFlight: this.#inFlight,
      sharing: this.#sharing,
    });
    const values = new ContentValues(spec.units.length);
    this.#userCodes = Array.from(
      { length: cpus },
      (_, cpu) => new ContentUserCode(cpu, kernel.hw, this.words, code, spec.units, values, this.#stations),
    );
    this.#own = new OwnChoices(this.words, kernel.hw, code, this.#stations, this.#userCodes);
    this.#lanes = this.#userCodes.map((userCode, id) => {
      const cpuParts: CpuParts = {
        id,
        hw: kernel.hw,
        kernel,
        profile: spec.profile,
        words: this.words,
        code,
        userCode,
        units: spec.units,
        points,
        sink: this.#violations.sink,
        callUnit: (unitCode, unit, times) => unitCode.execute(unit, times),
        versionOf,
        config: spec.config,
        policy,
        userMode,
      };
      return new Lane(new ExploredCpu(cpuParts, this.#memory), this.#state, at.lane(id));
    });
    this.enabled = new Enabled({
      state: this.#state,
      lanes: this.#lanes,
      memory: this.#memory,
      own: parts.fetching === 'any-time' ? this.#own : undefined,
      model: parts.memory,
      liveTasks: kernel.run.liveTasks(0),
      inFlight: at.inFlight,
    });
    for (const lane of this.#lanes) lane.begin();
    const hardware = new HardwareWords(this.words.length);
    for (let cpu = 0; cpu < cpus; cpu++) {
      hardware.fetchChanges(at.stations + 1 + cpu, cpu);
      hardware.fetchReads(at.stations, cpu);
      hardware.fetchReads(kernel.hw.cpu.addressSpace(cpu), cpu);
      hardware.deliveryChanges(this.#lanes[cpu]!.c.doorbell, cpu);
      hardware.deliveryChanges(at.inFlight(cpu), cpu);
    }
    if (parts.from === 'rounds') this.#setUp();
    // What was shared on the way here says nothing about what is shared from now on.
    this.#sharing = known ? new Sharing(this.words.length, known.#sharing) : this.#nothingKnown();
    this.#memory.sharing = this.#sharing;
    this.tree = new TransitionTree(this.#state, hardware, kernel.run.liveTasks(0));
    this.#interruptible = this.#sharing.interruptible;
    this.#beginning = this.#state.mark();
    this.beginAgain();
  }

  /** Set by a transition that went wrong; cleared by whoever looks. */
  get violation(): Violation | undefined {
    return this.#violations.first;
  }

  set violation(violation: Violation | undefined) {
    this.#violations.first = violation;
  }

  /** Back to the beginning, knowing what has turned out to be shared. */
  beginAgain(): void {
    this.rewind(this.#beginning);
    this.violation = undefined;
    this.#sharing.grew = false;
    for (const lane of this.#lanes) this.#runLocal(lane);
  }

  /* A transition that has made an access at once because it was private is another one now.
   * @returns was there any? */
  #forgetWhatWasPrivate(): boolean {
    const { grown, interruptible } = this.#sharing;
    if (grown.length === 0 && interruptible === this.#interruptible) return false;
    for (const { c } of this.#lanes) {
      if ((interruptible & ~this.#interruptible & (1 << c.id)) !== 0)
        grown.push(c.hw.cpu.interruptsEnabled(c.id));
    }
    this.#interruptible = interruptible;
    this.tree.forget(grown);
    grown.length = 0;
    return true;
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

  /** Was anything ever published, on any schedule so far? Where not, that nothing goes wrong says nothing. */
  get hasPromised(): boolean {
    return this.#memory.hasPromised;
  }

  /** Ids of the ordering points that any schedule so far has passed. Where one was not, nothing depends on it. */
  get pointsPassed(): string[] {
    return this.#points.ids.filter((_, point) => this.#memory.pointsPassed[point] === 1);
  }

  /** An access met a conflict that had not been a choice. */
  get sharingGrew(): boolean {
    return this.#sharing.grew;
  }

  /** The same machine from the start, knowing what is shared. */
  restarted(parts: SpaceParts): Space {
    return new Space(parts, this);
  }

  #nothingKnown(): Sharing {
    return this.#granularity === 'visible'
      ? new Sharing(this.words.length)
      : Sharing.loadedByAll(this.words.length);
  }

  /** Takes every task that runs to the beginning of its rounds. */
  #setUp(): void {
    for (let left = MAX_LOCAL; left > 0; left--) {
      const next = nextTowardsRounds(this);
      if (next === undefined) {
        // Whatever was overwritten on the way here, nobody still reads.
        for (let cpu = 0; cpu < this.spec.cpus; cpu++) this.#queues?.forgetAll(cpu);
        return;
      }
      if (isCpuStep(next)) this.#step(this.#lanes[cpuOf(next)]!);
      else if (isDrain(next)) this.#memory.drain(cpuOf(next), storeOf(next));
      else this.#make(next);
    }
    throw new Error('the tasks do not get to their rounds');
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
    return this.enabled.hasNoTasks && this.#buffers.areEmpty(this.spec.cpus);
  }

  /** Does a routine, run again to where it stands, do something else than before?
   *  @returns the cpu; undefined where none does. */
  differingCpu(): number | undefined {
    return this.#lanes.find((lane) => lane.differs())?.c.id;
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
    return this.#memoryModel !== 'sc';
  }

  /** The access that a cpu performs next; for showing. */
  nextAccess(cpu: number): Access {
    return this.#lanes[cpu]!.access;
  }

  cpu(cpu: number): ExploredCpu {
    return this.#lanes[cpu]!.c;
  }

  /** From now until something happens, the bytes of the stations are what the state says. */
  showStations(): void {
    this.#stations.show();
  }

  userCode(cpu: number): ContentUserCode {
    return this.#userCodes[cpu]!;
  }

  /** Where a store in the buffer of a cpu goes: a word, or below 0 code memory. */
  bufferedTarget(cpu: number, store: number): number {
    return this.#buffers.target(cpu, store);
  }

  /** Did a store ever have to wait because the buffer was full, an old value go because the queue was, or a load be made at once because too many had been put off? Then there are schedules that were not looked at. */
  get hasFilledBuffer(): boolean {
    return this.#buffers.hasFilled || this.#queues?.hasOverflowed === true || this.#late?.hasFilled === true;
  }

  /** Where a load that was put off comes from. */
  lateAddress(cpu: number, load: number): number {
    return this.#late?.address(cpu, load) ?? 0;
  }

  /** Is an interrupt on its way to the cpu? */
  isInFlight(cpu: number): boolean {
    return this.words[this.#inFlight(cpu)] !== 0;
  }

  /** Has an interrupt arrived that the cpu has not taken yet? */
  isPending(cpu: number): boolean {
    return this.cpu(cpu).hasInterrupt;
  }

  /** What the transition will do, where that is known. */
  find(transition: Transition): Leaf {
    return this.log ? UNKNOWN : this.tree.find(transition);
  }

  /** The same, tried where it is not known.
   *  @param now the moment that the space stands in.
   *  @returns UNKNOWN where it goes wrong, or as much is known as there is room for. */
  findOut(transition: Transition, now: Mark): Leaf {
    const known = this.find(transition);
    if (known !== UNKNOWN) return known;
    const learnt = this.#learn(transition);
    this.violation = undefined;
    this.rewind(now);
    return learnt;
  }

  /** Makes a transition happen. It must be one of `transitions()`.
   *  @param leaf what was found of it. */
  take(transition: Transition, leaf = this.find(transition)): void {
    if (leaf !== UNKNOWN) this.tree.follow(leaf);
    else if (this.tree.isImpossible(this.#learn(transition)))
      throw new Error(`${printSchedule([transition])} cannot happen now`);
    if (this.#forbidden.hasHappened(this.#mayArrive))
      this.#violations.noteForbiddenOutcome(cpuOf(transition));
  }

  /** Makes it, if it is possible: only of steps is it asked where they are not. */
  #learn(transition: Transition): Leaf {
    const before = this.#state.mark();
    this.#state.watch();
    if (isCpuStep(transition) && !this.enabled.mayStep(cpuOf(transition)))
      return this.log ? IMPOSSIBLE : this.tree.learnImpossible(transition);
    const earlier = this.violation;
    this.violation = undefined;
    this.#make(transition);
    const hasGrown = this.#forgetWhatWasPrivate();
    // What goes wrong is not written into the state.
    const isKnown = !this.violation && !this.log && !hasGrown;
    this.violation = earlier ?? this.violation;
    return isKnown ? this.tree.learn(transition, before) : UNKNOWN;
  }

  /** The machine makes it. */
  #make(transition: Transition): void {
    if (isCpuStep(transition)) this.#takeStep(this.#lanes[cpuOf(transition)]!);
    else {
      this.log?.push(transition);
      this.#takeOther(transition);
    }
  }

  #takeStep(lane: Lane): void {
    const polled = this.#granularity === 'visible' && this.#isUserPoll(lane);
    this.#step(lane);
    // User mode polls just before each instruction. An interrupt that arrives between the two is taken after the
    // instruction, as one that arrives after it: the poll and what follows are one transition.
    if (polled && !this.#hasChoice(lane.c.id) && !this.violation) this.#step(lane);
    this.#runLocal(lane);
  }

  #hasChoice(cpu: number): boolean {
    const { enabled } = this;
    return enabled.isBehind(cpu) || enabled.mayPutOff(cpu) || !enabled.mayStep(cpu);
  }

  #takeOther(transition: Transition): void {
    const cpu = cpuOf(transition);
    const lane = this.#lanes[cpu]!;
    if (isPutOff(transition)) {
      lane.restoreOperands();
      this.#memory.putOff(lane.c, lane.access);
      lane.goOn(0);
      this.#runLocal(lane);
    } else if (isLateLoad(transition)) {
      this.#memory.performLate(cpu, loadOf(transition));
      this.#runLocal(lane);
    } else if (isInvalidation(transition)) this.#memory.invalidate(lane.c, lane.access);
    else if (isDelivery(transition)) this.#memory.deliver(cpu, lane.c.doorbell);
    else if (isDrain(transition)) {
      this.#memory.drain(cpu, storeOf(transition));
      this.#runLocal(lane);
    } else this.#own.take(transition);
  }

  /* ---- one access ---- */

  #step(lane: Lane): void {
    this.log?.push(cpuStep(lane.c.id));
    const { c, access } = lane;
    if (kindOf(access) !== ACCESS.halt && c.takesInterrupts && c.hasInterrupt) {
      lane.enterInterrupt();
      return;
    }
    lane.restoreOperands();
    lane.goOn(this.#memory.perform(c, access));
  }

  /** Performs the accesses of a cpu that nobody else can tell from having happened earlier or later. */
  #runLocal(lane: Lane): void {
    if (this.#granularity === 'access') return;
    for (let left = MAX_LOCAL; left > 0; left--) {
      this.#drainUnseen(lane.c.id);
      if (this.enabled.hasEnded) return;
      if (this.violation || !isLocal(lane.c, lane.access, this.#memory) || !this.enabled.mayStep(lane.c.id))
        return;
      this.#step(lane);
    }
    throw new Error(`cpu ${lane.c.id} makes no access that anybody else could see, and does not stop`);
  }

  #drainUnseen(cpu: number): void {
    if (this.#memoryModel === 'sc') return;
    for (let store = this.#memory.leavingUnseen(cpu); store >= 0; store = this.#memory.leavingUnseen(cpu)) {
      this.log?.push(drain(cpu, store));
      this.#memory.drain(cpu, store);
    }
  }

  #isUserPoll({ c, access }: Lane): boolean {
    const isPoll = kindOf(access) === ACCESS.load && argumentOf(access) === c.doorbell;
    return isPoll && c.mode === TASK_MODE.user && !c.hasInterrupt;
  }
}
