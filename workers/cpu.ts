/** Worker entry: one simulated cpu. The work is in src/engines/threads/cpuThread.ts. */
import { loadPolicy } from '../src/engines/catalogue.js';
import { type CpuJob, type CpuOutcome, runCpu } from '../src/engines/threads/cpuThread.js';

export async function cpu(job: CpuJob): Promise<CpuOutcome> {
  return runCpu(job, await loadPolicy(job.policy));
}
