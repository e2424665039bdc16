/** What cutting the space down saves, and not going where one has been: the same proof with each of them taken away.
 *
 *      visible steps, states remembered   what `explore` does
 *      each state looked up               no step sleeps
 *      everything possible tried          nor does what the hardware does by itself wait
 *      single accesses                    no access is made at once because nobody else can tell
 *      every path                         no state is recognized: stateless search
 *
 *  Times are ratios to the first, in turns within one run. A variant that takes more steps than the limit is said to be
 *  that, and has no time.
 *  Limit: one thread; the violations are the same by test/explore/soundness.test.ts, not by this bench. */
import { DEFAULT_EXPLORATION_OPTIONS, spaceParts } from '../src/engines/exploration.js';
import { prepareSituation } from '../src/engines/situation.js';
import { Choices } from '../src/explore/choices.js';
import { DepthFirst, type VisitedStates } from '../src/explore/depthFirst.js';
import { Space, type SpaceParts } from '../src/explore/space.js';
import { StateSet } from '../src/explore/stateSet.js';
import type { Bench, Series } from './harness/bench.js';
import { nowNs } from './harness/clock.js';
import { summaryText } from './harness/text.js';

const OPTIONS = {
  repeats: { about: 'searches of each variant', default: 10, least: 3, most: 1000 },
  steps: { about: 'limit of a variant, in steps', default: 3_000_000, least: 1000, most: 1_000_000_000 },
} as const;

const SCENARIOS = ['kthread-return', 'interrupted-peer', 'caller-cpu', 'caller-migrates'] as const;
const NS_PER_MS = 1e6;
/** Taken by each variant before the first time that counts. */
const WARM_UP_STEPS = 300_000;

interface Variant {
  readonly name: string;
  readonly granularity: SpaceParts['granularity'];
  readonly visited: () => VisitedStates & { readonly size: number };
  readonly choices: (space: Space) => Choices;
}

const VARIANTS: readonly Variant[] = [
  {
    name: 'visible steps, states remembered',
    granularity: 'visible',
    visited: () => new StateSet(),
    choices: (space) => new Choices(space),
  },
  {
    name: 'each state looked up',
    granularity: 'visible',
    visited: () => new LookedUp(),
    choices: (space) => new Choices(space),
  },
  {
    name: 'everything possible tried',
    granularity: 'visible',
    visited: () => new StateSet(),
    choices: (space) => new Everything(space),
  },
  {
    name: 'single accesses',
    granularity: 'access',
    visited: () => new StateSet(),
    choices: (space) => new Choices(space),
  },
  {
    name: 'every path',
    granularity: 'visible',
    visited: () => new Entered(),
    choices: (space) => new Choices(space),
  },
];

/** All that is possible in a state. */
class Everything extends Choices {
  readonly #space: Space;

  constructor(space: Space) {
    super(space);
    this.#space = space;
  }

  override addPersistent(): number {
    this.addGiven(this.#space.transitions());
    return 0;
  }
}

/** Trusts in nothing but what it finds. */
class LookedUp extends StateSet {
  override readonly isOwn = false;
}

/** Forgets every state, and counts them. */
class Entered implements VisitedStates {
  readonly isOwn = false;
  size = 0;

  add(): boolean {
    this.size++;
    return true;
  }
}

interface Walked {
  readonly states: number;
  readonly steps: number;
  readonly ms: number;
  readonly isWhole: boolean;
}

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'reductions: the same proof with and without each of them',
  options: OPTIONS,
  async run({ repeats, steps }) {
    const lines: string[] = [];
    const series: Series[] = [];
    for (const scenario of SCENARIOS) {
      const situation = await prepareSituation({ scenario, policy: 'mainline', rounds: 1, callsPerRound: 1 });
      const parts = spaceParts(situation, DEFAULT_EXPLORATION_OPTIONS);
      const walks: Walked[][] = VARIANTS.map(() => []);
      for (const variant of VARIANTS) walked(parts, variant, Math.min(steps, WARM_UP_STEPS));
      for (let i = 0; i < repeats; i++) {
        for (const [index, variant] of VARIANTS.entries()) {
          const before = walks[index]!.at(-1);
          if (before === undefined || before.isWhole) walks[index]!.push(walked(parts, variant, steps));
        }
      }
      lines.push(`${scenario}, one round, under mainline`);
      for (const [index, { name }] of VARIANTS.entries()) {
        const own = walks[index]!;
        const { states, steps: taken, isWhole } = own[0]!;
        lines.push(`  ${name}: ${isWhole ? '' : 'NOT DONE within '}${taken} steps, ${states} states entered`);
        if (index === 0 || !isWhole) continue;
        const ratios = own.map(({ ms }, turn) => ms / walks[0]![turn]!.ms);
        lines.push(`    time / time of the first: ${summaryText(ratios, 2, '')}`);
        series.push({ id: `reductions/${scenario}/${name}/ratio`, unit: '1', samples: ratios });
      }
    }
    return { lines, series };
  },
};

/** Begun again until nothing more turns out to be shared; of the last search. */
function walked(parts: SpaceParts, { granularity, visited, choices }: Variant, limit: number): Walked {
  const space = new Space({ ...parts, granularity });
  const begun = nowNs();
  for (;;) {
    const states = visited();
    const walk = new DepthFirst(space, states, choices(space));
    let violation = walk.enter();
    if (violation === undefined && !space.sharingGrew) violation = walk.advance(limit);
    if (violation) throw new Error(`${violation.kind}: there is no proof to time`);
    if (space.sharingGrew) {
      space.beginAgain();
      continue;
    }
    const ms = (nowNs() - begun) / NS_PER_MS;
    return { states: states.size, steps: walk.steps, ms, isWhole: walk.isDone };
  }
}
