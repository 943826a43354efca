import { assert, assertEquals } from "@std/assert";
import { parseServiceName } from "../../../sockets/addressing/_service_name.ts";
import { registeredPorts } from "../../../sockets/addressing/_registered_services.ts";

Deno.test("registeredPorts() knows common services", {
  permissions: "none",
}, () => {
  const services = {
    echo: { tcp: 7, udp: 7 },
    ftp: { tcp: 21 },
    ssh: { tcp: 22 },
    telnet: { tcp: 23 },
    smtp: { tcp: 25 },
    domain: { tcp: 53, udp: 53 },
    tftp: { udp: 69 },
    http: { tcp: 80, udp: 80 },
    pop3: { tcp: 110 },
    ntp: { udp: 123 },
    imap: { tcp: 143 },
    ldap: { tcp: 389, udp: 389 },
    https: { tcp: 443, udp: 443 },
    submission: { tcp: 587 },
    imaps: { tcp: 993 },
    mysql: { tcp: 3306 },
    postgresql: { tcp: 5432 },
    amqp: { tcp: 5672 },
    redis: { tcp: 6379 },
    mongodb: { tcp: 27017 },
  };
  for (const [name, ports] of Object.entries(services)) {
    assertEquals(registeredPorts(name), ports, name);
  }
});

Deno.test("registeredPorts() knows aliases, and does not mind case", {
  permissions: "none",
}, () => {
  assertEquals(registeredPorts("www"), registeredPorts("http"));
  assertEquals(registeredPorts("portmapper"), registeredPorts("sunrpc"));
  assertEquals(registeredPorts("HTTP"), registeredPorts("http"));
  assert(registeredPorts("www") !== undefined);
});

Deno.test("registeredPorts() gives undefined when the name is not registered", {
  permissions: "none",
}, () => {
  for (const name of ["unheard-of", "", "80", "constructor", "__proto__"]) {
    assertEquals(registeredPorts(name), undefined, name);
  }
});

Deno.test("registeredPorts() leaves the services of SRV records to DNS", {
  permissions: "none",
}, () => {
  for (
    const name of ["sip", "sips", "xmpp-client", "xmpp-server", "stun", "turn"]
  ) {
    assertEquals(registeredPorts(name), undefined, name);
    assertEquals(parseServiceName(name), { name });
  }
});
