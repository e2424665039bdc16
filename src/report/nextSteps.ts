/** What to try after a run: commands that answer the question the verdict leaves open. */
import type { Situation } from '../engines/situation.js';
import { ownKernel } from '../kernel/kernelPresets.js';
import { ORDERING_POINTS, POINT } from '../kernel/orderingPoints.js';
import { commandText, type RunChoice } from './commandText.js';
import type { EvidenceDocument, RunDocument } from './runSchema.js';
import { foldCommand, wrap } from './textLayout.js';

export interface NextStep {
  /** What it would show. */
  readonly why: string;
  readonly choice: RunChoice;
}

/** The protocol that takes every step. */
const WHOLE_PROTOCOL = 'sync-core';
/** The engine to run on what the host cannot be told. */
const SIMULATED_ENGINE = 'threads';
const TRACE_FILE = 'trace.json';
/** The policy that takes none. */
const CONTROL_POLICY = 'none';

/** Points at which a run that went well may have been saved, the most telling first. */
const TELLING_POINTS = [
  POINT.finishTaskSwitchSync,
  POINT.exitToUserSync,
  POINT.userSerialize,
  POINT.interruptReturn,
  POINT.ipiSyncCore,
].map((point) => ORDERING_POINTS[point]!.id);

const ROUNDS_IF_NONE = 1000;
const LONGER_BY = 10;
const LONG_ENOUGH = 1_000_000;
const MOST_STEPS = 3;

export function nextStepsText(document: RunDocument, situation: Situation): string[] {
  const other = otherCommand(document, situation);
  if (other) return [...foldCommand(other.command, '  '), ...wrap(other.why, '      ')];
  return nextSteps(document, situation).flatMap(({ why, choice }) => [
    ...commandText(choice, situation.scenario).map((line) => `  ${line}`),
    ...wrap(why, '      '),
  ]);
}

/** Where no run would tell more: nobody can go on in it, or it never publishes, however long it is. */
function otherCommand(
  document: RunDocument,
  situation: Situation,
): { readonly command: string; readonly why: string } | undefined {
  const { scenario } = situation;
  const { rounds, publications, stoppedBy, ending } = document;
  if (stoppedBy === 'deadlock') {
    return {
      command: exploreCommand(document, situation),
      why: 'The shortest way to where nobody can go on.',
    };
  }
  if (publications > 0 || rounds === 0 || stoppedBy !== 'finished' || ending) return undefined;
  if (scenario.kind === 'workload') {
    return { command: `coresync bench ${scenario.name}`, why: 'Nothing is judged there: it is measured.' };
  }
  if (scenario.kind === 'hazard' && scenario.judgedBy === 'exploration') {
    return {
      command: `coresync explore ${scenario.name}`,
      why: 'It is judged on every schedule: a run publishes nothing there.',
    };
  }
  return undefined;
}

/** Of the same machine, in one round. */
function exploreCommand(document: RunDocument, situation: Situation): string {
  const { scenario } = situation;
  const kernel = chosenKernel(situation);
  const { overlay, reaction, parameters = {}, without } = document;
  return [
    `coresync explore ${scenario.name}`,
    ...(['arch', 'policy', 'protocol', 'cpus', 'placement'] as const)
      .filter((name) => document[name] !== scenario.defaults[name])
      .map((name) => `--${name} ${document[name]}`),
    ...(kernel === undefined ? [] : [`--kernel ${kernel}`]),
    ...(overlay === undefined ? [] : [`--overlay ${overlay}`]),
    ...(reaction === undefined ? [] : [`--reaction ${reaction}`]),
    ...Object.entries(parameters).map(([name, value]) => `-p ${name}=${value}`),
    ...without.map((id) => `--without ${id}`),
  ].join(' ');
}

export function nextSteps(document: RunDocument, situation: Situation): readonly NextStep[] {
  if (document.hardware === 'host') return afterHost(document, situation);
  return stepsFor({ ...document, kernel: chosenKernel(situation) }, situation).slice(0, MOST_STEPS);
}

/** A run with the kernel only where it is not the policy's own: another policy then gets its own as well. */
type Judged = Omit<RunDocument, 'kernel'> & Pick<RunChoice, 'kernel'>;

function chosenKernel({ policy, spec }: Situation): string | undefined {
  return spec.config.name === ownKernel(policy).name ? undefined : spec.config.name;
}

function stepsFor(document: Judged, situation: Situation): NextStep[] {
  switch (document.verdict) {
    case 'safe':
      return afterSafe(document);
    case 'stale':
      return afterStale(document, situation);
    case 'torn':
    case 'fault':
      return afterTorn(document);
    case 'inconclusive':
      return afterNothing(document);
    case 'unsupported':
      return afterUnsupported(document, situation);
  }
}

