import { setIPInformation } from "./_ip_information.ts";
import { HostName } from "./host_name.ts";

/** What is read of an address of a network interface. */
export type LocalAddress = Pick<
  Deno.NetworkInterfaceInfo,
  "name" | "address" | "cidr" | "scopeid"
>;

/** RFC 1122, section 3.2.1.3 (g), and RFC 4291, section 2.5.3. */
const LOOPBACK = /^127\.|^::1$/;

/** The host names of local addresses, but for loopback ones. */
export function localHostNames(
  addresses: readonly LocalAddress[],
): readonly HostName[] {
  return addresses
    .filter(({ address }) => !LOOPBACK.test(address))
    .map(({ name, address, cidr, scopeid }) => {
      const zone = scopeid ? `%${scopeid}` : "";
      return setIPInformation(new HostName(`${address}${zone}`), {
        networkAdapter: name,
        prefixLength: Number(cidr.slice(cidr.indexOf("/") + 1)),
      });
    });
}
