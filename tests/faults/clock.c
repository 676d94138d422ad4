/* A wall clock that is set back by two hours when the file that STEP_WHEN names is not empty. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const time_t step_seconds = 2 * 60 * 60;

static time_t stepped_by(void) {
    static int stepped = 0;
    struct stat file;
    const char *path = stepped ? NULL : getenv("STEP_WHEN");
    if (path && stat(path, &file) == 0 && file.st_size > 0) stepped = 1;
    return stepped ? step_seconds : 0;
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
