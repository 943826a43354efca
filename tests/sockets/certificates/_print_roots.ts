// deno-lint-ignore-file no-console -- its parent reads it
/** Prints what is in the store of root certificates, for a test. */
import { rootCertificates } from "node:tls";
import { Certificate } from "../../../mod.ts";
import { validateChain } from "../../../sockets/certificates/_chain.ts";
import { systemRoots } from "../../../sockets/certificates/_system_roots.ts";

const store = await systemRoots();
const again = await systemRoots();
const certificates = await Promise.all(
  rootCertificates.map((pem) => Certificate.fromPem(pem)),
);
const leaf = certificates.find(({ subject }) => subject === "ISRG Root X1");
if (store === null || leaf === undefined) throw new Error("No such root");
const { errors } = await validateChain({
  leaf,
  sent: [],
  anchors: (certificate) => store.findIssuers(certificate),
  // The root is no server, but it may sign certificates.
  purpose: "serverAuthentication",
  hostName: null,
  now: new Date("2027-01-01"),
});
const found = store.findIssuers(leaf).map(({ subject }) => subject);
console.log(JSON.stringify({
  found,
  errors: errors.filter((error) => error !== 6),
  isSame: store === again,
}));
