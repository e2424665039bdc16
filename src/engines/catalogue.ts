/** Finds the policies, profiles, protocols, reactions, overlays and scenarios by what files there are: adding one is one new file.
 *
 *  A file `name.ts` exports `policy`, `profile`, `protocol` and so on with that name; a test holds it to that. */
import { readdirSync } from 'node:fs';
import { EXIT, LabError } from '../base/errors.js';
import { unknownName } from '../base/nearest.js';
import type { CostProfile } from '../hw/costProfile.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import type { PublicationProtocol } from '../jit/protocol.js';
import type { Reaction } from '../jit/reaction.js';
import type { KernelOverlay } from '../kernel/overlay.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import type { Hazard, KnownScenario, Workload } from '../scenarios/scenario.js';

interface Shelf {
  readonly kind: string;
  readonly directory: string;
  readonly exportName: string;
  /** Files of the directory that are not entries. */
  readonly except: readonly string[];
}

const POLICIES: Shelf = { kind: 'policy', directory: '../policies/', exportName: 'policy', except: [] };
const PROFILES: Shelf = { kind: 'profile', directory: '../hw/arch/', exportName: 'profile', except: [] };
const PROTOCOLS: Shelf = {
  kind: 'protocol',
  directory: '../jit/protocols/',
  exportName: 'protocol',
  except: [],
};
const SCENARIOS: Shelf = {
  kind: 'scenario',
  directory: '../scenarios/',
  exportName: 'scenario',
  except: [
    'scenario',
    'assemble',
    'expectation',
    'workloadTasks',
    'membarrierOrdering',
    'executedVersions',
    'label',
    'publicationCode',
    'overlayExpectation',
    'taskPlacement',
  ],
};

const REACTIONS: Shelf = {
  kind: 'reaction',
  directory: '../jit/reactions/',
  exportName: 'reaction',
  except: [],
};
const OVERLAYS: Shelf = {
  kind: 'overlay',
  directory: '../kernel/overlays/',
  exportName: 'overlay',
  except: [],
};

const COSTS: Shelf = {
  kind: 'cost profile',
  directory: '../hw/costs/',
  exportName: 'costProfile',
  except: [],
};

function namesOn(shelf: Shelf): string[] {
  return readdirSync(new URL(shelf.directory, import.meta.url))
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => file.replace(/\.[jt]s$/, ''))
    .filter((name) => !shelf.except.includes(name))
    .sort();
}

/* Of each entry that was loaded, the file that it is from. */
const files = new WeakMap<object, string>();

async function load<Entry extends object>(shelf: Shelf, name: string): Promise<Entry> {
  const names = namesOn(shelf);
  if (!names.includes(name)) throw unknownName(shelf.kind, name, names);
  const module: Record<string, Entry> = await import(`${shelf.directory}${name}.js`);
  const entry = module[shelf.exportName];
  if (entry === undefined) throw notAnEntry(shelf, name, Object.keys(module));
  files.set(entry, name);
  return entry;
}

/** @param exported what the file exports instead. */
function notAnEntry({ kind, directory, exportName }: Shelf, name: string, exported: string[]): LabError {
  const found = exported.length > 0 ? exported.map((one) => `'${one}'`).join(', ') : 'nothing';
  return new LabError(
    'E_CATALOGUE',
    `${directory.replace('..', 'src')}${name}.ts exports ${found}; expected '${exportName}', as it is where every ${kind} stands`,
    `Export the ${kind} from it as '${exportName}', or move the file.`,
    EXIT.broke,
  );
}

/** The file, without its ending, that this very object was loaded from; undefined for one that was made elsewhere, whatever
 *  it is called. */
export const fileOf = (entry: object): string | undefined => files.get(entry);

export const policyNames = (): string[] => namesOn(POLICIES);
export const profileNames = (): string[] => namesOn(PROFILES);
export const protocolNames = (): string[] => namesOn(PROTOCOLS);
export const reactionNames = (): string[] => namesOn(REACTIONS);
export const overlayNames = (): string[] => namesOn(OVERLAYS);
export const costProfileNames = (): string[] => namesOn(COSTS);
export const scenarioNames = (): string[] => namesOn(SCENARIOS);

/** @throws {LabError} E_UNKNOWN_NAME, naming the nearest that exists, E_CATALOGUE where its file exports none; so do the
 *  others. */
export const loadPolicy = (name: string): Promise<SerializationPolicy> => load(POLICIES, name);
export const loadProfile = (name: string): Promise<ArchitectureProfile> => load(PROFILES, name);
export const loadProtocol = (name: string): Promise<PublicationProtocol> => load(PROTOCOLS, name);
export const loadReaction = (name: string): Promise<Reaction> => load(REACTIONS, name);
export const loadOverlay = (name: string): Promise<KernelOverlay> => load(OVERLAYS, name);
export const loadCostProfile = (name: string): Promise<CostProfile> => load(COSTS, name);
export const loadScenario = (name: string): Promise<KnownScenario> => load(SCENARIOS, name);

export const hazardNames = (): Promise<string[]> => namesOfKind('hazard');

/** Hazards that a run can judge: the rows of the matrix. */
export async function runnableHazardNames(): Promise<string[]> {
  const hazards = await Promise.all((await hazardNames()).map(loadHazard));
  return hazards.filter((hazard) => hazard.judgedBy === undefined).map((hazard) => hazard.name);
}

export const workloadNames = (): Promise<string[]> => namesOfKind('workload');

async function namesOfKind(kind: KnownScenario['kind']): Promise<string[]> {
  const scenarios = await Promise.all(scenarioNames().map(loadScenario));
  return scenarios.filter((scenario) => scenario.kind === kind).map((scenario) => scenario.name);
}

/** @throws {LabError} E_UNKNOWN_NAME, also for a scenario of the other kind. */
export async function loadHazard(name: string): Promise<Hazard> {
  const scenario = await loadScenario(name);
  if (scenario.kind === 'hazard') return scenario;
  throw unknownName('hazard', name, await hazardNames());
}

export async function loadWorkload(name: string): Promise<Workload> {
  // Not the error of loadScenario: it would offer hazards, which are refused here.
  const scenario = scenarioNames().includes(name) ? await loadScenario(name) : undefined;
  if (scenario?.kind === 'workload') return scenario;
  throw unknownName('workload', name, await workloadNames());
}
