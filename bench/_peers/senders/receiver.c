/*
 * The other side of a measurement: `receiver sink` drops what it gets, and
 * `receiver echo` sends it back. It prints its port. At the end of a
 * connection a sink answers with the number of bytes that came, in decimal, so
 * that a sender can tell that nothing was lost. It ends with its input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 20, BACKLOG = 16 };

static void fail(const char *action) {
  perror(action);
  exit(1);
}

/* tcp(7): with MSG_TRUNC, Linux drops the bytes without copying them. */
static ssize_t drop(int connection, char *buffer) {
#ifdef __linux__
  (void)buffer;
  return recv(connection, NULL, BUFFER_SIZE, MSG_TRUNC);
#else
  return recv(connection, buffer, BUFFER_SIZE, 0);
#endif
}

static void sink(int connection, char *buffer) {
  unsigned long long total = 0;
  ssize_t count;
  while ((count = drop(connection, buffer)) > 0) total += count;
  if (count == 0) dprintf(connection, "%llu", total);
}

static void echo(int connection, char *buffer) {
  ssize_t count;
  while ((count = read(connection, buffer, BUFFER_SIZE)) > 0) {
    for (ssize_t sent = 0, written; sent < count; sent += written) {
      written = write(connection, buffer + sent, count - sent);
      if (written < 0) return;
    }
  }
}

static void (*serve)(int connection, char *buffer);

static void *run_connection(void *argument) {
  int connection = (int)(long)argument;
  char *buffer = malloc(BUFFER_SIZE);
  if (buffer == NULL) fail("malloc");
  serve(connection, buffer);
  free(buffer);
  close(connection);
  return NULL;
}

static void *end_with_input(void *argument) {
  char buffer[256];
  while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) continue;
  exit(0);
  return argument;
}

static void run_thread(void *(*run)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, argument) != 0) fail("pthread_create");
  pthread_detach(thread);
}

int main(int count, char **arguments) {
  serve = count > 1 && strcmp(arguments[1], "echo") == 0 ? echo : sink;
  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) fail("socket");
  if (bind(listener, (struct sockaddr *)&address, length) < 0) fail("bind");
  if (listen(listener, BACKLOG) < 0) fail("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
    fail("getsockname");
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  run_thread(end_with_input, NULL);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) fail("accept");
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    run_thread(run_connection, (void *)(long)connection);
  }
}
