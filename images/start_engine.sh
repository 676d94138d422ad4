#!/usr/bin/env bash
# Makes sure that a container engine answers: installs docker.io from Debian's or Ubuntu's packages
# if there is no daemon to start, starts it, and waits. Needs root; harmless to run twice.
set -euo pipefail

readonly wait_seconds=60
readonly log=/var/log/plumbline-dockerd.log

fail() {
    echo "error: $*" >&2
    exit 1
}

# This machine's own engine, whatever other one a context or DOCKER_HOST names.
answers() {
    DOCKER_HOST=unix:///var/run/docker.sock docker version --format '{{.Server.Version}}' 2>/dev/null
}

install_engine() {
    command -v apt-get >/dev/null || fail "no apt-get here; install a Docker Engine by hand"
    echo "installing docker.io"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet --quiet
    local packages=(docker.io iptables)
    # Newer releases keep the client's BuildKit in a package of its own.
    apt-cache show docker-buildx >/dev/null 2>&1 && packages+=(docker-buildx)
    apt-get install --yes --quiet --quiet --no-install-recommends "${packages[@]}" >/dev/null
}

# Machines without an init may have no cgroup at all; dockerd needs version 2 or these of version 1.
mount_cgroups() {
    local root=/sys/fs/cgroup controller
    grep --quiet '^cgroup' /proc/mounts && return
    mount -t tmpfs -o mode=755 cgroup "$root"
    for controller in blkio cpu cpuacct cpuset devices freezer memory pids; do
        mkdir "$root/$controller"
        mount -t cgroup -o "$controller" cgroup "$root/$controller"
    done
}

start_engine() {
    if [[ -d /run/systemd/system ]]; then
        systemctl start docker
    else
        mount_cgroups
        rm -f /var/run/docker.pid
        setsid --fork dockerd >"$log" 2>&1 </dev/null
    fi
}

if version=$(answers); then
    echo "docker engine $version answers already"
    exit 0
fi
[[ $EUID -eq 0 ]] || fail "starting an engine needs root; run \`sudo bash $0\`"
command -v dockerd >/dev/null || [[ -x /usr/sbin/dockerd ]] || install_engine
export PATH=$PATH:/usr/sbin:/sbin
start_engine
for ((second = 0; second < wait_seconds; second++)); do
    if version=$(answers); then
        echo "docker engine $version answers after $second s"
        exit 0
    fi
    sleep 1
done
[[ -e $log ]] && tail -n 5 "$log" >&2
fail "the engine does not answer after $wait_seconds s; its log is $log"
