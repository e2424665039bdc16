/** What an explored machine is made of: the words of the kernel, those that exploring it takes besides (stateLayout.ts), and
 *  whatever reads and writes them.
 *
 *  Limit: at most 30 cpus. */
import type { MemoryModel } from '../hw/memoryModel.js';
import type { OrderingPoints } from '../hw/processor.js';
import { userMode } from '../jit/userMode.js';
import { versionOf } from '../jit/version.js';
import { boot, declareMachine, type MachineLayout, orderingPoints } from '../kernel/boot.js';
import type { CpuParts } from '../kernel/cpu.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import type { MakeLedger } from '../trace/debtLedger.js';
import { ContentUserCode, ContentValues } from './contentUserCode.js';
import { Enabled } from './enabled.js';
import { ExploredCode } from './exploredCode.js';
import { ExploredCpu } from './exploredCpu.js';
import { ExploredMemory } from './exploredMemory.js';
import { ForbiddenOutcome } from './forbiddenOutcome.js';
import { HardwareWords } from './hardwareWords.js';
import { InvalidateQueues } from './invalidateQueues.js';
import { Lane } from './lane.js';
import { LateLoads } from './lateLoads.js';
import { OwnChoices } from './ownChoices.js';
import { Sharing } from './sharing.js';
import { type StateLayout, stateLayout } from './stateLayout.js';
import { StateWords } from './stateWords.js';
import { StationStates } from './stationStates.js';
import { StoreBuffers } from './storeBuffers.js';
import { Violations } from './violations.js';

/** May a cpu fetch code at any moment, as hardware does, or only when it executes? */
export type Fetching = 'any-time' | 'on-execution';

export interface MachineParts {
  readonly spec: MachineSpec;
  readonly policy: SerializationPolicy;
  readonly images: readonly Uint8Array[];
  readonly memory: MemoryModel;
  readonly fetching: Fetching;
  readonly makeLedger: MakeLedger;
}

/* By spec: many machines of one are made, and it is their layout that takes long to make. */
const layouts = new WeakMap<MachineSpec, MachineLayout>();

function layoutOf(spec: MachineSpec): MachineLayout {
  const known = layouts.get(spec);
  if (known) return known;
  const layout = declareMachine(spec, 'packed');
  layouts.set(spec, layout);
  return layout;
}

export class ExploredMachine {
  readonly layout: MachineLayout;
  readonly state: StateWords;
  readonly points: OrderingPoints;
  readonly violations: Violations;
  readonly forbidden: ForbiddenOutcome;
  readonly stations: StationStates;
  readonly buffers: StoreBuffers;
  /** Where loads may be early or late. */
  readonly queues: InvalidateQueues | undefined;
  readonly late: LateLoads | undefined;
  readonly memory: ExploredMemory;
  readonly userCodes: readonly ContentUserCode[];
  readonly own: OwnChoices;
  readonly lanes: readonly Lane[];
  readonly enabled: Enabled;
  readonly hardware: HardwareWords;
  readonly #at: StateLayout;

  /** At boot. */
  constructor(parts: MachineParts) {
    const { spec, images, makeLedger } = parts;
    this.layout = layoutOf(spec);
    const { kernel } = this.layout;
    const { cpus } = spec;
    const at = stateLayout(this.layout, spec, parts.memory);
    this.#at = at;
    const buffer = new SharedArrayBuffer(at.byteLength);
    const words = new Int32Array(buffer);
    boot(spec, this.layout, buffer, images);
    this.state = new StateWords(words);
    this.state.begin();
    this.forbidden = new ForbiddenOutcome(words, kernel, spec);
    const bits = {
      get: (index: number) => this.state.read(at.ledger + index),
      set: (index: number, value: number) => this.state.write(at.ledger + index, value),
    };
    this.violations = new Violations(makeLedger(bits, cpus + spec.tasks.length, spec.mms.length + 1, cpus));
    this.stations = new StationStates(this.state, this.layout, at.stations);
    const code = new ExploredCode(kernel.hw, buffer, this.stations);
    this.points = orderingPoints(spec.config, spec.without);
    this.buffers = new StoreBuffers(parts.memory, this.state, at.buffer);
    if (parts.memory === 'rmo') {
      this.queues = new InvalidateQueues(this.state, at.queues, cpus, at.machineWords);
      this.late = new LateLoads(this.state, at.lateLoads);
    }
    this.memory = new ExploredMemory({
      state: this.state,
      code,
      buffers: this.buffers,
      queues: this.queues,
      late: this.late,
      points: this.points,
      inFlight: at.inFlight,
      sharing: new Sharing(words.length),
    });
    const values = new ContentValues(spec.units.length);
    this.userCodes = Array.from(
      { length: cpus },
      (_, cpu) => new ContentUserCode(cpu, kernel.hw, words, code, spec.units, values, this.stations),
    );
    this.own = new OwnChoices(words, kernel.hw, code, this.stations, this.userCodes);
    this.lanes = this.userCodes.map((userCode, id) => {
      const cpuParts: CpuParts = {
        id,
        hw: kernel.hw,
        kernel,
        profile: spec.profile,
        words,
        code,
        userCode,
        units: spec.units,
        points: this.points,
        sink: this.violations.sink,
        callUnit: (unitCode, unit, times) => unitCode.execute(unit, times),
        versionOf,
        config: spec.config,
        policy: parts.policy,
        userMode,
      };
      return new Lane(new ExploredCpu(cpuParts, this.memory), this.state, at.lane(id));
    });
    this.enabled = new Enabled({
      state: this.state,
      lanes: this.lanes,
      memory: this.memory,
      own: parts.fetching === 'any-time' ? this.own : undefined,
      model: parts.memory,
      liveTasks: kernel.run.liveTasks(0),
      inFlight: at.inFlight,
    });
    this.hardware = this.#hardwareWords(cpus);
    for (const lane of this.lanes) lane.begin();
  }

  get words(): Int32Array {
    return this.state.words;
  }

  /** Where the bits of interrupts on their way to a cpu are. */
  inFlight(cpu: number): number {
    return this.#at.inFlight(cpu);
  }

  /** Is a store to the word still on its way, or a load into it? */
  mayArrive(address: number): boolean {
    const cpus = this.lanes.length;
    return this.buffers.hold(address, cpus) || this.late?.fill(address, cpus) === true;
  }

  #hardwareWords(cpus: number): HardwareWords {
    const hardware = new HardwareWords(this.words.length);
    const { stations, inFlight } = this.#at;
    for (let cpu = 0; cpu < cpus; cpu++) {
      hardware.fetchChanges(stations + 1 + cpu, cpu);
      hardware.fetchReads(stations, cpu);
      hardware.fetchReads(this.layout.kernel.hw.cpu.addressSpace(cpu), cpu);
      hardware.deliveryChanges(this.lanes[cpu]!.c.doorbell, cpu);
      hardware.deliveryChanges(inFlight(cpu), cpu);
    }
    return hardware;
  }
}
