/*
 * The other side of a measurement of UDP. It prints its port, and ends with its
 * input.
 *
 * `datagram_peer sink` drops what it gets. `datagram_peer source` sends back
 * what it is asked for: a datagram `<size> <count>` brings as many of that
 * size, by segmentation offload, so that it is faster than who receives.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  MAX_COUNT = 64,
  MAX_ASKED = 1024,
  MAX_SIZE = 65507,
  /* Linux, linux/udp.h. */
  SEGMENT_OPTION = 103,
  MAX_SEGMENTS = 64,
  BUFFER_SIZE = 8 << 20,
};

static int udp;

__attribute__((noreturn)) static void fail(const char *action) {
  perror(action);
  exit(1);
}

__attribute__((noreturn)) static void *sink(void *unused) {
  (void)unused;
  struct mmsghdr messages[MAX_COUNT];
  memset(messages, 0, sizeof messages);
  for (;;) {
    /* Nothing is copied: there is no room for any of it. */
    if (recvmmsg(udp, messages, MAX_COUNT, MSG_WAITFORONE, NULL) < 0) {
      fail("recvmmsg");
    }
  }
}

static void send_segments(struct sockaddr_in *to, char *bytes, size_t size,
                          int count) {
  int most = MAX_SIZE / (int)size;
  if (most > MAX_SEGMENTS) most = MAX_SEGMENTS;
  int option = (int)size;
  setsockopt(udp, IPPROTO_UDP, SEGMENT_OPTION, &option, sizeof option);
  for (int sent = 0; sent < count; sent += most) {
    int now = count - sent < most ? count - sent : most;
    if (sendto(udp, bytes, now * size, 0, (struct sockaddr *)to, sizeof *to) <
        0) {
      return;
    }
  }
}

__attribute__((noreturn)) static void *answer(void *unused) {
  (void)unused;
  static char bytes[MAX_SIZE];
  memset(bytes, 1, sizeof bytes);
  for (;;) {
    char text[64];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(udp, text, sizeof text - 1, 0,
                           (struct sockaddr *)&from, &length);
    if (got < 0) continue;
    text[got] = 0;
    size_t size;
    int count;
    if (sscanf(text, "%zu %d", &size, &count) != 2 || size == 0 ||
        size > MAX_SIZE || count < 0 || count > MAX_ASKED) {
      continue;
    }
    send_segments(&from, bytes, size, count);
  }
}

int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "sink";
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  socklen_t length = sizeof address;
  udp = socket(AF_INET, SOCK_DGRAM, 0);
  if (udp < 0) fail("socket");
  int size = BUFFER_SIZE;
  setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind(udp, (struct sockaddr *)&address, length) < 0) fail("bind");
  getsockname(udp, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  pthread_t thread;
  void *(*run)(void *) = strcmp(mode, "sink") == 0 ? sink : answer;
  if (pthread_create(&thread, NULL, run, NULL) != 0) fail("thread");
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0);
  return 0;
}
