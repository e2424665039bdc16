/** Worker entry: one of several searches of a space. The work is in src/engines/searchThread.ts. */
import { loadPolicy } from '../src/engines/catalogue.js';
import { runSearch, type SearchJob, type SearchOutcome } from '../src/engines/searchThread.js';

export async function search(job: SearchJob): Promise<SearchOutcome> {
  return runSearch(job, await loadPolicy(job.policy));
}
