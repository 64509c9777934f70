/* A pool of threads works off a list of jobs; each job is a sum of divisors, and main waits until all are done. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { workers = 3, jobs = 60 };

struct job {
  int number;
  struct job *next;
};

static struct job *first, **end = &first;
static int open_jobs, is_closed;
static long perfect, abundant, deficient;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_job = PTHREAD_COND_INITIALIZER, is_idle = PTHREAD_COND_INITIALIZER;

static void submit(int number) {
  struct job *job = malloc(sizeof *job);
  *job = (struct job){number, NULL};
  pthread_mutex_lock(&mutex);
  *end = job;
  end = &job->next;
  ++open_jobs;
  pthread_cond_signal(&has_job);
  pthread_mutex_unlock(&mutex);
}

/* With the mutex held. */
static struct job *next_job(void) {
  while (first == NULL && !is_closed) pthread_cond_wait(&has_job, &mutex);
  struct job *job = first;
  if (job == NULL) return NULL;
  first = job->next;
  if (first == NULL) end = &first;
  return job;
}

static void *work(void *unused) {
  pthread_mutex_lock(&mutex);
  for (struct job *job; (job = next_job()) != NULL;) {
    pthread_mutex_unlock(&mutex);
    int sum = 0;
    for (int divisor = 1; divisor < job->number; ++divisor) sum += job->number % divisor == 0 ? divisor : 0;
    pthread_mutex_lock(&mutex);
    ++*(sum == job->number ? &perfect : sum > job->number ? &abundant : &deficient);
    free(job);
    if (--open_jobs == 0) pthread_cond_signal(&is_idle);
  }
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t threads[workers];
  for (int i = 0; i < workers; ++i) pthread_create(&threads[i], NULL, work, NULL);
  for (int number = 1; number <= jobs; ++number) submit(number);
  pthread_mutex_lock(&mutex);
  while (open_jobs > 0) pthread_cond_wait(&is_idle, &mutex);
  is_closed = 1;
  pthread_cond_broadcast(&has_job);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < workers; ++i) pthread_join(threads[i], NULL);
  printf("to %d: %ld perfect, %ld abundant, %ld deficient\n", jobs, perfect, abundant, deficient);
  return 0;
}
