/** What a scenario file names and does not have, and what no machine could run: found before one is assembled.
 *
 *  Limit: whether the tasks ever meet is not decided here, beyond that somebody sets each variable that is waited for, and wakes
 *  whoever waits for an event. One that waits for what never happens ends as inconclusive. */
import type { JsonPath } from '../../base/jsonText.js';
import { nearest } from '../../base/nearest.js';
import { type Amount, everyStep, type OwnScenario, type Step, type TaskSpec } from '../scenario.js';

export interface Mistake {
  readonly path: JsonPath;
  readonly message: string;
  /** What to do about it; one sentence. */
  readonly next: string;
}

const KERNEL_THREAD = 'kernel';
/** Steps of all programs, repeats written out; what the machine's cpus make of them is bounded in assemble.ts. */
const MAX_STEPS = 100_000;

/** A kernel thread has no user mode: no code to call, and no user memory to patch. */
const KERNEL_STEPS: readonly Step['op'][] = [
  'set',
  'load',
  'add',
  'spin',
  'serialize',
  'wait',
  'wake',
  'yield',
  'use-mm',
  'unuse-mm',
  'cpu-up',
  'rounds',
  'repeat',
];
const NEED_BREAKPOINT: readonly Step['op'][] = ['set-breakpoint', 'clear-breakpoint', 'text-poke-begin'];
const KERNEL_ONLY: readonly Step['op'][] = ['use-mm', 'unuse-mm'];

/** @returns every mistake, in the order of the file. */
export function mistakesIn(scenario: OwnScenario): Mistake[] {
  return [...new Finder(scenario).find()];
}

class Finder {
  readonly #scenario: OwnScenario;
  /* What some task sets, and wakes. */
  readonly #set: readonly string[];
  readonly #woken: readonly string[];
  #written = 0;

