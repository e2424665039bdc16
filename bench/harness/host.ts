/** The machine that the numbers belong to. */
import { availableParallelism, cpus, loadavg, release } from 'node:os';

export interface Host {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  readonly v8: string;
  /** Over 1, 5 and 15 minutes. */
  readonly loadAverage: readonly number[];
}

export function thisHost(): Host {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
    loadAverage: loadavg(),
  };
}

export function hostLine({ cpu, cores, kernel, node, v8, loadAverage }: Host): string {
  const load = loadAverage.map((value) => value.toFixed(2)).join(' ');
  return `host: ${cpu}, ${cores} cores, kernel ${kernel}, node ${node} (v8 ${v8}), load average ${load}`;
}
