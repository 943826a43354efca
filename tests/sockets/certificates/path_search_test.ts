import { assert, assertEquals } from "@std/assert";
import { ChainValidationResult as Result } from "../../../mod.ts";
import { subjectsOf, validate } from "./_certificates.ts";
import {
  type MadeCertificate,
  makeAuthority,
  makeKeys,
  makeLeaf,
  makeRoot,
} from "./_make_certificates.ts";

const PURE = { permissions: "none" } as const;

/** What a hostile server may cost, with room for slow machines. */
const MAX_TIME = 3_000;

async function assertQuick<T>(action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await action();
  const time = performance.now() - start;
  assert(time < MAX_TIME, `${time} ms`);
  return result;
}

/** Authorities that all have certified each other. */
async function makeClique(count: number): Promise<MadeCertificate[]> {
  const subjects = Array.from({ length: count }, (_, i) => `CN=Node ${i}`);
  const nodes = await Promise.all(subjects.map(async (subject) => {
    const keys = await makeKeys("p256");
    return { subject, keys, root: await makeRoot({ subject, keys }) };
  }));
  const all: Promise<MadeCertificate>[] = [];
  for (const { subject, keys } of nodes) {
    for (const { subject: other, root } of nodes) {
      if (other === subject) continue;
      all.push(makeAuthority({ subject, keys, issuer: root }));
    }
  }
  return await Promise.all(all);
}

Deno.test(
  "findPaths() ends when two authorities have certified each other",
  PURE,
  async () => {
    const send = await makeClique(2);
    const [first] = send;
    assert(first !== undefined);
    const leaf = await makeLeaf({ issuer: first });
    const verdict = await assertQuick(() => validate(leaf, { send }));
    assertEquals(verdict.errors, [Result.incompleteChain]);
    assertEquals(subjectsOf(verdict), ["Leaf", "Node 0", "Node 1"]);
  },
);

Deno.test(
  "findPaths() gives up when everybody has certified each other",
  PURE,
  async () => {
    const send = await makeClique(8);
    const [first] = send;
    assert(first !== undefined);
    const leaf = await makeLeaf({ issuer: first });
    const { errors } = await assertQuick(() => validate(leaf, { send }));
    assertEquals(errors, [Result.incompleteChain]);
  },
);

Deno.test(
  "findPaths() finds a root behind such authorities all the same",
  PURE,
  async () => {
    const send = await makeClique(3);
    const root = await makeRoot();
    const keys = await makeKeys("p256");
    const authority = await makeAuthority({ keys, issuer: root });
    const leaf = await makeLeaf({ issuer: authority });
    const { errors } = await validate(leaf, {
      trust: [root],
      send: [...send, authority],
    });
    assertEquals(errors, []);
  },
);

Deno.test(
  "findPaths() gives up when a server sends 100 issuers that signed nothing",
  PURE,
  async () => {
    const issuer = await makeAuthority({ hasKeyIds: false });
    const leaf = await makeLeaf({ issuer, hasKeyIds: false });
    const send = await Promise.all(
      Array.from({ length: 100 }, () => makeAuthority({ hasKeyIds: false })),
    );
    const { errors } = await assertQuick(() => validate(leaf, { send }));
    assertEquals(errors, [Result.otherErrors]);
  },
);

Deno.test(
  "findPaths() tries trusted issuers before those that were sent",
  PURE,
  async () => {
    const root = await makeRoot({ hasKeyIds: false });
    const leaf = await makeLeaf({ issuer: root, hasKeyIds: false });
    const send = await Promise.all(
      Array.from({ length: 100 }, () => makeRoot({ hasKeyIds: false })),
    );
    const { errors } = await validate(leaf, { trust: [root], send });
    assertEquals(errors, []);
  },
);

Deno.test(
  "findPaths() follows no chain of more than eight certificates",
  PURE,
  async () => {
    for (
      const [count, expected] of [[6, []], [7, [Result.otherErrors]]] as const
    ) {
      const root = await makeRoot();
      const send: MadeCertificate[] = [];
      let issuer = root;
      for (let i = 0; i < count; i++) {
        issuer = await makeAuthority({ subject: `CN=Authority ${i}`, issuer });
        send.push(issuer);
      }
      const leaf = await makeLeaf({ issuer });
      const { errors } = await validate(leaf, { trust: [root], send });
      assertEquals(errors, expected);
    }
  },
);

Deno.test(
  "findPaths() ends at a root without a budget left for its signature",
  PURE,
  async () => {
    const root = await makeRoot({ hasKeyIds: false });
    const authority = await makeAuthority({ issuer: root, hasKeyIds: false });
    const leaf = await makeLeaf({ issuer: authority, hasKeyIds: false });
    const forged = await Promise.all(
      Array.from({ length: 62 }, () => makeAuthority({ hasKeyIds: false })),
    );
    const send = [...forged, authority, root];
    const { errors } = await validate(leaf, { send });
    assertEquals(errors, [Result.otherErrors]);
  },
);
