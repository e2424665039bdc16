/** The explorer: how many executions, steps and states a second, and how long a whole proof takes.
 *
 *  Each situation is one that is proved: the search is complete and nothing goes wrong, so the counts are exact and the
 *  same at every repetition; only the time differs. One thread. A repetition begins with nothing known, goes ahead for a
 *  little, and searches until no new shared word is met; rates are over all searches, except that of states, which is of the
 *  last. Behind each stands the same search once more, with every transition known: what the two differ in is what it takes
 *  to run each routine of the kernel for the first time, which a small search does most of the time, and a large one hardly.
 *  A step is a transition that was taken, or known to lead to a visited state. An execution of a search is a path to its end
 *  or to a visited state, and shares its beginning with others; one of a sampling mode is a schedule from the first step to
 *  the last.
 *  What is compared with a target is compared twice: as it was measured, and without the samples during which somebody else
 *  ran on the same core of the host (sharedCore.ts), which makes a search up to 1.7 times as long.
 *  Rates are of the searches alone; the whole proof includes the paths that are run twice against nondeterminism. */
import {
  boundsOf,
  DEFAULT_EXPLORATION_OPTIONS,
  type Exploration,
  type ExplorationOptions,
  explore,
  spaceParts,
} from '../src/engines/exploration.js';
import { type Sampling, type SamplingMode, sampleSchedules } from '../src/engines/sampling.js';
import { prepareSituation, type Situation, type SituationRequest } from '../src/engines/situation.js';
import { scout } from '../src/explore/scout.js';
import { type SearchResult, search } from '../src/explore/search.js';
import { Space } from '../src/explore/space.js';
import type { MemoryModel } from '../src/hw/memoryModel.js';
import type { Bench, Series } from './harness/bench.js';
import { nowNs } from './harness/clock.js';
import { SharedCore } from './harness/sharedCore.js';
import { summaryText, targetText, undisturbedText } from './harness/text.js';

const OPTIONS = {
  repeats: { about: 'explorations of each situation', default: 10, least: 3, most: 1000 },
} as const;

const NS_PER_S = 1e9;
/** Of each situation, before the first time that counts: rates of the seed still rose after three seconds. */
const WARM_UP_MS = 6000;
/** Searches that are over sooner are timed together. */
const SAMPLE_S = 0.02;
const TARGETS = { executions: 100_000, states: 1_000_000 } as const;

interface Named {
  readonly name: string;
  readonly request: SituationRequest;
  /** Sequentially consistent where left out. */
  readonly memory?: MemoryModel;
  /** What is compared with its target: executions on the seed, small and large, and states where there are enough of them to
   *  tell. */
  readonly targets?: readonly (keyof typeof TARGETS)[];
}

