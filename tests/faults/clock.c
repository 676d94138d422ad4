/* A wall clock that is set back by two hours, half a second after a program has started. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const time_t step_seconds = 2 * 60 * 60;
static const double before_seconds = 0.5;

static double monotonic_seconds(void) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static time_t stepped_by(void) {
    static double began = 0;
    if (began == 0) began = monotonic_seconds();
    return monotonic_seconds() - began > before_seconds ? step_seconds : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int status = syscall(SYS_clock_gettime, clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec -= stepped_by();
    return status;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec wall;
    (void)zone;
    int status = clock_gettime(CLOCK_REALTIME, &wall);
    now->tv_sec = wall.tv_sec;
    now->tv_usec = wall.tv_nsec / 1000;
    return status;
}

time_t time(time_t *now) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    if (now) *now = wall.tv_sec;
    return wall.tv_sec;
}
