import type { ClaimedSocket } from "../_broker/broker_client.ts";
import {
  adoptConnection,
  adoptDatagram,
  closeDescriptors,
} from "../_transport/adopt.ts";
import type { TransportAddress } from "../_transport/transport_address.ts";
import { datagramStateOf } from "../datagram_socket/_datagram_state.ts";
import { decodeMessages } from "../datagram_socket/_messages.ts";
import { DatagramSocket } from "../datagram_socket/datagram_socket.ts";
import { socketStateOf } from "../stream_socket/_socket_state.ts";
import { StreamSocket } from "../stream_socket/stream_socket.ts";
import { StreamSocketListener } from "../stream_socket/stream_socket_listener.ts";

/** Makes a socket of what the broker has given. */
export function adoptStreamSocket(claimed: ClaimedSocket): StreamSocket {
  return adopt(claimed, ({ record }, descriptor) => {
    const socket = new StreamSocket();
    const state = socketStateOf(socket);
    state.adopt(adoptConnection(descriptor, peerOf(record.details)));
    state.connection.reader.unread(record.unread);
    socket.enableTransferOwnership(record.taskId);
    return socket;
  });
}

/** Makes a datagram socket of what the broker has given. */
export function adoptDatagramSocket(claimed: ClaimedSocket): DatagramSocket {
  return adopt(claimed, ({ record }, descriptor) => {
    const socket = new DatagramSocket();
    const messages = decodeMessages(record.unread);
    datagramStateOf(socket).adopt(adoptDatagram(descriptor), messages);
    socket.enableTransferOwnership(record.taskId);
    return socket;
  });
}

/** Makes a listener of what the broker has given. */
export function adoptStreamSocketListener(
  claimed: ClaimedSocket,
): StreamSocketListener {
  return adopt(claimed, ({ record, descriptors }) => {
    const listener = StreamSocketListener.fromDescriptor(descriptors);
    listener.enableTransferOwnership(record.taskId);
    return listener;
  });
}

/** Where a connection leads to; undefined if nobody has told. */
function peerOf(details: string): TransportAddress | undefined {
  return details === "" ? undefined : JSON.parse(details);
}

/** Leaves no descriptor open that nobody could close. */
function adopt<T>(
  claimed: ClaimedSocket,
  make: (claimed: ClaimedSocket, descriptor: number) => T,
): T {
  try {
    return make(claimed, claimed.descriptors[0] ?? -1);
  } catch (error) {
    closeDescriptors(claimed.descriptors);
    throw error;
  }
}
