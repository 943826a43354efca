const BROADCAST = "255.255.255.255";
/** RFC 5771, section 3: 224.0.0.0/4. RFC 4291, section 2.7: ff00::/8. */
const MULTICAST = /^(22[4-9]|23\d)\.|^ff[\da-f]{2}:/i;

/** Whether an IP address is that of a multicast group. */
export function isMulticast(address: string): boolean {
  return MULTICAST.test(address);
}

/** Whether an IP address may be that of a single host. */
export function isUnicast(address: string): boolean {
  return !isMulticast(address) && address !== BROADCAST;
}