const SITUATIONS: readonly Named[] = [
  {
    name: 'S2, the seed',
    request: { scenario: 'kthread-return' },
    targets: ['executions', 'states'],
  },
  { name: 'S1', request: { scenario: 'interrupted-peer' } },
  { name: 'S3', request: { scenario: 'other-mm' } },
  { name: 'S4', request: { scenario: 'caller-cpu', rounds: 2 } },
  { name: 'S5', request: { scenario: 'interrupt-reschedules' } },
  { name: 'S6', request: { scenario: 'caller-migrates' }, targets: ['states'] },
  // Wrong under every kernel there was; this is what would have made it right.
  {
    name: 'S7',
    request: { scenario: 'writer-migrates', policy: 'every-switch-registered', protocol: 'flush-only' },
    targets: ['states'],
  },
  { name: 'S8', request: { scenario: 'cpu-online' } },
  { name: 'A', request: { scenario: 'ordering-a', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'B', request: { scenario: 'ordering-b', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'C, in', request: { scenario: 'ordering-c-switch-in', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'C, out', request: { scenario: 'ordering-c-switch-out', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'D', request: { scenario: 'ordering-d', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'E, use', request: { scenario: 'ordering-e-use-mm', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'E, unuse', request: { scenario: 'ordering-e-unuse-mm', arch: 'arm64-a11' }, memory: 'pso' },
  { name: 'the seed, three rounds', request: { scenario: 'kthread-return', rounds: 3 } },
  // The seed itself is so small that to watch each routine for the first time is much of it.
  {
    name: 'the seed, three rounds on four cpus',
    request: { scenario: 'kthread-return', rounds: 3, cpus: 4 },
    targets: ['executions', 'states'],
  },
  // 3 cpus, 4 user threads, 2 address spaces, 2 patches.
  { name: "today's kernel", request: { scenario: 'crossroads' }, targets: ['states'] },
];

const SAMPLES = 20_000;

interface Sampled extends Omit<Named, 'targets' | 'memory'> {
  readonly mode: SamplingMode;
  /** Whether the executions are compared with their target. */
  readonly isTargeted: boolean;
}

/** One schedule after the other. Nothing goes wrong in any. */
const SAMPLED: readonly Sampled[] = [
  { name: 'S2, the seed', request: { scenario: 'kthread-return' }, mode: 'random', isTargeted: true },
  { name: 'S2, the seed', request: { scenario: 'kthread-return' }, mode: 'pct', isTargeted: true },
  { name: "today's kernel", request: { scenario: 'crossroads' }, mode: 'random', isTargeted: false },
  { name: "today's kernel", request: { scenario: 'crossroads' }, mode: 'pct', isTargeted: false },
];

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'explorer: executions, steps and states a second; time of each proof',
  options: OPTIONS,
  async run({ repeats }) {
    const lines: string[] = [];
    const series: Series[] = [];
    const core = new SharedCore();
    for (const named of SITUATIONS) {
      const measured = await measure(named, repeats, core);
      lines.push(...measured.lines);
      series.push(...measured.series);
    }
    for (const named of SAMPLED) {
      const measured = await measureSamples(named, repeats, core);
      lines.push(...measured.lines);
      series.push(...measured.series);
    }
    return { lines, series };
  },
};

const situationFor = (request: SituationRequest): Promise<Situation> =>
  prepareSituation({ arch: 'x86-64', policy: 'mainline', rounds: 1, callsPerRound: 1, ...request });

const clock = (): number => nowNs() / 1e6;

/** One that was searched before: every transition is known. */
class KnownSpace {
  readonly #space: Space;
  readonly #options: ExplorationOptions;

  constructor(situation: Situation, options: ExplorationOptions) {
    this.#space = new Space(spaceParts(situation, options));
    this.#options = options;
    scout(this.#space);
    this.search();
  }

  search(): SearchResult {
    this.#space.beginAgain();
    const work = search(this.#space, boundsOf(this.#options, clock()));
    for (;;) {
      const slice = work.next();
      if (slice.done) return slice.value;
    }
  }
}

async function measure(
  { name, request, memory = 'sc', targets = [] }: Named,
  repeats: number,
  core: SharedCore,
): Promise<{ readonly lines: readonly string[]; readonly series: readonly Series[] }> {
  const situation = await situationFor(request);
  const options = { ...DEFAULT_EXPLORATION_OPTIONS, memory, clock };
  const warmUntil = clock() + WARM_UP_MS;
  while (clock() < warmUntil) await explore(situation, options);
  const proofs: number[] = [];
  const first = new Searches(core);
  const again = new Searches(core);
  let last: Exploration | undefined;
  for (let i = 0; i < repeats; i++) {
    await first.sample(async () => {
      const begun = nowNs();
      last = await explore(situation, options);
      proofs.push((nowNs() - begun) / NS_PER_S);
      if (last.outcome !== 'forbidden') throw new Error(`${name} is ${last.outcome}: nothing to time`);
      return last.seconds;
    });
  }
  const known = new KnownSpace(situation, options);
  for (let i = 0; i < repeats; i++) {
    await again.sample(() => {
      const begun = nowNs();
      const { states, executions } = known.search();
      const seconds = (nowNs() - begun) / NS_PER_S;
      if (states !== last?.result.states || executions !== last.result.executions)
        throw new Error(`${name}: ${states} states where all is known, ${last?.result.states} before`);
      return seconds;
    });
  }
  const { executions, totalExecutions, totalSteps, states, repetitions } = last!.result;
  const counts = { executions: totalExecutions, states };
  const countsAgain = { executions, states };
  const cpus = request.cpus === undefined ? '' : `/cpus=${request.cpus}`;
  const id = `${request.scenario}/${situation.rounds}${cpus}`;
  const proofsMs = proofs.map((seconds) => seconds * 1000);
  return {
    lines: [
      `${name} (${request.scenario}): ${states} states, ${totalSteps} steps, ${totalExecutions} executions, ${repetitions} searches`,
      `  whole proof: ${summaryText(proofsMs, 2, 'ms')}`,
      `  steps a second of searching: ${summaryText(first.rates(totalSteps), 0, '')}`,
      ...first.lines(counts, targets),
      '  once more, all transitions known:',
      ...again.lines(countsAgain, targets).map((line) => `  ${line}`),
    ],
    series: [
      { id: `${id}/time`, unit: 's', samples: proofs },
      { id: `${id}/steps`, unit: '1/s', samples: first.rates(totalSteps) },
      ...first.series(id, counts),
      ...again.series(`${id}/known`, countsAgain),
    ],
  };
}

type Counts = Readonly<Record<keyof typeof TARGETS, number>>;

/** Searches that all count the same, and how long they took. */
class Searches {
  readonly #core: SharedCore;
  /* Of each sample: seconds for one of its searches, and how busy the core was, before it or after it. */
  readonly #seconds: number[] = [];
  readonly #looks: number[] = [];

  constructor(core: SharedCore) {
    this.#core = core;
  }

  /** Takes a sample: as many searches as there are in `SAMPLE_S`.
   *  @param search makes one. @returns its seconds. */
  async sample(search: () => number | Promise<number>): Promise<void> {
    const before = this.#core.look();
    let seconds = 0;
    let count = 0;
    for (; seconds < SAMPLE_S; count++) seconds += await search();
    this.#seconds.push(seconds / count);
    this.#looks.push(Math.max(before, this.#core.look()));
  }

  /** @param count in one search. @returns how many a second, by sample. */
  rates(count: number): number[] {
    return this.#seconds.map((seconds) => count / seconds);
  }

  lines(counts: Counts, targets: readonly (keyof Counts)[]): string[] {
    return [
      `  executions a second of searching: ${summaryText(this.rates(counts.executions), 0, '')}`,
      `  states a second: ${summaryText(this.rates(counts.states), 0, '')}`,
      ...targets.flatMap((what) => targetLines(what, this.rates(counts[what]), this.#looks, this.#core)),
    ];
  }

  series(id: string, counts: Counts): Series[] {
    return [
      { id: `${id}/executions`, unit: '1/s', samples: this.rates(counts.executions) },
      { id: `${id}/states`, unit: '1/s', samples: this.rates(counts.states) },
    ];
  }
}

/** By all samples, and by those that had the core to themselves. */
function targetLines(
  what: keyof typeof TARGETS,
  rates: readonly number[],
  looks: readonly number[],
  core: SharedCore,
): string[] {
  const target = { at: 'least', value: TARGETS[what] } as const;
  const undisturbed = looks.map((look) => !core.wasShared(look));
  return [
    `  ${what} a second, ${targetText(rates, target)}`,
    `    ${undisturbedText(rates, undisturbed, 0, target)}`,
  ];
}

/** By the time of the executions and of the walks that go ahead of them. */
async function measureSamples(
  { name, request, mode, isTargeted }: Sampled,
  repeats: number,
  core: SharedCore,
): Promise<{ readonly lines: readonly string[]; readonly series: readonly Series[] }> {
  const situation = await situationFor(request);
  const sampled = async (seed: number): Promise<Sampling> => {
    const options = { ...DEFAULT_EXPLORATION_OPTIONS, clock, mode, seed, depth: 3 };
    const sampling = await sampleSchedules(situation, { ...options, maxExecutions: SAMPLES });
    if (sampling.witness) throw new Error(`${name} goes wrong: nothing to time`);
    return sampling;
  };
  const warmUntil = clock() + WARM_UP_MS;
  while (clock() < warmUntil) await sampled(0);
  const executions: number[] = [];
  const steps: number[] = [];
  const looks: number[] = [];
  for (let seed = 1; seed <= repeats; seed++) {
    const before = core.look();
    const { result, seconds } = await sampled(seed);
    looks.push(Math.max(before, core.look()));
    executions.push(result.executions / seconds);
    steps.push(result.steps / seconds);
  }
  const id = `${request.scenario}/${situation.rounds}/${mode}`;
  return {
    lines: [
      `${name} (${request.scenario}), ${mode}: ${SAMPLES} executions, one after the other`,
      `  executions a second: ${summaryText(executions, 0, '')}`,
      `  steps a second: ${summaryText(steps, 0, '')}`,
      ...(isTargeted ? targetLines('executions', executions, looks, core) : []),
    ],
    series: [
      { id: `${id}/executions`, unit: '1/s', samples: executions },
      { id: `${id}/steps`, unit: '1/s', samples: steps },
    ],
  };
}
