/** What a machine is booted from: plain data, so that it crosses to a worker as it is. */
import type { CpuId, MmId } from '../base/ids.js';
import type { UnitPlacement } from '../hw/fetchPath.js';
import type { Instruction } from '../hw/instruction.js';
import type { ArchitectureProfile } from '../hw/profile.js';

export interface TaskImage {
  readonly name: string;
  /** 0 for a kernel thread. */
  readonly mm: MmId;
  readonly cpu: CpuId;
  /** Index of its first instruction. */
  readonly entry: number;
}

export interface MachineSpec {
  readonly profile: ArchitectureProfile;
  readonly cpus: number;
  /** Names of the address spaces; mm 1 is the first. */
  readonly mms: readonly string[];
  readonly tasks: readonly TaskImage[];
  readonly instructions: readonly Instruction[];
  readonly units: readonly (UnitPlacement & { readonly name: string })[];
  readonly codeBytes: number;
  readonly events: number;
  readonly variables: readonly string[];
  /** Ids of ordering points to leave out. */
  readonly without: readonly string[];
}
