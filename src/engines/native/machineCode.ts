/** Machine code for x86-64: a patched function whose only variable part is an immediate, and what is done around its calls.
 *
 *  Source: Intel SDM vol. 2, "MOV" (B8+rd id: MOV r32, imm32; 89 /r, 8B /r), "RET" (C3), "CALL" (FF /2), "ADD" (83 /0 ib),
 *  "DEC" (FF /1), "Jcc" (75 cb), "CPUID" (0F A2), "INT 3" (CC); vol. 3A "Serializing Instructions" for CPUID. Arguments and
 *  registers as in the System V ABI for AMD64, "Parameter Passing".
 *  Limit: x86-64 only. Whatever stands in the four bytes of the immediate, the function is two valid instructions, so no mix
 *  of two versions can run wild. By the letter of the manual (vol. 3A "Handling Self- and Cross-Modifying Code") even so a
 *  processor may do anything where the other one does not serialize; JITs that patch immediates rely on it that none does.
 *  The Arm ARM, "Concurrent modification and execution of instructions", lists what may be modified, and no instruction with
 *  an immediate to load is among it: there is none of this for arm64. */

/** As Node names it: the architecture that this is machine code for. */
export const MACHINE_CODE_FOR = 'x64';

/** What stands between functions, and is never executed. */
export const NOTHING_TO_EXECUTE = 0xcc;

const MOV_EAX_IMM32 = 0xb8;
const RET = 0xc3;

export const IMMEDIATE_BYTES = 4;
/** Into the function. */
export const IMMEDIATE_OFFSET = 1;

/** `int f(void)`, which returns the immediate and touches nothing but EAX. */
export function returnImmediate(value: number): Uint8Array {
  const bytes = new Uint8Array([MOV_EAX_IMM32, 0, 0, 0, 0, RET]);
  new DataView(bytes.buffer).setInt32(IMMEDIATE_OFFSET, value, true);
  return bytes;
}

/** `void record(f, int pairs[], long times, const int *promised)`: reads the promise, calls f, and keeps both, `times` times.
 *  Nothing stands between the load of the promise and the call but the store that keeps it.
 *  Read after the call instead, promises that come in between make calls look stale that are not. f touches nothing but EAX, so
 *  no register has to be saved. */
export const RECORD_CALLS: readonly number[] = [
  ...[0x8b, 0x01], // again: mov eax, [rcx]
  ...[0x89, 0x06], // mov [rsi], eax
  ...[0xff, 0xd7], // call rdi
  ...[0x89, 0x46, 0x04], // mov [rsi + 4], eax
  ...[0x48, 0x83, 0xc6, 0x08], // add rsi, 8
  ...[0x48, 0xff, 0xca], // dec rdx
  ...[0x75, 0xee], // jnz again
  RET,
];

/** `void store(long *at, long value)`: one store of a doubleword, which no other cpu sees half of where `at` is aligned. */
export const STORE_DOUBLEWORD: readonly number[] = [
  ...[0x48, 0x89, 0x37], // mov [rdi], rsi
  RET,
];

/** `void serialize(void)`. */
export const SERIALIZE: readonly number[] = [
  0x53, // push rbx
  ...[0x31, 0xc0], // xor eax, eax
  ...[0x0f, 0xa2], // cpuid
  0x5b, // pop rbx
  RET,
];
