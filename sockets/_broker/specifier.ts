const REGISTRY_REGEXP =
  /^https:\/\/jsr\.io\/(@[^/]+\/[^/]+)\/([^/]+)\/(?:.*\/)?([^/]+)\.ts$/;

/**
 * How a public module of this library is named on a command line. One of JSR
 * cannot be run or imported by its address, but by its subpath.
 *
 * @param url The address of the module, as `import.meta.url` has it.
 */
export function specifierOf(url: string): string {
  const [, name, version, file = ""] = REGISTRY_REGEXP.exec(url) ?? [];
  if (name === undefined) return url;
  return `jsr:${name}@${version}/${file.replaceAll("_", "-")}`;
}
