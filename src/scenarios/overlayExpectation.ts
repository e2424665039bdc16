/** What a protocol should come to where the kernel says no, derived from what the overlay answers and what the JIT does
 *  about it.
 *
 *  These rules never look at what the simulator printed: they follow the answers that are recorded with the overlay
 *  through the reaction. */
import type { ArchitectureProfile } from '../hw/profile.js';
import type { PublicationProtocol, RecordedVerdict } from '../jit/protocol.js';
import type { Ending, Reaction } from '../jit/reaction.js';
import type { Answer, KernelOverlay } from '../kernel/overlay.js';

export interface OverlayExpectation {
  readonly verdict: RecordedVerdict['verdict'] | 'inconclusive';
  /** Where no manual promises anything, and shipping parts behave all the same. */
  readonly inPractice?: 'safe' | 'stale';
  /** How the process ends, where nothing is published. */
  readonly ending?: Ending;
  /** The rule, as a sentence. */
  readonly because: string;
}

/** What stands between the store and the publication in the end. */
type Fate = 'as-recorded' | 'no-barrier' | 'interrupt-only' | 'no-flush' | Ending;

export interface OverlaidCircumstances {
  readonly overlay: KernelOverlay;
  readonly reaction: Reaction;
  readonly protocol: PublicationProtocol;
  readonly profile: ArchitectureProfile;
}

/** @returns undefined where nothing is recorded for the protocol on this profile. */
export function overlayExpectation(at: OverlaidCircumstances): OverlayExpectation | undefined {
  const { protocol, profile } = at;
  const recorded = protocol.recorded?.[profile.name];
  if (!recorded) return undefined;
  const fate = fateOf(at);
  switch (fate) {
    case 'as-recorded':
      return {
        verdict: recorded.verdict,
        ...(recorded.inPractice && { inPractice: recorded.inPractice }),
        because: 'the protocol gets what it asks for',
      };
    case 'no-flush':
      return { verdict: 'stale', because: 'no hart but the writer has flushed, and nobody was told' };
    case 'no-barrier':
      return { verdict: 'stale', because: 'the barrier failed, and the code was published all the same' };
    case 'interrupt-only':
      return {
        verdict: 'stale',
        ...(profile.interruptReturnSerializes && { inPractice: 'safe' }),
        because:
          'a memory barrier or a grace period is no core serialization; the interrupt return may be one',
      };
    case 'killed':
      return {
        verdict: 'inconclusive',
        ending: fate,
        because: 'the filter kills the process at its first call',
      };
    case 'aborted':
      return { verdict: 'inconclusive', ending: fate, because: 'the process ends itself at the error' };
    case 'withheld':
      return { verdict: 'inconclusive', ending: fate, because: 'nobody is told of code that is not safe' };
  }
}

function fateOf({ overlay, reaction, protocol, profile }: OverlaidCircumstances): Fate {
  const { answers, registers } = overlay;
  const flushes = protocol.writer.includes('clear-cache');
  if (flushes && profile.icache === 'local-invalidate' && answers.flushIcache !== 'ok') return 'no-flush';
  if (registers === 'as-programmed') {
    if (answers.register === 'SIGSYS') return 'killed';
    if (answers.register !== 'ok' && reaction.registration === 'never-publish') return 'withheld';
    if (answers.register !== 'ok' && reaction.registration === 'abort') return 'aborted';
  }
  if (!protocol.writer.includes('membarrier-sync-core')) return 'as-recorded';
  if (answers.syncCore === 'SIGSYS') return 'killed';
  if (answers.syncCore === 'ok')
    return answers.syncCoreSerializes === 'yes' ? 'as-recorded' : 'interrupt-only';
  return afterError(answers.syncCore, answers, reaction);
}

function afterError(
  error: Exclude<Answer, 'ok' | 'SIGSYS'>,
  answers: KernelOverlay['answers'],
  { attempts, otherwise }: Reaction,
): Fate {
  const failed = { 'go-on': 'no-barrier', withhold: 'withheld', abort: 'aborted' } as const;
  const second = attempts[error];
  if (!second) return failed[otherwise];
  let fate: Fate = 'no-barrier';
  for (const attempt of second) {
    const answer = {
      'register-sync-core': answers.register,
      'membarrier-sync-core': answers.syncCoreOnceRegistered,
      'membarrier-global': answers.global,
    }[attempt];
    if (answer === 'SIGSYS') return 'killed';
    if (answer !== 'ok') return failed[otherwise];
    if (attempt === 'membarrier-sync-core') fate = 'as-recorded';
    if (attempt === 'membarrier-global') fate = 'interrupt-only';
  }
  return fate;
}
