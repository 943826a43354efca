/* Sends and receives datagrams, for `sender.c`. */

typedef struct {
  const char *way;
  size_t size;
  size_t batch;
  double seconds;
  int port;
} DatagramCommand;

/* Measures, and prints the answer; see serve_commands.mjs. */
void measure_datagrams(DatagramCommand command);
