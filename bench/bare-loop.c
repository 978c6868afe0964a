/* The reference in bare C: a plain binary heap on (time, sequence), the model in the loop.
   bare-loop DRAWS: the race; the file holds count, gaps, keys, services as doubles. Prints nanoseconds, merged,
   completed, sum of sojourns. bare-loop DRAWS N: the hold test with N pending; the file holds 65,536 uniforms. Prints
   nanoseconds and events. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
typedef struct { double time, sequence, since; } Event; /* since < 0: an arrival */
static Event *heap; static int used; static double sequence;
static int before(Event a, Event b) { return a.time < b.time || (a.time == b.time && a.sequence < b.sequence); }
static void push(double time, double since) {
  Event e = {time, sequence++, since}; int i = ++used;
  for (; i > 1 && before(e, heap[i / 2]); i /= 2) heap[i] = heap[i / 2];
  heap[i] = e;
}
static Event pop(void) {
  Event top = heap[1], e = heap[used--]; int i = 1, c;
  for (; (c = 2 * i) <= used; i = c) {
    if (c < used && before(heap[c + 1], heap[c])) c++;
    if (!before(heap[c], e)) break;
    heap[i] = heap[c];
  }
  heap[i] = e;
  return top;
}
static struct timespec a, b;
static double nanoseconds(void) { return (b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec); }
static int hold(FILE *file, long pending) {
  static double uniforms[65536]; double span = 2e6 * pending; long drawn = 0, events = pending > 10000 ? 1000000 : 2000000;
  if (fread(uniforms, 8, 65536, file) != 65536) return 1;
  while (used < pending) push((long)(uniforms[drawn++ & 65535] * span), 0);
  for (long warm = events > 2 * pending ? events : 2 * pending, i = -warm; i < events; i++) {
    if (i == 0) clock_gettime(CLOCK_MONOTONIC, &a);
    Event e = pop(); push(e.time + (long)(uniforms[drawn++ & 65535] * span), e.since);
  }
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%.0f %ld\n", nanoseconds(), events);
  return 0;
}
int main(int argc, char **argv) {
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL; double header; long pending = argc > 2 ? atol(argv[2]) : 8;
  if (!file || !(heap = malloc((pending + 2) * sizeof(Event)))) return 1;
  if (argc > 2) return hold(file, pending);
  if (fread(&header, 8, 1, file) != 1) return 1;
  long count = (long)header; double *gaps = malloc(24 * count), *keys = gaps + count, *services = keys + count;
  if (fread(gaps, 24, count, file) != (size_t)count) return 1;
  static char waiting[200]; static double since[200]; static int ring[256];
  long head = 0, tail = 0, busy = 0, arrived = 0, begun = 0, merged = 0, completed = 0; double sojourn = 0;
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (push(gaps[0], -1); used > 0;) {
    Event e = pop(); int begin;
    if (e.since < 0) {
      int key = (int)keys[arrived++]; begin = 0;
      if (waiting[key]) merged++;
      else { waiting[key] = 1; since[key] = e.time; ring[tail++ & 255] = key; begin = busy < 4; }
    } else { busy--; completed++; sojourn += e.time - e.since; begin = head != tail; }
    if (begin) { int key = ring[head++ & 255]; waiting[key] = 0; busy++; push(e.time + services[begun++], since[key]); }
    if (e.since < 0 && arrived < count) push(e.time + gaps[arrived], -1);
  }
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%.0f %ld %ld %.0f\n", nanoseconds(), merged, completed, sojourn);
  return 0;
}
