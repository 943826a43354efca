/*
 * Sends as a C program does. The protocol of its input and output is that of
 * serve_commands.mjs. It ends with its input, and with its first failure.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "datagram_sender.h"

enum {
  /* writev(2): the limit of Linux, IOV_MAX. */
  MAX_VECTOR = 1024,
  SLAB_SIZE = 256 * 1024,
  /* The clock is read once in so many packets, as by the other senders. */
  PACKETS_PER_LOOK = 100,
};

typedef struct {
  int connection;
  size_t size;
  size_t batch;
  char **packets;
  struct iovec *vector;
  char *slab;
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

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL) fail("malloc");
  return memory;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void write_all(int connection, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(connection, bytes, length);
    if (count < 0) fail("write");
    bytes += count;
    length -= count;
  }
}

static void send_each(Job *job) {
  for (size_t i = 0; i < job->batch; i++) {
    write_all(job->connection, job->packets[i], job->size);
  }
}

static void send_vector(Job *job) {
  for (size_t i = 0; i < job->batch; i++) {
    job->vector[i].iov_base = job->packets[i];
    job->vector[i].iov_len = job->size;
  }
  struct iovec *next = job->vector;
  size_t left = job->batch;
  while (left > 0) {
    int count = left > MAX_VECTOR ? MAX_VECTOR : (int)left;
    ssize_t written = writev(job->connection, next, count);
    if (written < 0) fail("writev");
    while (left > 0 && (size_t)written >= next->iov_len) {
      written -= next->iov_len;
      next++;
      left--;
    }
    if (written == 0) continue;
    next->iov_base = (char *)next->iov_base + written;
    next->iov_len -= written;
  }
}

static void send_copied(Job *job) {
  size_t filled = 0;
  for (size_t i = 0; i < job->batch; i++) {
    if (filled + job->size > SLAB_SIZE) {
      write_all(job->connection, job->slab, filled);
      filled = 0;
    }
    memcpy(job->slab + filled, job->packets[i], job->size);
    filled += job->size;
  }
  write_all(job->connection, job->slab, filled);
}

static Phase run_phase(Job *job, Way *send_batch, double limit) {
  size_t repeats = (PACKETS_PER_LOOK + job->batch - 1) / job->batch;
  Phase phase = {0, 0};
  double start = now();
  do {
    for (size_t i = 0; i < repeats; i++) send_batch(job);
    phase.packets += repeats * job->batch;
    phase.seconds = now() - start;
  } while (phase.seconds < limit);
  return phase;
}

static Way *find_way(const char *name) {
  if (strcmp(name, "write") == 0) return send_each;
  if (strcmp(name, "writev") == 0) return send_vector;
  if (strcmp(name, "memcpy") == 0) return send_copied;
  errno = EINVAL;
  fail(name);
  return NULL;
}

static void measure_batches(Job *job, Way *send_batch, double seconds) {
  Phase warm = run_phase(job, send_batch, seconds / 3);
  Phase phase = run_phase(job, send_batch, seconds);
  shutdown(job->connection, SHUT_WR);
  char text[32] = "";
  size_t filled = 0;
  ssize_t count;
  while (filled < sizeof text - 1 &&
         (count = read(job->connection, text + filled,
                       sizeof text - 1 - filled)) > 0) {
    filled += count;
  }
  unsigned long long sent =
      (unsigned long long)(warm.packets + phase.packets) * job->size;
  printf("ok %zu %.9f %llu %s\n", phase.packets, phase.seconds, sent, text);
}

static void make_trip(Job *job) {
  write_all(job->connection, job->packets[0], job->size);
  for (size_t filled = 0; filled < job->size;) {
    ssize_t count =
        read(job->connection, job->slab + filled, job->size - filled);
    if (count <= 0) fail("read");
    filled += count;
  }
}

static int compare(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

/* The nearest rank: the smallest sample that `share` of them do not exceed. */
static double percentile(const double *sorted, size_t count, double share) {
  double rank = share * count;
  size_t index = (size_t)rank;
  if (index == rank && index > 0) index--;
  return sorted[index];
}

static void measure_trips(Job *job, double seconds) {
  size_t trips = 0;
  for (double start = now(); now() - start < seconds / 3; trips++) {
    make_trip(job);
  }
  size_t capacity = 1024;
  size_t count = 0;
  double *samples = allocate(capacity * sizeof *samples);
  double start = now();
  for (double before = start; before - start < seconds || count == 0;) {
    make_trip(job);
    double after = now();
    if (count == capacity) {
      capacity *= 2;
      samples = realloc(samples, capacity * sizeof *samples);
      if (samples == NULL) fail("realloc");
    }
    samples[count++] = (after - before) * 1e6;
    before = after;
  }
  qsort(samples, count, sizeof *samples, compare);
  unsigned long long bytes = (unsigned long long)(trips + count) * job->size;
  printf("ok %.3f %.3f %llu %llu\n", percentile(samples, count, 0.5),
         percentile(samples, count, 0.99), bytes, bytes);
  free(samples);
}

static int open_connection(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
      .sin_port = htons(port),
  };
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connection < 0) fail("socket");
  if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0) {
    fail("connect");
  }
  int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connection;
}

static void run(const char *way, Job job, double seconds, int port) {
  if (strncmp(way, "udp-", 4) == 0) {
    measure_datagrams(
        (DatagramCommand){way, job.size, job.batch, seconds, port});
    return;
  }
  job.connection = open_connection(port);
  job.packets = allocate(job.batch * sizeof *job.packets);
  job.vector = allocate(job.batch * sizeof *job.vector);
  job.slab = allocate(SLAB_SIZE);
  for (size_t i = 0; i < job.batch; i++) {
    job.packets[i] = allocate(job.size);
    memset(job.packets[i], (int)i, job.size);
  }
  if (strcmp(way, "ping-pong") == 0) {
    measure_trips(&job, seconds);
  } else {
    measure_batches(&job, find_way(way), seconds);
  }
  fflush(stdout);
  for (size_t i = 0; i < job.batch; i++) free(job.packets[i]);
  free(job.packets);
  free(job.vector);
  free(job.slab);
  close(job.connection);
}

int main(void) {
  char line[256];
  signal(SIGPIPE, SIG_IGN);
  while (fgets(line, sizeof line, stdin) != NULL) {
    char way[32];
    Job job = {0};
    double milliseconds;
    int port;
    int count = sscanf(line, "%31s %zu %zu %lf %d", way, &job.size, &job.batch,
                       &milliseconds, &port);
    if (count != 5 || job.size > SLAB_SIZE) {
      errno = EINVAL;
      fail("command");
    }
    run(way, job, milliseconds / 1e3, port);
  }
}
