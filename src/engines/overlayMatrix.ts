/** Every overlay under every reaction: what a JIT's publication comes to where the kernel says no, or lies. Each row is held
 *  against what the overlay's recorded answers lead to. */
import type { MemoryModel } from '../hw/memoryModel.js';
import { overlayExpectation } from '../scenarios/overlayExpectation.js';
import { loadOverlay, loadProtocol, loadReaction, overlayNames, reactionNames } from './catalogue.js';
import type { MatrixRow, RowJudge } from './matrix.js';
import { prepareSituation } from './situation.js';

export interface OverlayMatrixRequest {
  /** All there are, where left out. */
  readonly overlays?: readonly string[] | undefined;
  readonly reactions?: readonly string[] | undefined;
  /** Those that something is recorded for, where left out. */
  readonly profiles?: readonly string[] | undefined;
  readonly kernel?: string | undefined;
  readonly judgeWith: (memory: MemoryModel) => RowJudge;
}

const SCENARIO = 'publication';

export async function* overlayRows(request: OverlayMatrixRequest): AsyncGenerator<MatrixRow> {
  for (const overlay of request.overlays ?? overlayNames()) {
    const { shownWith } = await loadOverlay(overlay);
    const { recorded = {} } = await loadProtocol(shownWith);
    for (const reaction of request.reactions ?? reactionNames()) {
      for (const arch of request.profiles ?? Object.keys(recorded)) {
        const row = await rowOf(request, overlay, reaction, arch, shownWith);
        if (row) yield row;
      }
    }
  }
}

async function rowOf(
  { kernel, judgeWith }: OverlayMatrixRequest,
  overlay: string,
  reaction: string,
  arch: string,
  protocol: string,
): Promise<MatrixRow | undefined> {
  const situation = await prepareSituation({
    scenario: SCENARIO,
    arch,
    kernel,
    protocol,
    overlay,
    reaction,
    rounds: 1,
    callsPerRound: 1,
  });
  const expectation = overlayExpectation({
    ...situation,
    overlay: await loadOverlay(overlay),
    reaction: await loadReaction(reaction),
  });
  if (!expectation) return undefined;
  const { verdict, reason, basis, witness, ending } = await judgeWith(situation.profile.stores)(situation);
  const asText = verdict === expectation.verdict && ending === expectation.ending;
  const reading = asText ? 'text' : verdict === expectation.inPractice ? 'practice' : undefined;
  return {
    scenario: SCENARIO,
    arch,
    policy: situation.policy.name,
    kernel: situation.spec.config.name,
    protocol,
    overlay,
    reaction,
    verdict,
    reason,
    expected: expectation.verdict,
    because: expectation.because,
    asExpected: reading !== undefined,
    basis,
    ...(ending && { ending }),
    ...(reading && expectation.inPractice && { reading }),
    ...(witness && { witness }),
  };
}
