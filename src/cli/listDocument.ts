/** Collects what there is to name on the command line. */
import {
  costProfileNames,
  loadCostProfile,
  loadOverlay,
  loadPolicy,
  loadProfile,
  loadProtocol,
  loadReaction,
  loadScenario,
  overlayNames,
  policyNames,
  profileNames,
  protocolNames,
  reactionNames,
  scenarioNames,
} from '../engines/catalogue.js';
import { ENGINES } from '../engines/engines.js';
import { LEARN_AND_JUMP } from '../jit/protocol.js';
import { KERNEL_PRESETS } from '../kernel/kernelPresets.js';
import { ORDERING_POINTS } from '../kernel/orderingPoints.js';
import type { ListDocument } from '../report/listSchema.js';

export async function listDocument(): Promise<ListDocument> {
  const [scenarios, policies, protocols, overlays, reactions, profiles, costs] = await Promise.all([
    Promise.all(scenarioNames().map(loadScenario)),
    Promise.all(policyNames().map(loadPolicy)),
    Promise.all(protocolNames().map(loadProtocol)),
    Promise.all(overlayNames().map(loadOverlay)),
    Promise.all(reactionNames().map(loadReaction)),
    Promise.all(profileNames().map(loadProfile)),
    Promise.all(costProfileNames().map(loadCostProfile)),
  ]);
  return {
    schema: 'coresync.list/1',
    scenarios: scenarios.map(({ name, kind, title, source }) => ({ name, kind, title, source })),
    policies: policies.map(({ name, summary, source }) => ({ name, summary, source })),
    protocols: protocols.map(
      ({ name, summary, writer, executor = LEARN_AND_JUMP, recorded, memory, source }) => ({
        name,
        summary,
        writer: [...writer],
        executor: [...executor],
        recorded: { ...recorded },
        ...(memory !== undefined && { memory }),
        source,
      }),
    ),
    overlays: overlays.map(({ name, summary, source }) => ({ name, summary, source })),
    reactions: reactions.map(({ name, summary, source }) => ({ name, summary, source })),
    profiles: profiles.map((profile) => ({
      name: profile.name,
      title: profile.title,
      storesReachPou: profile.storesReachPou,
      icache: profile.icache,
      syscallReturnSerializes: profile.syscallReturnSerializes,
      interruptReturnSerializes: profile.interruptReturnSerializes,
      addressSpaceLoadSerializes: profile.addressSpaceLoadSerializes,
      membarrierSyncCore: profile.membarrierSyncCore,
      source: profile.source,
    })),
    costs: costs.map(({ name, title, cyclesPerNs }) => ({ name, title, cyclesPerNs })),
    kernels: KERNEL_PRESETS.map(({ name, title }) => ({ name, title })),
    engines: await Promise.all(
      ENGINES.map(async ({ name, summary, available, memoryModels }) => {
        const answer = await available();
        return {
          name,
          summary,
          available: answer === true,
          ...(answer !== true && { reason: answer }),
          memoryModels: [...memoryModels],
        };
      }),
    ),
    barriers: ORDERING_POINTS.map(({ id, kind, title, where, pairsWith }) => ({
      id,
      kind,
      title,
      where,
      pairsWith: [...pairsWith],
    })),
  };
}
