"""
Delays packets between two network namespaces, as netem does (tc-netem(8)), for
kernels without it.

``python3 _delay_packets.py SECONDS PID`` makes the network devices ``slow-near``
here and ``slow-far`` in the namespace of a process, prints ``ready``, and ends
when its input does.
"""

import collections
import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

# linux/if_tun.h
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000

MAX_PACKET_SIZE = 65535


def open_device(name):
    """Opens a device whose packets come and go by a descriptor."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    request = struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI)
    fcntl.ioctl(device, TUNSETIFF, request)
    return device


def relay(other_side, delay):
    """Passes on what comes from each device, until the input ends."""
    waiting = collections.deque()
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([0, *other_side], [], [], timeout)
        if 0 in readable:
            return
        for device in readable:
            packet = os.read(device, MAX_PACKET_SIZE)
            waiting.append((time.monotonic() + delay, device, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, device, packet = waiting.popleft()
            # Nobody takes it as long as the device there is down.
            with contextlib.suppress(OSError):
                os.write(other_side[device], packet)


def main():
    delay, pid = sys.argv[1:]
    near, far = open_device("slow-near"), open_device("slow-far")
    subprocess.run(["ip", "link", "set", "slow-far", "netns", pid], check=True)
    print("ready", flush=True)
    relay({near: far, far: near}, float(delay))


main()
