/** Every publication protocol on every profile that something is recorded for, each held against what is recorded.
 *
 *  One patch: a protocol is about new code. The memory model is the one that comes closest to the profile's, unless the
 *  protocol is about something that this does not have. */
import type { MemoryModel } from '../hw/memoryModel.js';
import type { PublicationProtocol, RecordedVerdict } from '../jit/protocol.js';
import { protocolNames } from './catalogue.js';
import { chosenProtocol } from './chosenProtocol.js';
import type { MatrixRow, RowJudge } from './matrix.js';
import { prepareSituation } from './situation.js';

export interface ProtocolMatrixRequest {
  /** All there are, where left out; those that nothing is recorded for give no row. */
  readonly protocols?: readonly string[] | undefined;
  readonly profiles?: readonly string[] | undefined;
  /** The one that the scenario belongs to, where left out. */
  readonly policies?: readonly string[] | undefined;
  readonly kernel?: string | undefined;
  readonly judgeWith: (memory: MemoryModel) => RowJudge;
}

const SCENARIO = 'publication';

export async function* protocolRows(request: ProtocolMatrixRequest): AsyncGenerator<MatrixRow> {
  for (const name of request.protocols ?? protocolNames()) {
    const protocol = await chosenProtocol(name);
    for (const [arch, recorded] of Object.entries(protocol.recorded ?? {})) {
      if (request.profiles && !request.profiles.includes(arch)) continue;
      for (const policy of request.policies ?? [undefined])
        yield await row(request, protocol, arch, policy, recorded);
    }
  }
}

async function row(
  { kernel, judgeWith }: ProtocolMatrixRequest,
  protocol: PublicationProtocol,
  arch: string,
  policy: string | undefined,
  recorded: RecordedVerdict,
): Promise<MatrixRow> {
  const situation = await prepareSituation({
    scenario: SCENARIO,
    arch,
    policy,
    kernel,
    protocol: protocol.name,
    rounds: 1,
    callsPerRound: 1,
    placement: protocol.placement,
  });
  const judge = judgeWith(protocol.memory ?? situation.profile.stores);
  const { verdict, reason, basis, witness } = await judge(situation);
  const expected = recorded.verdict;
  const reading = verdict === expected ? 'text' : verdict === recorded.inPractice ? 'practice' : undefined;
  return {
    scenario: SCENARIO,
    arch,
    policy: situation.policy.name,
    kernel: situation.spec.config.name,
    protocol: protocol.name,
    verdict,
    reason,
    expected,
    because: protocol.source,
    asExpected: reading !== undefined,
    basis,
    confidence: recorded.confidence,
    ...(reading && recorded.inPractice && { reading }),
    ...(witness && { witness }),
  };
}
