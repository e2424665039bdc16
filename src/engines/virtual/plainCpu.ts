/** The cpus of a machine as plain code sees them: one object, which is each of them in turn.
 *
 *  Turn after turn runs on another cpu; with an object for each, the objects of 256 cpus would not fit into the first
 *  cache beside what the kernel itself looks at. What a cpu keeps for itself here is its number and its phase.
 *  Limit: what has no plain form (user code, serializations) is performed by the cpu itself. */
import type { CpuId } from '../../base/ids.js';
import { ACCESS, type Access, kindOf } from '../../hw/access.js';
import type { CpuParts } from '../../kernel/cpu.js';
import { CAUSE } from './accounts.js';
import type { VirtualHardware } from './hardware.js';
import { VirtualCpu } from './virtualCpu.js';

/** The parts of a plain kernel that are found through the cpu. */
type KernelParts = Pick<CpuParts, 'policy' | 'userMode'>;

export class PlainCpu extends VirtualCpu {
  declare id: CpuId;
  declare policy: CpuParts['policy'];
  declare userMode: CpuParts['userMode'];
  readonly #cpus: readonly VirtualCpu[];
  readonly #phases: Uint8Array;

  /** @param parts of any of the cpus. */
  constructor(
    parts: CpuParts,
    hardware: VirtualHardware,
    patchBegan: Float64Array,
    cpus: readonly VirtualCpu[],
  ) {
    super(parts, hardware, patchBegan);
    this.#cpus = cpus;
    this.#phases = new Uint8Array(cpus.length).fill(CAUSE.idle);
  }

  /** From now on it runs the code of this kernel. */
  use({ policy, userMode }: KernelParts): void {
    this.policy = policy;
    this.userMode = userMode;
  }

  /** Between two turns: from now on it is this cpu. */
  become(id: CpuId): void {
    this.#phases[this.id] = this.phase;
    this.id = id;
    this.phase = this.#phases[id]!;
  }

  override do(access: Access): number {
    this.settle();
    const own = this.#cpus[this.id]!;
    // It may be in the middle of a routine of its own.
    const { phase, operand } = own;
    if (kindOf(access) === ACCESS.storeCode) own.restoreCodeOperands(...this.codeOperands);
    own.restoreOperand(this.operand);
    own.phase = this.phase;
    const result = own.do(access);
    this.phase = own.phase;
    own.phase = phase;
    own.restoreOperand(operand);
    return result;
  }
}
