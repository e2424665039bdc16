/** What `coresync init --kind protocol` writes: a publication protocol as a file, with comments. */

export const PROTOCOL_TEMPLATE = `{
  "// 1": "Keys that begin with two slashes are comments. For completion in an editor:",
  "// 2": "coresync schema --kind protocol > coresync.protocol.schema.json",
  "$schema": "./coresync.protocol.schema.json",

  "summary": "store, clear_cache, SYNC_CORE; publish by pointer",

  "// writer": "What the JIT does, in this order; 'coresync list --json' has the steps of every protocol. 'promise' is the claim that whoever comes to the code from now on executes the new version.",
  "writer": ["store", "clear-cache", "membarrier-sync-core", "promise"],

  "// executor": "What each executor does.",
  "executor": ["await-pointer", "jump"],

  "// recorded": "What should come of it: coresync matrix --protocols --protocol <file> fails where it does not.",
  "recorded": {
    "x86-64": { "verdict": "safe" },
    "arm64-a00": { "verdict": "safe" },
    "riscv64": { "verdict": "safe" }
  }
}
`;
