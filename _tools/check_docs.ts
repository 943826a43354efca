/**
 * Checks the docs of every public symbol: `deno doc --lint`, and beyond it that
 * there are examples which assert, and tags for the parameters and results.
 *
 * @module
 */
import {
  isModFile,
  readConfig,
  report,
  ROOT_MODULE,
  runDeno,
  toProjectPath,
} from "./_project.ts";
import type {
  Declaration,
  Definition,
  DocModule,
  DocTag,
  Documented,
  Member,
  Param,
  Signature,
  TypeDef,
} from "./_doc_types.ts";

const SNIPPET_REGEXP = /^```(\S*)([^\n]*)\n([\s\S]*?)^```/gm;
const ASSERT_IMPORT_REGEXP = /from "@std\/assert"/;
const RELATIVE_IMPORT_REGEXP = /from "\.{1,2}\//;

/** What the docs of a module lack, beyond what Deno checks. */
export function checkModule(module: DocModule): string[] {
  const problems: string[] = [];
  for (const { name, declarations } of module.symbols ?? []) {
    const exported = declarations.filter((declaration) =>
      declaration.declarationKind === "export"
    );
    const definitions = exported.map(({ def }) => def ?? {});
    for (const declaration of exported) {
      if (isImplementation(declaration.def ?? {}, definitions)) continue;
      problems.push(...checkDeclaration(name, declaration));
    }
  }
  return problems;
}

/** What the doc of a module lacks that has all exports of others. */
export function checkModuleDoc(
  module: DocModule,
  path: string = ROOT_MODULE,
): string[] {
  const faults = findSnippetFaults(module.module_doc?.doc ?? "");
  return faults.map((fault) => `${path}: ${fault}`);
}

function checkDeclaration(name: string, declaration: Declaration): string[] {
  const def = declaration.def ?? {};
  switch (declaration.kind) {
    case "function":
      return [
        ...checkSignature(name, declaration, def),
        ...checkExample(name, declaration),
      ];
    case "class":
      return [...checkExample(name, declaration), ...checkClass(name, def)];
    case "variable":
      // A constant of a platform: there are many, and nothing to show.
      if (def.tsType?.repr === "number") return checkSummary(name, declaration);
      return [
        ...checkExample(name, declaration),
        ...checkSummaries(name, def.tsType?.value?.properties ?? []),
      ];
    default:
      return [];
  }
}

function checkClass(name: string, def: Definition): string[] {
  const problems: string[] = [];
  for (const constructor of def.constructors ?? []) {
    if (!isPublic(constructor)) continue;
    if (isImplementation(constructor, def.constructors ?? [])) continue;
    const path = `${name}.constructor`;
    problems.push(...checkSignature(path, constructor, constructor));
  }
  const methods = (def.methods ?? []).filter(isPublic);
  problems.push(...checkSummaries(name, [
    ...(def.properties ?? []).filter(isPublic),
    ...methods.filter(({ kind }) => kind === "getter"),
  ]));
  for (const method of methods) {
    if (method.kind !== "method") continue;
    const signature = method.functionDef ?? {};
    const path = `${name}.${method.name}`;
    const overloads = methods.filter((other) => other.name === method.name);
    const signatures = overloads.map((other) => other.functionDef ?? {});
    if (isImplementation(signature, signatures)) continue;
    // One example is enough for all overloads.
    if (method === overloads[0] || hasExample(method)) {
      problems.push(...checkExample(path, method));
    }
    problems.push(...checkSignature(path, method, signature));
  }
  return problems;
}

function isPublic(member: Member): boolean {
  return member.accessibility === undefined;
}

/** Whether a signature is the one behind overloads, which nobody sees. */
function isImplementation(
  signature: Signature,
  all: readonly Signature[],
): boolean {
  return signature.hasBody === true && all.some(({ hasBody }) => !hasBody);
}

function checkSummary(name: string, item: Documented): string[] {
  return item.jsDoc?.doc?.trim() ? [] : [problemAt(item, name, "has no doc")];
}

function checkSummaries(name: string, members: readonly Member[]): string[] {
  return members.flatMap((member) =>
    checkSummary(`${name}.${member.name}`, member)
  );
}

