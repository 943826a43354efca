const FOLDER = new URL("testdata/", import.meta.url);

/** What a test that reads files of `testdata/` may do. */
export const READS_TESTDATA: { readonly permissions: { read: URL[] } } = {
  permissions: { read: [FOLDER] },
};

/** Reads a file of `testdata/`. */
export async function readTestdata(
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(new URL(name, FOLDER));
}

/** Reads a text of `testdata/`. */
export async function readTestdataText(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, FOLDER));
}
