/** The shortest way to a violation: fewest preemptions first, then fewest steps.
 *
 *  A preemption is a step of another cpu while the one that went last could have gone on; an arriving interrupt and a
 *  fetch are the world's doing and count as steps only. Breadth first by (preemptions, steps); the way from one state
 *  to the next leads back to where their schedules part, and on from there. Everything that is possible is tried: what can
 *  wait (choices.ts) may make a way shorter by not waiting.
 *
 *  Source: Musuvathi and Qadeer, "Iterative Context Bounding for Systematic Testing", PLDI 2007, for the measure. */
import { cpuOf, isByCpu, type Transition } from '../trace/schedule.js';
import { mixHigh, mixLow } from './mix.js';
import type { Bounds, Found, SearchResult } from './search.js';
import type { Mark, Space } from './space.js';
import { StateSet } from './stateSet.js';
import { DEADLOCK } from './violations.js';

/** Visits between two moments at which the caller may do something else. */
const VISITS = 1024;

interface Node {
  readonly parent: Node | undefined;
  readonly transition: Transition;
  readonly steps: number;
  /** The cpu that went last. */
  readonly last: number;
}

export interface ShortestResult {
  /** Where nothing goes wrong: was every state visited that takes no more preemptions than allowed? */
  readonly stoppedBy: SearchResult['stoppedBy'] | 'sharing-grew';
  readonly found: Found | undefined;
  /** Visited; one state counts once for each cpu that went last. */
  readonly states: number;
  readonly steps: number;
  /** Of the longest schedule. */
  readonly depth: number;
}

/** Yields now and then, so that its caller can look up.
 *  @param space at its beginning, knowing what is shared; left somewhere else.
 *  @param maxPreemptions schedules with more are not looked at. */
export function* shortest(
  space: Space,
  bounds: Bounds,
  maxPreemptions = Number.POSITIVE_INFINITY,
): Generator<void, ShortestResult> {
  const walker = new Walker(space);
  const seen = new StateSet();
  let layer: Node[][] = [[{ parent: undefined, transition: -1, steps: 0, last: -1 }]];
  let steps = 0;
  let depth = 0;
  const finish = (stoppedBy: ShortestResult['stoppedBy'], found?: Found): ShortestResult => ({
    stoppedBy,
    found,
    states: seen.size,
    steps,
    depth,
  });
  // One turn of this loop for each number of preemptions.
  for (let preemptions = 0; layer.some((nodes) => nodes.length > 0); preemptions++) {
    if (preemptions > maxPreemptions) return finish('preemption-limit');
    const later: Node[][] = [];
    for (let length = 0; length < layer.length; length++) {
      for (const node of layer[length] ?? []) {
        walker.goTo(node);
        steps++;
        depth = Math.max(depth, length);
        if (space.sharingGrew) return finish('sharing-grew');
        if (space.violation) {
          return finish('violation', { violation: space.violation, schedule: scheduleOf(node) });
        }
        if (!seen.add(mixLow(space.low, node.last), mixHigh(space.high, node.last)) || space.isFinished)
          continue;
        if (space.enabled.isStuck)
          return finish('violation', { violation: DEADLOCK, schedule: scheduleOf(node) });
        if (seen.size >= bounds.maxStates) return finish('state-limit');
        if (seen.size % VISITS === 0) {
          yield;
          const over = bounds.over();
          if (over) return finish(over);
        }
        const couldGoOn = node.last >= 0 && space.enabled.mayStep(node.last);
        for (const transition of space.transitions()) {
          const isStep = isByCpu(transition);
          const preempts = isStep && couldGoOn && cpuOf(transition) !== node.last;
          const last = isStep ? cpuOf(transition) : node.last;
          const next: Node = { parent: node, transition, steps: node.steps + 1, last };
          const layers = preempts ? later : layer;
          const peers = layers[next.steps];
          if (peers) peers.push(next);
          else layers[next.steps] = [next];
        }
      }
      layer[length] = [];
    }
    layer = Array.from(later, (nodes) => nodes ?? []);
  }
  return finish('exhausted');
}

function scheduleOf(node: Node): Transition[] {
  return wayTo(node).map(({ transition }) => transition);
}

/** The nodes from the first step to this one. */
function wayTo(node: Node): Node[] {
  const way: Node[] = [];
  for (let at: Node | undefined = node; at?.parent; at = at.parent) way.push(at);
  return way.reverse();
}

/** Takes a space from node to node. */
class Walker {
  readonly #space: Space;
  #way: readonly Node[] = [];
  /* Before each step of the way, and where it ends. */
  readonly #marks: Mark[];

  constructor(space: Space) {
    this.#space = space;
    this.#marks = [space.mark()];
  }

  goTo(node: Node): void {
    const way = wayTo(node);
    let shared = 0;
    while (shared < way.length && way[shared] === this.#way[shared]) shared++;
    this.#space.rewind(this.#marks[shared]!);
    this.#space.violation = undefined;
    this.#marks.length = shared + 1;
    for (let i = shared; i < way.length; i++) {
      this.#space.take(way[i]!.transition);
      this.#marks.push(this.#space.mark());
    }
    this.#way = way;
  }
}
