import {
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { Certificate } from "../../../sockets/certificates/certificate.ts";
import { ChainValidationResult } from "../../../sockets/certificates/chain_validation_result.ts";
import { SocketSslErrorSeverity } from "../../../sockets/stream_socket/socket_ssl_error_severity.ts";
import { Deferral } from "../../../sockets/web_socket/deferral.ts";
import { WebSocketServerCustomValidationRequestedEventArgs } from "../../../sockets/web_socket/web_socket_server_custom_validation_requested_event_args.ts";
import { makeLeaf, makeRoot } from "../certificates/_make_certificates.ts";

const PURE = { permissions: "none" } as const;

// What handlers decide is tested with `decide()`, in custom_validation_test.ts.

Deno.test(
  "WebSocketServerCustomValidationRequestedEventArgs tells of the server",
  PURE,
  async () => {
    const leaf = await Certificate.fromDer((await makeLeaf()).der);
    const root = await Certificate.fromDer((await makeRoot()).der);
    const details = {
      serverCertificate: leaf,
      serverCertificateErrors: [ChainValidationResult.untrusted],
      serverCertificateErrorSeverity: SocketSslErrorSeverity.ignorable,
      serverIntermediateCertificates: [root],
    };
    const args = new WebSocketServerCustomValidationRequestedEventArgs(details);

    assertInstanceOf(args, Event);
    assertEquals(args.type, "servercustomvalidationrequested");
    assertStrictEquals(args.serverCertificate, leaf);
    assertEquals(args.serverCertificateErrors, [
      ChainValidationResult.untrusted,
    ]);
    assertEquals(
      args.serverCertificateErrorSeverity,
      SocketSslErrorSeverity.ignorable,
    );
    assertStrictEquals(args.serverIntermediateCertificates[0], root);
  },
);

Deno.test(
  "WebSocketServerCustomValidationRequestedEventArgs.getDeferral() gives a new deferral each time",
  PURE,
  () => {
    const args = new WebSocketServerCustomValidationRequestedEventArgs({
      serverCertificate: null,
      serverCertificateErrors: [],
      serverCertificateErrorSeverity: SocketSslErrorSeverity.none,
      serverIntermediateCertificates: [],
    });
    const deferral = args.getDeferral();

    assertInstanceOf(deferral, Deferral);
    assertNotStrictEquals(args.getDeferral(), deferral);
  },
);
