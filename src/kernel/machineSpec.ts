/** What a machine is booted from: plain data, so that it crosses to a worker as it is. */
import type { CpuId, MmId } from '../base/ids.js';
import type { Instruction } from '../hw/instruction.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import type { UnitPlacement } from '../hw/unitPlacement.js';
import type { KernelConfig } from './kernelConfig.js';

export interface TaskImage {
  readonly name: string;
  /** 0 for a kernel thread. */
  readonly mm: MmId;
  readonly cpu: CpuId;
  /** Index of its first instruction. */
  readonly entry: number;
  /** A task with a higher one takes the cpu from one with a lower. */
  readonly priority: number;
  /** Runs from boot on, or when another task forks it. */
  readonly start: 'boot' | 'forked';
}

export interface MachineSpec {
  readonly profile: ArchitectureProfile;
  readonly config: KernelConfig;
  readonly cpus: number;
  /** Names of the address spaces; mm 1 is the first. */
  readonly mms: readonly string[];
  readonly tasks: readonly TaskImage[];
  readonly instructions: readonly Instruction[];
  readonly units: readonly (UnitPlacement & { readonly name: string })[];
  readonly codeBytes: number;
  readonly events: number;
  readonly variables: readonly string[];
  /** Values that these variables must not all have when every task is done; empty for no such rule. */
  readonly forbidden: readonly (readonly [variable: number, value: number])[];
  /** Cpus that are not online at boot. */
  readonly offline: readonly CpuId[];
  /** Ids of ordering points to leave out. */
  readonly without: readonly string[];
}
