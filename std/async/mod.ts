// Only the modules in use: the npm build lacks a file that `channel` imports.
// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/async/abortable.js";
// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/async/deadline.js";
// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/async/delay.js";
// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/async/pool.js";
