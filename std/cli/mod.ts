// Only the modules in use: the npm build lacks the data file that `unicodeWidth` reads.
// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/cli/parse_args.js";
