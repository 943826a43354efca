import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { HResult } from "../../errors/hresult.ts";
import { WebError } from "../../errors/web_error.ts";
import { WebErrorStatus } from "../../errors/web_error_status.ts";
import { WebSocketError } from "../../errors/web_socket_error.ts";
import { anyNumber } from "./_test_utils.ts";

Deno.test("WebError.getStatus() gives the status of an HRESULT", {
  permissions: "none",
}, () => {
  assertEquals(
    WebError.getStatus(HResult.WININET_E_CANNOT_CONNECT),
    WebErrorStatus.cannotConnect,
  );
  assertEquals(WebError.getStatus(0), WebErrorStatus.unknown);
});

Deno.test("WebError.getStatus() gives what WebSocketError.getStatus() gives", {
  permissions: "none",
}, () => {
  const mapped = fc.constantFrom(...Object.values(HResult));
  fc.assert(fc.property(fc.oneof(mapped, anyNumber()), (hresult) => {
    return WebError.getStatus(hresult) === WebSocketError.getStatus(hresult);
  }));
});
