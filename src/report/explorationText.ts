/** An exploration in words: what was looked at, the witness as columns, and the verdict on the last line. */
import { counted } from './countsText.js';
import { replayCommand } from './explorationCommand.js';
import type { ExplorationDocument } from './explorationSchema.js';
import { lanesText } from './lanesText.js';
import { removedBarriersNote } from './removedBarriers.js';
import { foldCommand, wrap } from './textLayout.js';

const WRONG = {
  stale: 'a call executes a version older than promised',
  torn: 'a call executes bytes of no version',
  unserialized: 'a call runs on a cpu that has not serialized since membarrier (P-SYNC)',
  fault: 'a cpu takes an invalid-opcode fault',
  'forbidden-outcome': 'the variables end up with values that the barriers forbid',
  deadlock: 'nobody can go on',
} as const;

export function explorationText(document: ExplorationDocument): string {
  return `${[...explorationLines(document), '', ...wrap(verdictLine(document), '')].join('\n')}\n`;
}

/** All of it but the verdict. */
export function explorationLines(document: ExplorationDocument): string[] {
  const { witness } = document;
  const lines = [
    ...wrap(whatWasExplored(document)),
    ...wrap(beginning(document), '  '),
    '',
    ...wrap(howMuch(document), '  '),
  ];
  if (witness) {
    lines.push(
      '',
      ...lanesText(witness.lanes, document.cpus),
      '',
      ...wrap(
        `mem and decoded: version of the site in memory and on each cpu. owed: the version promised. ` +
          howShort(document, witness),
        '  ',
      ),
      '',
      'Replay',
      ...foldCommand(replayCommand(document, witness.schedule), '  '),
    );
  }
  const notes = explorationNotes(document);
  if (notes.length > 0) lines.push('', 'Mind', ...notes.flatMap((note) => wrap(note, '  ')));
  return lines;
}

/** What a reader could misunderstand. */
function explorationNotes({ without, memory, neverPassed = [] }: ExplorationDocument): string[] {
  const passed = without.filter((id) => !neverPassed.includes(id));
  const removed = removedBarriersNote(passed, memory);
  return [
    ...(neverPassed.length > 0
      ? [
          `${neverPassed.join(', ')}: no schedule passes an access of it: to leave it out has taken nothing away.`,
        ]
      : []),
    ...(removed === undefined ? [] : [`${removed} With --memory tso, pso or rmo it can.`]),
  ];
}

type Witness = NonNullable<ExplorationDocument['witness']>;

/** Whether there may be a shorter witness. */
export function howShort({ mode }: ExplorationDocument, { isShortest }: Witness): string {
  if (isShortest) return 'No schedule with fewer preemptions, or as many and fewer steps, goes wrong.';
  return mode === 'exhaustive'
    ? 'The bounds ended the search for a shorter one.'
    : '`coresync shrink` looks for a shorter one.';
}

export function whatWasExplored(document: ExplorationDocument): string {
  const { scenario, arch, policy, kernel, protocol, cpus, rounds, parameters, without } = document;
  const { overlay, reaction, placement } = document;
  return (
    `${scenario}: ${whichOf(document)}, ${arch}, policy ${policy}, kernel ${kernel}, protocol ${protocol}, ` +
    `${cpus} cpus, ${counted(rounds, 'round')}, ${placement}` +
    (overlay ? `, overlay ${overlay}` : '') +
    (reaction ? `, reaction ${reaction}` : '') +
    Object.entries(parameters)
      .map(([name, value]) => `, ${name}=${value}`)
      .join('') +
    (without.length > 0 ? `, without ${without.join(', ')}` : '')
  );
}

const WHICH = {
  exhaustive: 'every schedule',
  random: 'schedules at random',
  pct: 'schedules by random priorities (PCT)',
} as const;

function whichOf({ mode, shard }: ExplorationDocument): string {
  return shard ? `shard ${shard.index} of ${shard.of}` : WHICH[mode];
}

export function howMuch(document: ExplorationDocument): string {
  const { states, steps, executions, repetitions, seconds, seed, bugDepth, bugWithin, chance } = document;
  const took = `${seconds.toFixed(2)} s`;
  if (states !== undefined) {
    const searches = counted(repetitions ?? 1, 'search', 'searches');
    return `${counted(states, 'state')}, ${counted(steps, 'step')}, ${counted(executions, 'execution')}, ${searches}, ${took}`;
  }
  const odds =
    chance === undefined
      ? ''
      : `. A bug that takes ${counted(bugDepth ?? 1, 'ordering')} within the first ${counted(bugWithin ?? 1, 'step')} is found ` +
        `by one execution with a probability of at least ` +
        `${chance.toPrecision(2)}, by all of them ${(1 - (1 - chance) ** executions).toPrecision(2)}`;
  return `${counted(executions, 'execution')}, ${counted(steps, 'step')}, seed ${seed}, ${took}${odds}.`;
}

const MEMORY = {
  sc: 'Memory is sequentially consistent.',
  tso: 'Stores wait in a buffer and leave it in order (TSO).',
  pso: 'Stores wait in a buffer and leave it in order per address (PSO).',
  rmo: 'Stores wait in a buffer and leave it in order per address, and loads may be early or late (RMO).',
} as const;

/** From where it was explored, and what cpus and memory may do there. */
export function beginning({ from, fetching, memory }: ExplorationDocument): string {
  const start =
    from === 'boot'
      ? 'From boot.'
      : 'From where the tasks begin their rounds; --from boot explores the set-up too.';
  const fetches =
    fetching === 'any-time'
      ? 'Cpus may fetch code at any moment.'
      : 'Cpus fetch code when they execute it, and at no other time.';
  return `${start} ${fetches} ${MEMORY[memory]}`;
}

export function verdictLine(document: ExplorationDocument): string {
  return `verdict: ${explorationVerdict(document)}`;
}

export function explorationVerdict(document: ExplorationDocument): string {
  const { outcome, witness, stoppedBy, states, shard } = document;
  switch (outcome) {
    case 'forbidden':
      return `forbidden (exhaustive) — no schedule goes wrong, ${counted(states ?? 0, 'state')}`;
    case 'allowed':
      return `allowed (${document.mode === 'exhaustive' ? 'exhaustive' : 'observed'}) — ${witness ? WRONG[witness.violation] : 'a schedule goes wrong'}`;
    case 'not-found-within-the-bound':
      if (shard && stoppedBy === 'end-of-shard') {
        return `not found in shard ${shard.index} of ${shard.of} — \`coresync merge\` says what all of them come to`;
      }
      if (stoppedBy === 'nothing-published')
        return 'none — nothing is ever published, so nothing can be stale';
      return `not found within the bound — the search was ended by: ${stoppedBy}`;
  }
}
