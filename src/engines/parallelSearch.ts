/** Searches a space on several host threads, with the same result as on one.
 *
 *  One thread begins alone: most situations are done before others could have been started, and most shared words are
 *  found, most of the others by a few random walks (scout.ts). What is left is searched by all, again and again while one
 *  of them finds another shared word, or the set of states gets full. Where something goes wrong, they say so and no more: one thread then searches for it alone, so that
 *  what is found, and the numbers that go with it, do not depend on who was faster. */
import { EXIT, LabError } from '../base/errors.js';
import { scout } from '../explore/scout.js';
import { type Bounds, type SearchResult, search } from '../explore/search.js';
import { SharedStateSet } from '../explore/sharedStateSet.js';
import { END, type End, SharedWork } from '../explore/sharedWork.js';
import type { Space, SpaceParts } from '../explore/space.js';
import type { SearchJob, SearchOutcome } from './searchThread.js';
import { WorkerPool } from './workerPool.js';

/** States that one thread visits before others are asked. */
const ALONE = 20_000;
/** Slots of the first shared set, and how many times as many the next one has. */
const FIRST_CAPACITY = 1 << 21;
const GROWTH = 8;
/** How often bounds are looked at, in milliseconds. */
const LOOK_MS = 50;

export interface ParallelParts {
  readonly parts: SpaceParts;
  readonly workers: number;
}

/** @param space at its beginning; it knows in the end what is shared.
 *  @param inSlices runs a search, looking up now and then.
 *  @returns undefined where something goes wrong in what one thread alone did not get to.
 *  @throws {LabError} E_WORKER where a thread broke. */
export async function searchInParallel(
  space: Space,
  { parts, workers }: ParallelParts,
  bounds: Bounds,
  inSlices: (work: Generator<void, SearchResult>) => Promise<SearchResult>,
): Promise<SearchResult | undefined> {
  const alone = await inSlices(search(space, { ...bounds, maxStates: Math.min(ALONE, bounds.maxStates) }));
  if (alone.stoppedBy !== 'state-limit' || alone.states >= bounds.maxStates) return alone;
  scout(space);
  const pool = new WorkerPool<SearchJob, SearchOutcome>('search', workers);
  try {
    let { repetitions, totalSteps, totalExecutions } = alone;
    for (let capacity = FIRST_CAPACITY; ; ) {
      const { end, outcomes } = await together(pool, space, parts, bounds, capacity);
      // Each has looked for conflicts among what it knew itself; two of them may make one together.
      for (const { known } of outcomes) space.hearOfSharing(known);
      const hasGrown = space.sharingGrew;
      space.beginAgain();
      repetitions++;
      const sum = (count: (outcome: SearchOutcome) => number): number =>
        outcomes.reduce((all, outcome) => all + count(outcome), 0);
      const [steps, executions] = [sum((one) => one.steps), sum((one) => one.executions)];
      totalSteps += steps;
      totalExecutions += executions;
      if (end === END.violation) return undefined;
      if (end === END.full) capacity *= GROWTH;
      if (end === END.full || end === END.sharingGrew || (end === END.done && hasGrown)) continue;
      const stoppedBy =
        outcomes.some((one) => one.hasFilledBuffer) && end === END.done ? 'store-buffer' : STOPPED[end];
      return {
        complete: stoppedBy === 'exhausted',
        stoppedBy,
        found: undefined,
        states: sum((one) => one.states),
        steps,
        executions,
        depth: Math.max(...outcomes.map((one) => one.depth)),
        repetitions,
        totalSteps,
        totalExecutions,
      };
    }
  } finally {
    await pool.close();
  }
}

const STOPPED: Readonly<
  Record<
    Exclude<End, typeof END.violation | typeof END.full | typeof END.sharingGrew>,
    SearchResult['stoppedBy']
  >
> = {
  [END.no]: 'exhausted',
  [END.done]: 'exhausted',
  [END.stateLimit]: 'state-limit',
  [END.timeLimit]: 'time-limit',
  [END.interrupted]: 'interrupted',
};

async function together(
  pool: WorkerPool<SearchJob, SearchOutcome>,
  space: Space,
  { spec, images, policy, memory, fetching, from }: SpaceParts,
  bounds: Bounds,
  capacity: number,
): Promise<{ readonly end: Exclude<End, never>; readonly outcomes: readonly SearchOutcome[] }> {
  const words = SharedWork.allocate();
  const workers = pool.threads;
  const work = new SharedWork(words, workers);
  const job: Omit<SearchJob, 'role'> = {
    spec,
    images,
    policy: policy.name,
    memory,
    fetching,
    from,
    known: space.sharingKnowledge,
    work: words,
    states: SharedStateSet.allocate(capacity),
    workers,
    maxStates: bounds.maxStates,
  };
  const timer = setInterval(() => {
    const over = bounds.over();
    if (over) work.end(over === 'interrupted' ? END.interrupted : END.timeLimit);
  }, LOOK_MS);
  try {
    const running = Array.from({ length: workers }, (_, index) =>
      pool.run({ ...job, role: index === 0 ? 'first' : 'other' }).catch((error: unknown) => {
        // The others wait for nobody that is gone.
        work.end(END.interrupted);
        throw error;
      }),
    );
    const settled = await Promise.allSettled(running);
    const broken = settled.find((one) => one.status === 'rejected');
    if (broken) throw workerBroke(broken.reason);
    return {
      end: work.ended,
      outcomes: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    };
  } finally {
    clearInterval(timer);
  }
}

function workerBroke(reason: unknown): LabError {
  return new LabError(
    'E_WORKER',
    `a thread of the search broke: ${reason instanceof Error ? reason.message : String(reason)}`,
    'Search with --workers 1, and report what broke.',
    EXIT.broke,
  );
}
