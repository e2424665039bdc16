/** The library: drive a machine by hand, or run a scenario.
 *
 *  What is exported here is what others may rely on. */
export { EXIT, LabError } from './base/errors.js';
export {
  policyNames,
  profileNames,
  protocolNames,
  scenarioNames,
} from './engines/catalogue.js';
export type { RunResult } from './engines/runResult.js';
export { prepareSituation, type Situation, type SituationRequest } from './engines/situation.js';
export { Machine, type MachineOptions, type Process, type Thread } from './engines/virtual/machine.js';
export { DEFAULT_VIRTUAL_OPTIONS, runVirtual, type VirtualOptions } from './engines/virtual/run.js';
export type { KernelConfig } from './kernel/kernelConfig.js';
export { KERNEL_PRESETS } from './kernel/kernelPresets.js';
export * from './kernel/membarrierCommands.js';
export type { Verdict } from './oracle/verdict.js';
export { chromeTrace, type TraceHeading } from './report/chromeTrace.js';
export { Timeline } from './trace/timeline.js';
