/** On which cpus a scenario puts its tasks: the names that it uses, and as many peers as there are cpus left.
 *
 *  Limit: where a task begins; it may migrate. */
import type { CpuName, Scenario, TaskSpec } from './scenario.js';

/** Fewest cpus the scenario can run on. */
export function minimumCpus(scenario: Scenario): number {
  const places = new Set(scenario.tasks.map((task) => task.on));
  const peers = places.has('peers') ? 1 : 0;
  const fixed = places.has('third') ? 3 : places.has('second') ? 2 : 1;
  return Math.max(fixed, 1 + peers) + (places.has('last') ? 1 : 0);
}

export function peerCount(scenario: Scenario, cpus: number): number {
  return peerCpus(scenario, cpus).length;
}

export function peerCpus(scenario: Scenario, cpus: number): readonly number[] {
  const end = scenario.tasks.some((task) => task.on === 'last') ? cpus - 1 : cpus;
  return Array.from({ length: end - 1 }, (_, index) => index + 1);
}

export function cpuNamed(name: CpuName, cpus: number): number {
  switch (name) {
    case 'first':
      return 0;
    case 'second':
      return 1;
    case 'third':
      return 2;
    case 'last':
      return cpus - 1;
  }
}

export function cpusOf(task: TaskSpec, cpus: number, peers: readonly number[]): readonly number[] {
  return task.on === 'peers' ? peers : [cpuNamed(task.on, cpus)];
}
