/*
 * The ways of C for datagrams: by a call for each, by one for many (sendmmsg,
 * recvmmsg), and by segmentation offload, which the kernel cuts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "datagram_sender.h"

enum {
  MAX_BATCH = 128,
  MAX_SIZE = 65507,
  /* Linux, linux/udp.h. */
  SEGMENT_OPTION = 103,
  MAX_SEGMENTS = 64,
};

typedef struct {
  int udp;
  DatagramCommand command;
  char *bytes;
  struct iovec vectors[MAX_BATCH];
  struct mmsghdr messages[MAX_BATCH];
} Job;

typedef struct {
  size_t packets;
  double seconds;
} Phase;

typedef void Way(Job *);

static void fail(const char *action) {
  printf("error %s: %s\n", action, strerror(errno));
  fflush(stdout);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void send_each(Job *job) {
  for (size_t i = 0; i < job->command.batch; i++) {
    const char *bytes = job->bytes + i * job->command.size;
    if (send(job->udp, bytes, job->command.size, 0) < 0) fail("send");
  }
}

static void send_many(Job *job) {
  for (size_t sent = 0; sent < job->command.batch;) {
    int count = sendmmsg(job->udp, job->messages + sent,
                         job->command.batch - sent, 0);
    if (count < 0) fail("sendmmsg");
    sent += count;
  }
}

static void send_segments(Job *job) {
  size_t size = job->command.size;
  size_t most = MAX_SIZE / size;
  if (most > MAX_SEGMENTS) most = MAX_SEGMENTS;
  for (size_t sent = 0; sent < job->command.batch; sent += most) {
    size_t left = job->command.batch - sent;
    size_t count = left < most ? left : most;
    if (send(job->udp, job->bytes + sent * size, count * size, 0) < 0) {
      fail("send");
    }
  }
}

static void ask(Job *job, size_t count) {
  char text[64];
  int length =
      snprintf(text, sizeof text, "%zu %zu", job->command.size, count);
  if (send(job->udp, text, length, 0) < 0) fail("send");
}

static void receive(Job *job, size_t count) {
  for (size_t received = 0; received < count;) {
    int got = recvmmsg(job->udp, job->messages, count - received,
                       MSG_WAITFORONE, NULL);
    if (got < 0) fail("recvmmsg");
    received += got;
  }
}

static void receive_half(Job *job) {
  receive(job, job->command.batch / 2);
  ask(job, job->command.batch / 2);
}

static Phase run_phase(Job *job, Way *way, size_t packets, double limit) {
  Phase phase = {0, 0};
  double start = now();
  do {
    way(job);
    phase.packets += packets;
    phase.seconds = now() - start;
  } while (phase.seconds < limit);
  return phase;
}

static int open_socket(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
      .sin_port = htons(port),
  };
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  if (udp < 0) fail("socket");
  if (connect(udp, (struct sockaddr *)&address, sizeof address) < 0) {
    fail("connect");
  }
  return udp;
}

static void prepare(Job *job) {
  size_t size = job->command.size;
  job->bytes = calloc(MAX_BATCH, size > 1500 ? size : 1500);
  if (job->bytes == NULL) fail("calloc");
  for (size_t i = 0; i < job->command.batch; i++) {
    /* Memory that was never written to is one page that all share. */
    memset(job->bytes + i * size, (int)i, size);
    job->vectors[i].iov_base = job->bytes + i * size;
    job->vectors[i].iov_len = size;
    job->messages[i].msg_hdr.msg_iov = &job->vectors[i];
    job->messages[i].msg_hdr.msg_iovlen = 1;
  }
}

static Way *find_way(Job *job) {
  const char *name = job->command.way;
  if (strcmp(name, "udp-send") == 0) return send_each;
  if (strcmp(name, "udp-send-many") == 0) return send_many;
  if (strcmp(name, "udp-send-segments") == 0) {
    int size = (int)job->command.size;
    if (setsockopt(job->udp, IPPROTO_UDP, SEGMENT_OPTION, &size,
                   sizeof size) < 0) {
      fail("UDP_SEGMENT");
    }
    return send_segments;
  }
  if (strcmp(name, "udp-receive") == 0) return receive_half;
  errno = EINVAL;
  fail(name);
  return NULL;
}

void measure_datagrams(DatagramCommand command) {
  static Job job;
  memset(&job, 0, sizeof job);
  job.command = command;
  if (command.batch > MAX_BATCH) {
    errno = EINVAL;
    fail("batch");
  }
  job.udp = open_socket(command.port);
  prepare(&job);
  Way *way = find_way(&job);
  int receives = way == receive_half;
  size_t packets = receives ? command.batch / 2 : command.batch;
  if (receives) ask(&job, packets), ask(&job, packets);
  Phase warm = run_phase(&job, way, packets, command.seconds / 3);
  Phase phase = run_phase(&job, way, packets, command.seconds);
  if (receives) receive(&job, 2 * packets);
  unsigned long long bytes =
      (unsigned long long)(warm.packets + phase.packets) * command.size;
  printf("ok %zu %.9f %llu %llu\n", phase.packets, phase.seconds, bytes,
         bytes);
  fflush(stdout);
  free(job.bytes);
  close(job.udp);
}
