/** Where the words of an explored state are: those of the machine, and behind them what exploring it takes besides. */
import type { CpuId } from '../base/ids.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import type { MachineLayout } from '../kernel/boot.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import { InvalidateQueues } from './invalidateQueues.js';
import { LANE_WORDS } from './lane.js';
import { LATE_WORDS } from './lateLoads.js';
import { stationWords } from './stationStates.js';
import { BUFFER_WORDS } from './storeBuffers.js';

export interface StateLayout {
  readonly byteLength: number;
  /** Words of the machine itself: the first ones. */
  readonly machineWords: number;
  /** The bits of interrupts on their way to a cpu. */
  readonly inFlight: (cpu: CpuId) => number;
  /** The oracle's ledger. */
  readonly ledger: number;
  /** Where the routines of a cpu stand. */
  readonly lane: (cpu: CpuId) => number;
  /** What is in the store buffer of a cpu; there is none where memory is sequentially consistent. */
  readonly buffer: (cpu: CpuId) => number;
  /** What the stations of the fetch path hold. */
  readonly stations: number;
  /** The invalidate queues, and the loads that a cpu has put off; there are none where loads are in order. */
  readonly queues: number;
  readonly lateLoads: (cpu: CpuId) => number;
}

export function stateLayout(machine: MachineLayout, spec: MachineSpec, memory: MemoryModel): StateLayout {
  const { cpus } = spec;
  const machineWords = machine.byteLength / 4;
  const ledger = machineWords + cpus;
  const lanes = ledger + cpus + spec.tasks.length + spec.mms.length + 1;
  const buffers = lanes + cpus * LANE_WORDS;
  const stations = buffers + (memory === 'sc' ? 0 : cpus * BUFFER_WORDS);
  const queues = stations + stationWords(cpus);
  const reordersLoads = memory === 'rmo';
  const late = queues + (reordersLoads ? InvalidateQueues.wordsFor(cpus, machineWords) : 0);
  const end = late + (reordersLoads ? cpus * LATE_WORDS : 0);
  return {
    byteLength: Math.ceil(end / 2) * 8,
    machineWords,
    inFlight: (cpu) => machineWords + cpu,
    ledger,
    lane: (cpu) => lanes + cpu * LANE_WORDS,
    buffer: (cpu) => buffers + cpu * BUFFER_WORDS,
    stations,
    queues,
    lateLoads: (cpu) => late + cpu * LATE_WORDS,
  };
}