function checkSignature(
  name: string,
  item: Documented,
  signature: Signature,
): string[] {
  const problems: string[] = [];
  const tags = item.jsDoc?.tags ?? [];
  if (!item.jsDoc?.doc?.trim()) problems.push("has no doc");
  const params = (signature.params ?? []).map(toParamName);
  const templates = (signature.typeParams ?? []).map(({ name }) => name);
  for (const param of params) {
    if (param !== undefined && !hasTag(tags, "param", param)) {
      problems.push(`has no @param for "${param}"`);
    }
  }
  for (const template of templates) {
    if (!hasTag(tags, "template", template)) {
      problems.push(`has no @typeParam for "${template}"`);
    }
  }
  for (const tag of tags) {
    const isOption = tag.name?.includes(".") || params.includes(undefined);
    if (tag.kind !== "param" || isOption || params.includes(tag.name)) continue;
    problems.push(`has a @param for "${tag.name}", which it does not take`);
  }
  if (hasResult(signature.returnType) && !hasTag(tags, "return")) {
    problems.push("has no @returns");
  }
  return problems.map((problem) => problemAt(item, name, problem));
}

function toParamName(param: Param): string | undefined {
  return param.name ?? param.left?.name ?? param.arg?.name;
}

function hasTag(tags: readonly DocTag[], kind: string, name?: string): boolean {
  return tags.some((tag) =>
    tag.kind === kind && tag.name === name && Boolean(tag.doc?.trim())
  );
}

function hasResult(type: TypeDef | undefined): boolean {
  if (type === undefined || type.repr === "void") return false;
  if (type.value?.asserts) return false;
  const isPromise = type.value?.typeName === "Promise";
  return !(isPromise && type.value?.typeParams?.[0]?.repr === "void");
}

function hasExample(item: Documented): boolean {
  return item.jsDoc?.tags?.some((tag) => tag.kind === "example") ?? false;
}

function checkExample(name: string, item: Documented): string[] {
  if (!hasExample(item)) return [problemAt(item, name, "has no @example")];
  const examples = (item.jsDoc?.tags ?? [])
    .filter((tag) => tag.kind === "example");
  return examples.flatMap(({ doc = "" }) => {
    const faults = findSnippetFaults(doc);
    if (doc.startsWith("```")) faults.push("@example has no title");
    return faults.map((fault) => problemAt(item, name, fault));
  });
}

function findSnippetFaults(doc: string): string[] {
  const snippets = [...doc.matchAll(SNIPPET_REGEXP)];
  if (snippets.length === 0) return ["has no ```ts snippet"];
  return snippets.flatMap(([, language, attributes = "", code = ""]) => {
    const faults: string[] = [];
    if (language !== "ts") faults.push("has a snippet that is not ```ts");
    const isSilent = /\b(ignore|no-assert)\b/.test(attributes);
    if (!isSilent && !ASSERT_IMPORT_REGEXP.test(code)) {
      faults.push('has a snippet without an assertion of "@std/assert"');
    }
    if (RELATIVE_IMPORT_REGEXP.test(code)) {
      faults.push("has a snippet that imports a file, not a public subpath");
    }
    return faults;
  });
}

function problemAt(item: Documented, name: string, problem: string): string {
  const { filename, line } = item.location;
  return `${toProjectPath(filename)}:${line + 1}: ${name} ${problem}`;
}

async function lint(entries: readonly string[]): Promise<string[]> {
  try {
    await runDeno(["doc", "--lint", ...entries]);
    return [];
  } catch (error) {
    return [Error.isError(error) ? error.message : String(error)];
  }
}

async function check(entries: readonly string[]): Promise<string[]> {
  const { nodes }: { readonly nodes: Readonly<Record<string, DocModule>> } =
    JSON.parse(await runDeno(["doc", "--json", ...entries]));
  return Object.entries(nodes).flatMap(([specifier, module]) => {
    const path = toProjectPath(specifier) ?? specifier;
    if (path === ROOT_MODULE) return checkModuleDoc(module);
    return isModFile(path)
      ? [...checkModuleDoc(module, path), ...checkModule(module)]
      : checkModule(module);
  });
}

if (import.meta.main) {
  const { exports } = await readConfig();
  const entries = Object.values(exports);
  report("docs", [...await lint(entries), ...await check(entries)]);
}
