/** The host's own kernel: membarrier(2) made for real, and whatever else of the C library a test of it needs.
 *
 *  This is the reality check of the shim: the same calls are made on both, and the results compared. koffi is
 *  an optional dependency and is loaded here only, when somebody asks.
 *  Source: membarrier(2), syscall(2); the numbers are from arch/x86/entry/syscalls/syscall_64.tbl and
 *  include/uapi/asm-generic/unistd.h.
 *  Limit: Linux on x86-64 and arm64, with a `syscall` function in the C library. */

/** A function of the C library; what it takes and gives stands in its declaration. */
export type LibraryFunction = (...args: readonly unknown[]) => number;

export interface HostKernel {
  /** @returns what the kernel gives: 0 or more, or a negative errno. */
  membarrier(command: number, flags: number, cpuId: number): number;
  /** @param declaration as in a C header: `int pipe(_Out_ int *ends)`. */
  libraryFunction(declaration: string): LibraryFunction;
  /** One that gives -1 and sets errno where it fails: gives a negative errno instead. */
  systemCall(declaration: string): LibraryFunction;
  /** Machine code that somebody has mapped.
   *  @param parameters types of C, in order. It returns nothing. */
  codeAt(address: number, parameters: readonly string[]): LibraryFunction;
}

/** Why there is none here. */
export interface NoHostKernel {
  readonly unavailable: string;
}

/** Where to look; for tests, which cannot change the host they run on. */
export interface HostPlatform {
  readonly platform: string;
  readonly arch: string;
  readonly loadFfi: () => Promise<{ readonly default: Ffi }>;
}

/** The part of koffi that is used. */
interface Ffi {
  load(path: null): { func(declaration: string): LibraryFunction };
  errno(): number;
  proto(result: string, parameters: string[]): FunctionType;
  decode(address: bigint, type: FunctionType): LibraryFunction;
}

/** Opaque. */
type FunctionType = ReturnType<typeof import('koffi')['proto']>;

export const THIS_HOST: HostPlatform = {
  platform: process.platform,
  arch: process.arch,
  loadFfi: () => import('koffi'),
};

/** By architecture as Node names it. */
const MEMBARRIER_NUMBER: Readonly<Record<string, number>> = { x64: 324, arm64: 283 };

/** Loads the FFI library. Makes no membarrier call by itself. */
export async function openHostKernel(host: HostPlatform = THIS_HOST): Promise<HostKernel | NoHostKernel> {
  const number = MEMBARRIER_NUMBER[host.arch];
  if (host.platform !== 'linux' || number === undefined) {
    return { unavailable: `the host is ${host.platform} on ${host.arch}; Linux on x64 or arm64 is needed` };
  }
  try {
    const { default: ffi } = await host.loadFfi();
    return kernelThrough(ffi, number);
  } catch (error) {
    return {
      unavailable: `koffi cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function kernelThrough(ffi: Ffi, membarrier: number): HostKernel {
  const library = ffi.load(null);
  const systemCall = (declaration: string): LibraryFunction => {
    const call = library.func(declaration);
    return (...args) => {
      const result = call(...args);
      return result === -1 ? -ffi.errno() : result;
    };
  };
  const syscall = systemCall('long syscall(long number, int command, unsigned int flags, int cpuId)');
  return {
    membarrier: (command, flags, cpuId) => syscall(membarrier, command, flags, cpuId),
    libraryFunction: (declaration) => library.func(declaration),
    systemCall,
    codeAt: (address, parameters) => ffi.decode(BigInt(address), ffi.proto('void', [...parameters])),
  };
}
