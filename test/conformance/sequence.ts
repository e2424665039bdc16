/** A sequence of membarrier(2) calls over processes, and what came of it. The same one runs on the shim (shim.ts)
 *  and on the host (hostProcess.ts). */

export type Call = readonly [command: number, flags: number, cpuId: number];

export type Step =
  | { readonly call: Call }
  /** The child makes its calls while its parent waits, or when its parent has made all of its own. */
  | { readonly fork: readonly Step[]; readonly when: 'now' | 'parent-is-done' }
  /** Goes on in a new program. Whatever comes after it in the list is not reached. */
  | { readonly exec: readonly Step[] };

/** What each process got, in its own order. A process is named by the positions of the fork and exec steps that led
 *  to it, separated by dots; the first one is ''. */
export type Results = Readonly<Record<string, readonly number[]>>;

export function childName(process: string, step: number): string {
  return process === '' ? String(step) : `${process}.${step}`;
}

export function countCalls(results: Results): number {
  return Object.values(results).reduce((sum, values) => sum + values.length, 0);
}

/** Address spaces that a sequence needs. */
export function countProcesses(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    if ('call' in step) return sum;
    return sum + countProcesses('fork' in step ? step.fork : step.exec);
  }, 1);
}
