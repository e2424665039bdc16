/** The library: drive a machine by hand, run a scenario, or explore its schedules.
 *
 *  What is exported here is what others may rely on. */
export { EXIT, LabError } from './base/errors.js';
export {
  policyNames,
  profileNames,
  protocolNames,
  scenarioNames,
} from './engines/catalogue.js';
export {
  DEFAULT_EXPLORATION_OPTIONS,
  type Exploration,
  type ExplorationOptions,
  explore,
  replay,
  type Witness,
} from './engines/exploration.js';
export type { RunResult } from './engines/runResult.js';
export {
  type Chance,
  type Sampling,
  type SamplingMode,
  type SamplingOptions,
  sampleSchedules,
} from './engines/sampling.js';
export { prepareSituation, type Situation, type SituationRequest } from './engines/situation.js';
export { Machine, type Process, type Thread } from './engines/virtual/machine.js';
export type { MachineOptions, SiteOptions } from './engines/virtual/machineOptions.js';
export { DEFAULT_VIRTUAL_OPTIONS, runVirtual, type VirtualOptions } from './engines/virtual/run.js';
export type { SampleResult } from './explore/sample.js';
export type { Found, SearchResult } from './explore/search.js';
export type { Violation } from './explore/space.js';
export type { Stations, WitnessStep } from './explore/witness.js';
export type { MemoryModel } from './hw/memoryModel.js';
export type { ArchitectureProfile } from './hw/profile.js';
export type { Placement } from './jit/placement.js';
export type { PublicationProtocol } from './jit/protocol.js';
export type { KernelConfig } from './kernel/kernelConfig.js';
export { KERNEL_PRESETS } from './kernel/kernelPresets.js';
export * from './kernel/membarrierCommands.js';
export type { SerializationPolicy } from './kernel/serializationPolicy.js';
export type { Verdict } from './oracle/verdict.js';
export { chromeTrace, type TraceHeading } from './report/chromeTrace.js';
export { parseSchedule, printSchedule, type Transition } from './trace/schedule.js';
export { Timeline } from './trace/timeline.js';
