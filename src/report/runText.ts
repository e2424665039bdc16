/** A run as text: what it was, what happened, the evidence, what to try next; the verdict is the last line. */
import type { Situation } from '../engines/situation.js';
import { countsText } from './countsText.js';
import { evidenceText } from './evidenceText.js';
import { nextStepsText } from './nextSteps.js';
import type { Paint } from './paint.js';
import { removedBarriersNote } from './removedBarriers.js';
import type { RunDocument } from './runSchema.js';
import { definitions, grid, wrap } from './textLayout.js';
import { verdictText } from './verdictText.js';

export function runText(document: RunDocument, situation: Situation, paint: Paint): string {
  const sections = [
    heading(document, situation, paint),
    ...(document.verdict === 'unsupported'
      ? []
      : [
          section(
            'What happened',
            whatHappened(document).flatMap((sentence) => wrap(sentence, '  ')),
            paint,
          ),
          section('Counters, all cpus', counters(document), paint),
        ]),
    section('Trace', traceText(document), paint),
    section('Evidence', evidenceText(document), paint),
    section(
      'Where each cpu stood',
      document.whereabouts.flatMap((place) => wrap(place, '  ')),
      paint,
    ),
    section(
      'Mind',
      runNotes(document).flatMap((note) => wrap(note, '  ')),
      paint,
    ),
    section('Try next', nextStepsText(document, situation), paint),
    verdictText(document).map((line) => paint(colourOf(document), line)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines];
}

function heading(document: RunDocument, { scenario }: Situation, paint: Paint): string[] {
  return [
    ...wrap(`${document.scenario}: ${scenario.title}`).map((line) => paint('bold', line)),
    ...wrap(whatWasRun(document), '  '),
  ];
}

/** What was chosen, beside the scenario. */
export function whatWasRun(document: RunDocument): string {
  const { engine, seed, arch, policy, kernel, protocol, cpus, placement, hardware, without } = document;
  return [
    isDrawn(document) ? `engine ${engine}, seed ${seed}` : `engine ${engine}`,
    arch,
    `policy ${policy}`,
    `kernel ${kernel}`,
    `protocol ${protocol}`,
    `${cpus} cpus`,
    placement,
    ...Object.entries(document.parameters ?? {}).map(([name, value]) => `${name} ${value}`),
    ...(document.overlay ? [`overlay ${document.overlay}`] : []),
    ...(document.reaction ? [`reaction ${document.reaction}`] : []),
    ...(hardware === 'typical' ? ['typical hardware'] : []),
    ...(without.length > 0 ? [`without ${without.join(', ')}`] : []),
  ].join(', ');
}

/** As sentences. */
export function whatHappened(document: RunDocument): readonly string[] {
  const { publications, calls, stale, torn, unserialized, faults, elapsedMs, cycles, stoppedBy } = document;
  const took = elapsedMs === undefined ? `${cycles ?? 0} cycles` : `${elapsedMs} ms`;
  const ended = stoppedBy === 'finished' ? 'to the end' : `ended by: ${stoppedBy}`;
  return [
    `published ${publications}, called ${calls}: stale ${stale}, torn ${torn}, faults ${faults.length}; ` +
      `${took}, ${ended}.`,
    pSyncText(unserialized, calls),
  ];
}

function pSyncText(unserialized: number | undefined, calls: number): string {
  if (unserialized === undefined) return 'P-SYNC: not judged; nobody sees from here when a cpu serializes.';
  return `P-SYNC: ${unserialized} of ${calls} calls ran on a cpu that had not serialized since membarrier returned.`;
}

function counters({ counters, unserialized, syncCoreByProcess, serializations }: RunDocument): string[] {
  return [
    ...grid(Object.entries(counters)),
    ...(unserialized === undefined
      ? []
      : definitions([
          ['syncCore for', countsText(syncCoreByProcess)],
          ['serialized at', countsText(serializations)],
        ])),
  ];
}

function traceText({ trace, finding, faults, unserialized }: RunDocument): string[] {
  if (!trace) return [];
  const { file, slices, marks, arrows, leftOut } = trace;
  const wentWrong = finding !== undefined || faults.length > 0 || (unserialized ?? 0) > 0;
  const there = wentWrong ? 'those around the first that went wrong' : 'the last ones';
  return [
    `  ${file}`,
    `  slices ${slices}, marks ${marks}, arrows ${arrows}; open it at https://ui.perfetto.dev`,
    ...(leftOut > 0
      ? wrap(`${leftOut} were left out; ${there} are there. Choose fewer --rounds to see all.`, '  ')
      : []),
  ];
}

/** Does anything go by the seed? */
function isDrawn({ cycles, hardware }: RunDocument): boolean {
  return cycles !== undefined || hardware === 'typical';
}

/** What a reader could misunderstand. */
export function runNotes(document: RunDocument): readonly string[] {
  const { oversubscribed, cpus, env, without, memory, hardware, verdict } = document;
  const notes: string[] = [];
  if (hardware === 'host' && verdict !== 'unsupported') {
    notes.push(
      `The kernel is Linux ${env.kernel}, with its own policy, and the processor fetches as it likes: what this host does ` +
        'not show, another one may.',
    );
  }
  if (document.seed !== 0 && !isDrawn(document)) {
    notes.push(
      `Nothing is drawn by the seed ${document.seed} here: who comes first is up to the host's threads. With --hardware ` +
        'typical it says when cpus drop code, with --engine virtual everything.',
    );
  }
  if (oversubscribed) {
    notes.push(
      `${cpus} cpus shared ${env.logicalCpus} host ${env.logicalCpus === 1 ? 'core' : 'cores'} and took turns: compare the counts, not the time.`,
    );
  }
  const removed = removedBarriersNote(without, memory);
  if (removed !== undefined) notes.push(removed);
  return notes;
}

function colourOf({ verdict }: RunDocument): 'green' | 'red' | 'yellow' {
  if (verdict === 'safe') return 'green';
  return verdict === 'inconclusive' || verdict === 'unsupported' ? 'yellow' : 'red';
}