  constructor(scenario: OwnScenario) {
    this.#scenario = scenario;
    const steps = scenario.tasks.flatMap(({ program }) => [...everyStep(program)]);
    this.#set = steps.flatMap((step) => {
      if (step.op === 'set' || step.op === 'add') return [step.variable];
      return step.op === 'load' || step.op === 'call-into' ? [step.into] : [];
    });
    this.#woken = steps.flatMap((step) => (step.op === 'wake' ? [step.event] : []));
  }

  *find(): Generator<Mistake> {
    const { processes, sites, tasks } = this.#scenario;
    yield* repeated(['processes'], processes, []);
    yield* repeated(
      ['sites'],
      sites.map((site) => site.name),
      ['name'],
    );
    yield* repeated(
      ['tasks'],
      tasks.map((task) => task.name),
      ['name'],
    );
    for (const [index, task] of tasks.entries()) {
      const path = ['tasks', index];
      yield* unknown([...path, 'process'], 'process', task.process, [...processes, KERNEL_THREAD]);
      yield* this.#steps([...path, 'program'], task.program, task, 1);
    }
    if (this.#written > MAX_STEPS) {
      yield {
        path: ['tasks'],
        message: `the programs are ${this.#written} steps long with their repeats written out; expected at most ${MAX_STEPS}`,
        next: 'Repeat less, or use rounds, which cost nothing.',
      };
    }
    yield* this.#forbidden();
    for (const [index, { program }] of tasks.entries())
      yield* this.#waits(['tasks', index, 'program'], program);
  }

  *#steps(path: JsonPath, steps: readonly Step[], task: TaskSpec, copies: number): Generator<Mistake> {
    for (const [index, step] of steps.entries()) {
      this.#written += copies;
      yield* this.#step([...path, index], step, task, copies);
    }
  }

  *#step(path: JsonPath, step: Step, task: TaskSpec, copies: number): Generator<Mistake> {
    const inKernel = task.process === KERNEL_THREAD;
    if (inKernel ? !KERNEL_STEPS.includes(step.op) : KERNEL_ONLY.includes(step.op)) {
      yield {
        path,
        message: `'${step.op}' is not for ${inKernel ? 'a kernel thread' : 'a user task'}`,
        next: inKernel ? `A kernel thread has: ${KERNEL_STEPS.join(', ')}.` : "Give it the process 'kernel'.",
      };
    }
    if ('site' in step) {
      const sites = this.#scenario.sites.map((site) => site.name);
      yield* unknown([...path, 'site'], 'site', step.site, sites);
      const site = this.#scenario.sites.find((each) => each.name === step.site);
      if (site && !site.breakpoint && NEED_BREAKPOINT.includes(step.op)) {
        yield {
          path: [...path, 'site'],
          message: `'${step.op}' is for a site with room for a breakpoint, and '${step.site}' has none`,
          next: 'Declare the site with "breakpoint": true.',
        };
      }
    }
    if ('process' in step)
      yield* unknown([...path, 'process'], 'process', step.process, this.#scenario.processes);
    for (const amount of amountsOf(step)) yield* this.#amount(path, amount);
    if (step.op === 'fork') {
      const forked = this.#scenario.tasks.filter((other) => other.start === 'forked');
      yield* unknown(
        [...path, 'child'],
        "task with start 'forked'",
        step.child,
        forked.map((other) => other.name),
      );
    }
    if (step.op === 'rounds') {
      if (path.length > 4) {
        yield { path, message: 'rounds inside another step', next: 'Move them to the program itself.' };
      } else if (task.program.filter((other) => other.op === 'rounds').indexOf(step) > 0) {
        yield { path, message: 'rounds a second time', next: 'Join them with the first.' };
      }
    }
    if (step.op === 'rounds' || step.op === 'repeat') {
      const times = step.op === 'repeat' ? this.#number(step.times) : 1;
      yield* this.#steps([...path, 'body'], step.body, task, copies * times);
    }
  }

  /** Does anybody do what is waited for? Told last: another mistake may be why not. */
  *#waits(path: JsonPath, steps: readonly Step[]): Generator<Mistake> {
    for (const [index, step] of steps.entries()) {
      const here = [...path, index];
      if ('body' in step) yield* this.#waits([...here, 'body'], step.body);
      if (step.op === 'wait') yield* inVain([...here, 'event'], step.event, 'wakes', this.#woken);
      if ((step.op === 'spin' || step.op === 'busy-poll') && step.atLeast !== 0)
        yield* inVain([...here, 'until'], step.until, 'sets', this.#set);
    }
  }

  *#amount(path: JsonPath, amount: Amount): Generator<Mistake> {
    if (typeof amount === 'number') return;
    yield* unknown(path, 'parameter', amount.parameter, Object.keys(this.#scenario.parameters ?? {}));
  }

  #number(amount: Amount): number {
    return typeof amount === 'number'
      ? amount
      : (this.#scenario.parameters?.[amount.parameter]?.default ?? 1);
  }

  *#forbidden(): Generator<Mistake> {
    const written = this.#scenario.tasks.flatMap((task) => variablesOf(task.program));
    for (const variable of Object.keys(this.#scenario.forbidden ?? {})) {
      yield* unknown(['forbidden', variable], 'variable', variable, written);
    }
  }
}

function* repeated(path: JsonPath, names: readonly string[], within: JsonPath): Generator<Mistake> {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index && name !== KERNEL_THREAD) continue;
    yield {
      path: [...path, index, ...within],
      message: name === KERNEL_THREAD ? `'${name}' stands for kernel threads` : `'${name}' is there twice`,
      next: 'Choose another name.',
    };
  }
}

function* unknown(path: JsonPath, kind: string, name: string, known: readonly string[]): Generator<Mistake> {
  if (known.includes(name)) return;
  const guess = nearest(name, known);
  yield {
    path,
    message: `unknown ${kind} '${name}'${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    next: known.length > 0 ? `Known: ${[...new Set(known)].join(', ')}.` : `The file declares no ${kind}.`,
  };
}

function* inVain(
  path: JsonPath,
  name: string,
  does: 'sets' | 'wakes',
  known: readonly string[],
): Generator<Mistake> {
  if (known.includes(name)) return;
  const guess = nearest(name, known);
  yield {
    path,
    message:
      `it waits for '${name}', which nobody ${does}` +
      (guess === undefined ? '' : `; did you mean '${guess}'?`),
    next:
      known.length > 0
        ? `What somebody ${does}: ${[...new Set(known)].join(', ')}.`
        : `Nobody ${does} anything.`,
  };
}

function amountsOf(step: Step): Amount[] {
  switch (step.op) {
    case 'call':
      return step.times === 'callsPerRound' ? [] : [step.times];
    case 'repeat':
      return [step.times];
    case 'set':
      return typeof step.to === 'number' ? [] : [step.to.perRound];
    case 'spin':
    case 'busy-poll':
      return typeof step.atLeast === 'number' ? [] : [step.atLeast.perRound];
    case 'wait':
      return typeof step.signals === 'number' ? [] : [step.signals.perRound];
    default:
      return [];
  }
}

function variablesOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if ('body' in step) return variablesOf(step.body);
    if (step.op === 'load') return [step.variable, step.into];
    if (step.op === 'call-into') return [step.into];
    if ('variable' in step) return [step.variable];
    return 'until' in step ? [step.until] : [];
  });
}
