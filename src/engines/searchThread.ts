/** A thread that searches along with others: the job it gets, and what it gives back. */
import type { Fetching } from '../explore/exploredMachine.js';
import { type SharedCounts, sharedSearch } from '../explore/sharedSearch.js';
import type { SharingKnowledge } from '../explore/sharing.js';
import { type Beginning, Space } from '../explore/space.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import { SerializationDebt } from '../oracle/serializationDebt.js';

export interface SearchJob {
  readonly spec: MachineSpec;
  readonly images: readonly Uint8Array[];
  /** A policy has functions, which cannot be sent: its name is. */
  readonly policy: string;
  readonly memory: MemoryModel;
  readonly fetching: Fetching;
  readonly from: Beginning;
  readonly known: SharingKnowledge;
  readonly work: Int32Array;
  readonly states: Int32Array;
  readonly workers: number;
  readonly maxStates: number;
  readonly role: 'first' | 'other';
}

export interface SearchOutcome extends SharedCounts {
  readonly known: SharingKnowledge;
}

export function runSearch(job: SearchJob, policy: SerializationPolicy): SearchOutcome {
  const space = new Space({
    spec: job.spec,
    policy,
    images: job.images,
    memory: job.memory,
    fetching: job.fetching,
    from: job.from,
    granularity: 'visible',
    makeLedger: (bits, tasks, mms, cpus) => new SerializationDebt(bits, tasks, mms, cpus),
  });
  space.learnSharing(job.known);
  const { work, states, workers, maxStates, role } = job;
  const counts = sharedSearch({ space, work, states, workers, maxStates }, role);
  return { ...counts, known: space.sharingKnowledge };
}