/** After a run on the host, where nobody chooses a policy, a profile or what cpus drop: nothing of it is said again. */
function afterHost(document: RunDocument, { scenario, protocol }: Situation): NextStep[] {
  const { arch, policy } = scenario.defaults;
  const again: Judged = { ...document, arch, policy, kernel: undefined, hardware: 'adversarial' };
  const simulated: NextStep = {
    why: 'The same on simulated cpus, which keep what they have until they must drop it.',
    choice: { ...again, engine: SIMULATED_ENGINE, arch: document.arch },
  };
  switch (document.verdict) {
    case 'safe':
      return [simulated, ...longerLook(again)];
    case 'stale':
      return protocol.name === WHOLE_PROTOCOL ? [simulated] : [wholeProtocol(again), simulated];
    case 'torn':
    case 'fault':
      return [...afterTorn(again), simulated];
    case 'inconclusive':
      return afterNothing(again);
    case 'unsupported':
      return []; // the reason says what to use instead
  }
}

function longerLook(document: Judged): NextStep[] {
  if (document.rounds >= LONG_ENOUGH) return [];
  return [
    {
      why: 'A longer look: observing nothing is no proof.',
      choice: { ...document, rounds: document.rounds * LONGER_BY },
    },
  ];
}

function wholeProtocol(document: Judged): NextStep {
  return { why: 'The protocol that takes every step.', choice: { ...document, protocol: WHOLE_PROTOCOL } };
}

function afterSafe(document: Judged): NextStep[] {
  const steps: NextStep[] = [];
  const saved = TELLING_POINTS.find((id) => (document.serializations[id] ?? 0) > 0);
  if (saved !== undefined) {
    steps.push({
      why: `What is ${saved} for? The same with it removed.`,
      choice: { ...document, without: [...document.without, saved] },
    });
  }
  if (document.policy !== CONTROL_POLICY) {
    steps.push({
      why: 'The control: nothing in the kernel helps.',
      choice: { ...document, policy: CONTROL_POLICY },
    });
  }
  return [...steps, ...longerLook(document)];
}

function afterStale(document: Judged, { scenario, protocol }: Situation): NextStep[] {
  const steps: NextStep[] = [];
  if (document.without.length > 0) {
    steps.push({ why: 'The same with nothing removed.', choice: { ...document, without: [] } });
  }
  const lacksBarrier = !protocol.writer.includes('membarrier-sync-core');
  if (protocol.name !== WHOLE_PROTOCOL && (lacksBarrier || isCacheStep(document.evidence))) {
    steps.push(wholeProtocol(document));
  } else if (document.policy !== scenario.defaults.policy) {
    steps.push({
      why: `Under the policy ${scenario.defaults.policy}.`,
      choice: { ...document, policy: scenario.defaults.policy },
    });
  }
  if (document.kernel !== undefined) {
    steps.push({ why: "On the policy's own kernel.", choice: { ...document, kernel: undefined } });
  }
  if (document.cycles !== undefined && document.trace === undefined) {
    steps.push({
      why: 'What led to it, on a timeline for ui.perfetto.dev.',
      choice: { ...document, traceFile: TRACE_FILE },
    });
  }
  steps.push({ why: 'Every station, disassembled.', choice: { ...document, json: true } });
  return steps;
}

function isCacheStep(evidence: EvidenceDocument | undefined): boolean {
  return evidence?.firstDifference === 'pou' || evidence?.firstDifference === 'icache';
}

function afterTorn(document: Judged): NextStep[] {
  const steps: NextStep[] = [];
  if (document.placement !== 'within-word') {
    steps.push({
      why: 'The site inside one word: one store, and nothing between two.',
      choice: { ...document, placement: 'within-word' },
    });
  }
  if (document.placement !== 'across-line') {
    steps.push({ why: 'The site across two lines.', choice: { ...document, placement: 'across-line' } });
  }
  return steps;
}

function afterNothing(document: Judged): NextStep[] {
  if (document.ending) return afterEnding(document);
  if (document.rounds === 0) {
    return [{ why: 'With something to judge.', choice: { ...document, rounds: ROUNDS_IF_NONE } }];
  }
  const fewer = Math.max(1, Math.floor(document.rounds / LONGER_BY));
  return [{ why: 'A shorter run, which comes to its end sooner.', choice: { ...document, rounds: fewer } }];
}

/** The kernel said no. */
function afterEnding({ overlay, ...document }: Judged): NextStep[] {
  const { reaction, ...ignoring } = document;
  const steps: NextStep[] = [{ why: 'On a kernel that says yes.', choice: document }];
  if (document.ending !== 'killed' && reaction !== undefined) {
    steps.push({
      why: 'A JIT that does not look at errors.',
      choice: { ...ignoring, ...(overlay && { overlay }) },
    });
  }
  return steps;
}

function afterUnsupported(document: Judged, { scenario }: Situation): NextStep[] {
  if (document.arch === scenario.defaults.arch) return [];
  return [{ why: 'On an architecture that has it.', choice: { ...document, arch: scenario.defaults.arch } }];
}
