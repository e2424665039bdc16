/** Worker entry: a thread on which the host is measured. The work is in src/engines/native/hostThread.ts. */
import { type HostJob, type JobName, type JobOutcome, runOnHost } from '../src/engines/native/hostThread.js';

export function host(job: HostJob): Promise<JobOutcome<JobName>> {
  return runOnHost(job);
}
